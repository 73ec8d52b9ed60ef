/**
 * Tokens that were revoked before their end, by the module that issued them, in that module's own database.
 *
 * An isolate asks once a second for all of an issuer's, so that a request costs no call of its own; what is revoked here
 * is refused here at once. Where there are too many for that, each token is looked for by itself.
 */
import type { Json, JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { IsolateCache } from '#storage/isolate-cache';
import { appDatabase } from '#workers/app-database-stub';
import type { RegionEnv } from '#workers/env';

export interface Issuer {
  tenant: string;
  workflow: string;
  environment: string;
  module: string;
}

const SETUP = ['CREATE TABLE IF NOT EXISTS revoked_tokens (jti TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID'];
const FRESH_MS = 1000;
/** So many are kept in the isolate for one issuer. */
const LISTED = 1000;

/** `null`: there are more than are kept. */
const lists = new IsolateCache<ReadonlySet<string> | null>({ max: 500, ttlMs: FRESH_MS });

export async function isRevoked(env: RegionEnv, issuer: Issuer, jti: string): Promise<boolean> {
  const name = nameOf(issuer);
  const known = lists.get(name) ?? (await listed(env, name));
  if (known) return known.has(jti);
  return (await query(env, name, 'SELECT 1 AS found FROM revoked_tokens WHERE jti = ?', [jti])).length > 0;
}

/** `until`: when the token ends by itself, epoch ms. Revoking again changes nothing. */
export async function revoke(env: RegionEnv, issuer: Issuer, jti: string, until: number): Promise<void> {
  const name = nameOf(issuer);
  await exec(env, name, 'INSERT INTO revoked_tokens (jti, until) VALUES (?, ?) ON CONFLICT DO NOTHING', [jti, until]);
  await exec(env, name, 'DELETE FROM revoked_tokens WHERE until < ?', [Date.now()]);
  lists.delete(name);
}

async function listed(env: RegionEnv, name: string): Promise<ReadonlySet<string> | null> {
  const rows = await query(env, name, `SELECT jti FROM revoked_tokens LIMIT ${LISTED + 1}`, []);
  const list = rows.length > LISTED ? null : new Set(rows.map(({ jti }) => String(jti)));
  lists.set(name, list);
  return list;
}

function nameOf({ tenant, workflow, environment, module }: Issuer): string {
  return `${tenant}/${workflow}/${environment}/tokens:${module}`;
}

async function query(env: RegionEnv, name: string, sql: string, params: Json[]): Promise<JsonObject[]> {
  const result = await appDatabase(env, name).query(sql, params, SETUP);
  if (!result.ok) throw new Problem('database_error', result.message);
  return result.rows;
}

async function exec(env: RegionEnv, name: string, sql: string, params: Json[]): Promise<void> {
  const result = await appDatabase(env, name).exec(sql, params, null, SETUP);
  if (!result.ok) throw new Problem('database_error', result.message);
}
