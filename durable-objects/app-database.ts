/**
 * SQLite of one application, in the region of its tenant. Object name: `{tenant}/{workflow}/{environment}/{database}`.
 * The rules are in `app-database-core.ts`; here is only the engine of the runtime.
 */
import { DurableObject } from 'cloudflare:workers';
import type { AppDatabaseRpc, DatabaseResult } from '#contracts/app-database-rpc';
import type { ErasableRpc } from '#contracts/erasure';
import type { Json } from '#contracts/json';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { AppDatabase, type SqlEngine } from '#objects/app-database-core';
import { carry } from '#objects/carried';
import { eraseObject } from '#objects/erasable';

export class AppDatabaseObject<Env = unknown> extends DurableObject<Env> implements AppDatabaseRpc, ErasableRpc, CarriableRpc {
  readonly #database = new AppDatabase(engineOf(this.ctx.storage), () => Date.now());

  query(sql: string, params: Json[], setup: string[]): Promise<DatabaseResult> {
    return this.#database.query(sql, params, setup);
  }

  exec(sql: string, params: Json[], key: string | null, setup: string[]): Promise<DatabaseResult> {
    return this.#database.exec(sql, params, key, setup);
  }

  carry<O extends CarryOrder>(order: O): Promise<CarryAnswers[O['do']]> {
    return carry(this.ctx, order);
  }

  erase(): Promise<void> {
    return eraseObject(this.ctx);
  }
}

function engineOf(storage: DurableObjectStorage): SqlEngine {
  return {
    run(sql, bindings) {
      const cursor = storage.sql.exec(sql, ...bindings);
      return { columns: cursor.columnNames, rows: cursor.raw() };
    },
    transaction: (work) => storage.transactionSync(work),
  };
}
