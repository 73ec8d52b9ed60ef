/** The database of an application on the runtime's own SQLite. */
import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { appDatabaseConformance } from '../conformance/app-database.ts';

let count = 0;

appDatabaseConformance('SQLite object', async () => {
  const stub = env.APP_DATABASE.get(env.APP_DATABASE.idFromName(`acme/orders/test/${count++}`));
  return {
    database: stub,
    async restart() {
      await evictDurableObject(stub);
      return stub;
    },
  };
});
