/**
 * Tenants that are on their way, have gone or come, or are being erased, in D1.
 *
 * 1. Those whose doors are not open are few: each isolate has a copy of all of them that is at most LIFETIME_MS old, so that
 *    looking at every door costs nothing.
 * 2. A tenant is moved or erased, not both: the statement that begins the one looks whether the other has begun. The one that
 *    expects a tenant looks whether something of it lives here, as those look who bring it to life here (D1RegionLinks).
 */
import type { Move, MoveStanding } from '#contracts/moving';
import { IsolateCache } from '#storage/isolate-cache';
import type { TenantMoves } from '#storage/region-ports';

const LIFETIME_MS = 1000;
/** What was written so long ago is known to every isolate, ms; with the time that reading takes. */
export const KNOWN_EVERYWHERE_MS = LIFETIME_MS + 500;
const ARRIVED_LIFETIME_MS = 60_000;
/** Nothing comes after a tenant that has gone for longer, ms. */
const GONE_KEPT_MS = 30 * 24 * 3_600_000;
const MOST = 5000;

interface Doors {
  moving: ReadonlyMap<string, MoveStanding>;
  closed: ReadonlySet<string>;
}

export interface TenantMovesCaches {
  doors: IsolateCache<Doors>;
  arrived: IsolateCache<{ has: boolean }>;
}

export function createTenantMovesCaches(now?: () => number): TenantMovesCaches {
  return { doors: new IsolateCache({ max: 1, ttlMs: LIFETIME_MS, now }), arrived: new IsolateCache({ max: 5000, ttlMs: ARRIVED_LIFETIME_MS, now }) };
}

const COLUMNS = 'tenant, peer, status, at';
/** Of guests who came before it was written down that they live here. */
const LIVING = ['executions', 'named_objects', 'machine_instances'].map((table) => `EXISTS (SELECT 1 FROM ${table} WHERE tenant = ?1)`).join(' OR ');
const CHANGED = 'DO UPDATE SET peer = excluded.peer, status = excluded.status, at = excluded.at';

export class D1TenantMoves implements TenantMoves {
  readonly #d1: D1Database;
  readonly #caches: TenantMovesCaches;
  readonly #now: () => number;

  constructor(d1: D1Database, caches: TenantMovesCaches = createTenantMovesCaches(), now: () => number = Date.now) {
    this.#d1 = d1;
    this.#caches = caches;
    this.#now = now;
  }

  async open(tenant: string): Promise<MoveStanding | undefined> {
    return (await this.#doors()).moving.get(tenant);
  }

  async isClosed(tenant: string): Promise<boolean> {
    return (await this.#doors()).closed.has(tenant);
  }

  async #doors(): Promise<Doors> {
    const known = this.#caches.doors.get('all');
    if (known) return known;
    const [moving, closed] = await this.#d1.batch<MoveStanding>([
      this.#d1.prepare(`SELECT ${COLUMNS} FROM tenant_moves WHERE status <> 'arrived' ORDER BY status, tenant LIMIT ${MOST}`),
      this.#d1.prepare(`SELECT slug AS tenant FROM tenants WHERE closed_at IS NOT NULL ORDER BY slug LIMIT ${MOST}`),
    ]);
    const forgotten = this.#now() - GONE_KEPT_MS;
    const rows = moving!.results.filter(({ status, at }) => status !== 'gone' || at > forgotten);
    const doors = { moving: new Map(rows.map((row) => [row.tenant, row])), closed: new Set(closed!.results.map(({ tenant }) => tenant)) };
    this.#caches.doors.set('all', doors);
    return doors;
  }

  async close(tenant: string, at: number): Promise<boolean> {
    const { results } = await this.#d1
      .prepare(
        `UPDATE tenants SET closed_at = coalesce(closed_at, ?2)
         WHERE slug = ?1 AND NOT EXISTS (SELECT 1 FROM tenant_moves WHERE tenant = ?1 AND status <> 'arrived') RETURNING slug`,
      )
      .bind(tenant, at)
      .all();
    this.#forget(tenant);
    return results.length === 1;
  }

  async expect(tenant: string, peer: string, at: number): Promise<boolean> {
    const isExpected = "EXISTS (SELECT 1 FROM tenant_moves WHERE tenant = ?1 AND status = 'arriving' AND peer = ?2)";
    const [expected] = await this.#d1.batch([
      this.#d1
        .prepare(
          `INSERT INTO tenant_moves (tenant, peer, status, at) SELECT ?1, ?2, 'arriving', ?3
           WHERE ${isExpected} OR NOT (EXISTS (SELECT 1 FROM guests WHERE tenant = ?1 AND lives_since IS NOT NULL) OR ${LIVING})
           ON CONFLICT (tenant) ${CHANGED} RETURNING tenant`,
        )
        .bind(tenant, peer, at),
      // Definitions that were sent ahead come again with everything else.
      ...['guests', 'active_deployments'].map((table) => this.#d1.prepare(`DELETE FROM ${table} WHERE tenant = ?1 AND ${isExpected}`).bind(tenant, peer)),
    ]);
    this.#forget(tenant);
    return expected!.results.length === 1;
  }

  async leave(tenant: string, peer: string, at: number): Promise<boolean> {
    const { results } = await this.#d1
      .prepare(
        `INSERT INTO tenant_moves (tenant, peer, status, at) SELECT ?1, ?2, 'leaving', ?3
         WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE slug = ?1 AND closed_at IS NOT NULL) ON CONFLICT (tenant) ${CHANGED} RETURNING tenant`,
      )
      .bind(tenant, peer, at)
      .all();
    this.#forget(tenant);
    return results.length === 1;
  }

  async hasArrived(tenant: string): Promise<boolean> {
    const known = this.#caches.arrived.get(tenant);
    if (known) return known.has;
    const has = (await this.standing(tenant))?.status === 'arrived';
    this.#caches.arrived.set(tenant, { has });
    return has;
  }

  async cameFrom(tenant: string, now: number): Promise<string | null> {
    const query = "SELECT peer FROM tenant_moves WHERE tenant = ? AND status = 'arrived' AND at > ?";
    return this.#d1
      .prepare(query)
      .bind(tenant, now - GONE_KEPT_MS)
      .first<string>('peer');
  }

  async standing(tenant: string): Promise<MoveStanding | null> {
    return this.#d1.prepare(`SELECT ${COLUMNS} FROM tenant_moves WHERE tenant = ?`).bind(tenant).first<MoveStanding>();
  }

  async set({ tenant, peer, status, at }: MoveStanding): Promise<void> {
    await this.#d1.batch([
      this.#d1.prepare(`INSERT INTO tenant_moves (${COLUMNS}) VALUES (?, ?, ?, ?) ON CONFLICT (tenant) ${CHANGED}`).bind(tenant, peer, status, at),
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
    this.#caches.doors.delete('all');
    this.#caches.arrived.delete(tenant);
  }
}
