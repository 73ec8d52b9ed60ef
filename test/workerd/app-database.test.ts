/** The database of an application on the runtime's own SQLite. */
import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { AppDatabaseRpc } from '#contracts/app-database-rpc';
import { appDatabaseConformance } from '../conformance/app-database.ts';

let count = 0;

appDatabaseConformance('SQLite object', async () => {
  const stub = env.APP_DATABASE.get(env.APP_DATABASE.idFromName(`acme/orders/test/${count++}`));
  // The type of a stub over recursive JSON is too deep for the checker; the stub has the methods all the same.
  const database = stub as unknown as AppDatabaseRpc;
  return {
    database,
    async restart() {
      await evictDurableObject(stub);
      return database;
    },
  };
});
