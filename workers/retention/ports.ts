/** What a sweep leans on, over the bindings of its region's Worker. */

import type { JsonObject } from '#contracts/json';
import { ageQueryOf, cutoffOf, RETENTION_KINDS, type Retention, type RetentionKind, type Sweep } from '#contracts/retention';
import { auditLogOf } from '#workers/api/audit';
import type { RegionEnv } from '#workers/env';
import { observerNamed } from '#workers/observer/observers';
import { retentionAt } from '#workers/retention/holds';
import { removeOldExecutions } from '#workers/retention/old-executions';
import type { Piece, SweepPorts } from '#workers/retention/sweep';
import { storesOf } from '#workers/stores';

const SWEEP_ACTION = 'retention-sweep';

type Remove = (env: RegionEnv, tenant: string, retention: Retention, sweep: Sweep) => Promise<Piece>;

const REMOVE: { readonly [K in RetentionKind]: Remove } = {
  async executions(env, tenant, retention, { begun_at: now, cursor }) {
    const query = ageQueryOf(retention, now);
    return query ? removeOldExecutions(env, tenant, query, cursor) : NOTHING;
  },

  async dead_letters(env, tenant, { dead_letters }, { begun_at: now }) {
    const letters = storesOf(env).deadLetters;
    const before = cutoffOf(dead_letters, now);
    const removed = (await letters.expire(tenant, now)) + (before === undefined ? 0 : await letters.forget(tenant, before));
    return { removed, next: removed > 0 ? 'more' : null };
  },

  /** The cursor is the observer that is at work; its name stays until nothing of it is old. */
  async logs(env, tenant, { logs }, { begun_at: now, cursor }) {
    const before = cutoffOf(logs, now);
    if (before === undefined) return NOTHING;
    const name = await env.DB.prepare("SELECT name FROM named_objects WHERE tenant = ? AND kind = 'OBSERVER' AND name >= ? ORDER BY name LIMIT 1")
      .bind(tenant, cursor ?? '')
      .first<string>('name');
    if (name === null) return NOTHING;
    const removed = await observerNamed(env, name).forget(before);
    return { removed, next: removed > 0 ? name : `${name}\u0000` };
  },

  async audit(env, tenant, { audit }, { begun_at: now }) {
    const before = cutoffOf(audit, now);
    if (before === undefined) return NOTHING;
    const removed = await auditLogOf(env, tenant).forget(before);
    return { removed, next: removed > 0 ? 'more' : null };
  },
};

const NOTHING: Piece = { removed: 0, next: null };

export function sweepPorts(env: RegionEnv): SweepPorts {
  const { sweeps, moves, tenants } = storesOf(env);
  return {
    sweeps,
    async retention(tenant) {
      if (await moves.open(tenant)) return null;
      if (await moves.isClosed(tenant)) return null;
      return retentionAt(env, tenant);
    },
    remove: (kind, tenant, retention, sweep) => REMOVE[kind](env, tenant, retention, sweep),
    async note(tenant, retention, { begun_at, removed }) {
      // A guest's audit log is at its home; a day without anything old needs no entry.
      if (!(await tenants.get(tenant)) || RETENTION_KINDS.every((kind) => removed[kind] === 0)) return;
      const log = auditLogOf(env, tenant);
      const request_id = `${SWEEP_ACTION}-${begun_at}`;
      const { items } = await log.page({ limit: 1, action: SWEEP_ACTION });
      if (items[0]?.request_id === request_id) return;
      const fact = { at: begun_at, actor: 'platform', role: 'none', action: SWEEP_ACTION, target: `tenants/${tenant}`, status: 200, request_id };
      // Where the log begins now stands in the log itself, under its chain.
      const checkpoint = removed.audit > 0 ? await log.checkpoint() : null;
      const begins: JsonObject = checkpoint ? { audit_checkpoint: { ...checkpoint } } : {};
      await log.append({ ...fact, after: { removed: { ...removed }, retention: { ...retention }, ...begins } });
    },
    failed: (tenant, error) => console.error(JSON.stringify({ level: 'error', message: `retention: ${String(error)}`, tenant })),
  };
}
