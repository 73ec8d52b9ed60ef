/** From its name to the database of an application. */
import type { AppDatabaseRpc } from '#contracts/app-database-rpc';
import type { RegionEnv } from '#workers/env';
import { callsOf } from '#workers/objects/calls';
import { objectNamed } from '#workers/objects/stubs';

/** A statement and the key that it is done under are committed together. */
const calls = callsOf<AppDatabaseRpc>('database', { query: 'again', exec: (args) => (args[2] === null ? undefined : args) });

export function appDatabase(env: RegionEnv, name: string): AppDatabaseRpc {
  return objectNamed(calls, env.APP_DATABASE, env, name);
}
