/** The databases port of an effect, over the objects that hold them. */

import type { AppDatabaseRpc, DatabaseResult } from '#contracts/app-database-rpc';
import type { DatabaseSpec } from '#contracts/definition';
import { Problem } from '#contracts/problems';
import type { PerformEffect } from '#contracts/step';
import type { DatabasePort } from '#steps/define-step';

export interface DatabaseObjects {
  /** The object of a database. Name: `{tenant}/{workflow}/{environment}/{database}`. */
  open(name: string): AppDatabaseRpc;
  /** Before it holds anything. */
  note(name: string, tenant: string): Promise<void>;
  /** The databases of the definition that the effect is pinned to. */
  specs(effect: PerformEffect): Promise<{ [name: string]: DatabaseSpec }>;
}

type Done = Extract<DatabaseResult, { ok: true }>;

export function createDatabases(objects: DatabaseObjects, effect: PerformEffect): DatabasePort {
  async function call(database: string, work: (object: AppDatabaseRpc, setup: string[]) => Promise<DatabaseResult>): Promise<Done> {
    const specs = await objects.specs(effect);
    const spec = Object.hasOwn(specs, database) ? specs[database] : undefined;
    if (!spec)
      throw new Problem(
        'database_error',
        `The application has no database ${database}. Declare a module of this name, for example of the type storage.sqlite.`,
      );
    const name = `${effect.tenant}/${effect.workflow}/${effect.environment}/${database}`;
    let result: DatabaseResult;
    try {
      await objects.note(name, effect.tenant);
      result = await work(objects.open(name), spec.setup ?? []);
    } catch (cause) {
      throw new Problem('connection_failed', `The database ${database} did not answer.`, { cause });
    }
    if (!result.ok) throw new Problem('database_error', `${database}: ${result.message}`);
    return result;
  }
  return {
    async query(database, sql, params) {
      const { rows } = await call(database, (object, setup) => object.query(sql, params, setup));
      return { rows };
    },
    async exec(database, sql, params, key) {
      // A step and its undoing are two effects, even under one key.
      const { ok: _ok, ...result } = await call(database, (object, setup) => object.exec(sql, params, key === null ? null : `${effect.phase}/${key}`, setup));
      return result;
    },
  };
}
