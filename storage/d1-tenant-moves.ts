/**
 * Tenants that are on their way, or have gone or come, in D1.
 *
 * Those on their way and those that have gone are few: each isolate has a copy of all of them that is at most LIFETIME_MS
 * old, so that looking at every door costs nothing.
 */
import type { Move, MoveStanding } from '#contracts/moving';
import { IsolateCache } from '#storage/isolate-cache';
import type { TenantMoves } from '#storage/ports';

/** No isolate knows less than what was so this long ago, ms. */
export const MOVES_LIFETIME_MS = 2000;
const ARRIVED_LIFETIME_MS = 60_000;
/** Nothing comes after a tenant that has gone for longer, ms. */
const GONE_KEPT_MS = 30 * 24 * 3_600_000;
const MOST = 5000;

export interface TenantMovesCaches {
  open: IsolateCache<ReadonlyMap<string, MoveStanding>>;
  arrived: IsolateCache<{ has: boolean }>;
}

export function createTenantMovesCaches(): TenantMovesCaches {
  return { open: new IsolateCache({ max: 1, ttlMs: MOVES_LIFETIME_MS }), arrived: new IsolateCache({ max: 5000, ttlMs: ARRIVED_LIFETIME_MS }) };
}

const COLUMNS = 'tenant, peer, status, at';

export class D1TenantMoves implements TenantMoves {
  readonly #d1: D1Database;
  readonly #caches: TenantMovesCaches;

  constructor(d1: D1Database, caches: TenantMovesCaches = createTenantMovesCaches()) {
    this.#d1 = d1;
    this.#caches = caches;
  }

  async open(tenant: string): Promise<MoveStanding | undefined> {
    const known = this.#caches.open.get('all');
    if (known) return known.get(tenant);
    const { results } = await this.#d1
      .prepare(`SELECT ${COLUMNS} FROM tenant_moves WHERE status <> 'arrived' ORDER BY status, tenant LIMIT ${MOST}`)
      .all<MoveStanding>();
    const all = new Map(results.map((row) => [row.tenant, row]));
    this.#caches.open.set('all', all);
    return all.get(tenant);
  }

  async hasArrived(tenant: string): Promise<boolean> {
    const known = this.#caches.arrived.get(tenant);
    if (known) return known.has;
    const has = (await this.standing(tenant))?.status === 'arrived';
    this.#caches.arrived.set(tenant, { has });
    return has;
  }

  async standing(tenant: string): Promise<MoveStanding | null> {
    return this.#d1.prepare(`SELECT ${COLUMNS} FROM tenant_moves WHERE tenant = ?`).bind(tenant).first<MoveStanding>();
  }

  async set({ tenant, peer, status, at }: MoveStanding): Promise<void> {
    await this.#d1.batch([
      this.#d1
        .prepare(
          `INSERT INTO tenant_moves (tenant, peer, status, at) VALUES (?, ?, ?, ?)
           ON CONFLICT (tenant) DO UPDATE SET peer = excluded.peer, status = excluded.status, at = excluded.at`,
        )
        .bind(tenant, peer, status, at),
      this.#d1.prepare("DELETE FROM tenant_moves WHERE status = 'gone' AND at < ?").bind(at - GONE_KEPT_MS),
    ]);
    this.#forget(tenant);
  }

  async remove(tenant: string): Promise<void> {
    await this.#d1.prepare('DELETE FROM tenant_moves WHERE tenant = ?').bind(tenant).run();
    this.#forget(tenant);
  }

  async report(tenant: string): Promise<Move | null> {
    const text = await this.#d1.prepare('SELECT report FROM tenant_moves WHERE tenant = ?').bind(tenant).first<string | null>('report');
    return text === null ? null : (JSON.parse(text) as Move);
  }

  async keepReport(move: Move): Promise<void> {
    await this.#d1.prepare("UPDATE tenant_moves SET report = ? WHERE tenant = ? AND status = 'arrived'").bind(JSON.stringify(move), move.tenant).run();
  }

  #forget(tenant: string): void {
    this.#caches.open.delete('all');
    this.#caches.arrived.delete(tenant);
  }
}
