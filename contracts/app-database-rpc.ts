/** What the database of an application is asked. */
import type { Json, JsonObject } from '#contracts/json';

/** SQLite of one application. Object name: `{tenant}/{workflow}/{environment}/{database}`. */
export interface AppDatabaseRpc {
  query(sql: string, params: Json[], setup: string[]): Promise<DatabaseResult>;
  /** Without a key it is done each time. */
  exec(sql: string, params: Json[], key: string | null, setup: string[]): Promise<DatabaseResult>;
}

export type DatabaseResult = { ok: true; rows: JsonObject[]; affected_rows: number; last_id: number | null; reused: boolean } | { ok: false; message: string };
