/**
 * Objects whose names nobody could list otherwise are noted once, before they hold anything, so that an erasure finds all
 * of a tenant's, and a move carries them: each of them has `erase` and `carry`. One row for each object; an isolate that has noted it does not ask again.
 */
import { IsolateCache } from '#storage/isolate-cache';
import type { RegionEnv } from '#workers/env';

/** Namespaces whose objects are noted, as their bindings are called. */
export const NOTED = ['APP_DATABASE', 'ACTOR', 'SCHEDULER', 'BULK_JOB', 'REPLAY_ALL', 'OBSERVER', 'TENANT_EXPORTER', 'EVENT_WINDOW'] as const;
/** Gates empty themselves, and are noted only when their tenant moves. */
export type Noted = (typeof NOTED)[number] | 'GATE';

const noted = new IsolateCache<true>({ max: 10_000, ttlMs: 10 * 60_000 });

export async function noteObject(env: Pick<RegionEnv, 'DB'>, kind: Noted, tenant: string, name: string): Promise<void> {
  const key = `${kind} ${name}`;
  if (noted.get(key)) return;
  await listObject(env, kind, tenant, name);
  noted.set(key, true);
}

/** The same, of one that goes from the list when it holds nothing any more: no isolate remembers it. */
export async function listObject(env: Pick<RegionEnv, 'DB'>, kind: Noted, tenant: string, name: string): Promise<void> {
  await env.DB.prepare('INSERT OR IGNORE INTO named_objects (tenant, kind, name) VALUES (?, ?, ?)').bind(tenant, kind, name).run();
}

export async function unlistObject(env: Pick<RegionEnv, 'DB'>, kind: Noted, tenant: string, name: string): Promise<void> {
  await env.DB.prepare('DELETE FROM named_objects WHERE tenant = ? AND kind = ? AND name = ?').bind(tenant, kind, name).run();
}
