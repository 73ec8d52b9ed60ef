/**
 * Sweeps in the region's D1. A line is only ever changed here: triggers make it with the tenant, and take it along, so that
 * nothing comes back of a tenant that has gone.
 */
import type { LastSweep, Sweep } from '#contracts/retention';
import type { ClaimedSweep, RetentionSweeps, SweepStanding } from '#storage/retention-ports';

const CLAIM = `UPDATE retention_sweeps SET due_at = ?2
WHERE tenant = (SELECT tenant FROM retention_sweeps INDEXED BY retention_sweeps_due WHERE due_at <= ?1 ORDER BY due_at LIMIT 1) AND due_at <= ?1
RETURNING tenant, sweep`;

export class D1RetentionSweeps implements RetentionSweeps {
  constructor(private readonly d1: D1Database) {}

  async claim(now: number, lease: number): Promise<ClaimedSweep | null> {
    const row = await this.d1.prepare(CLAIM).bind(now, lease).first<{ tenant: string; sweep: string | null }>();
    return row && { tenant: row.tenant, lease, sweep: row.sweep === null ? null : (JSON.parse(row.sweep) as Sweep) };
  }

  async keep({ tenant, lease }: ClaimedSweep, sweep: Sweep): Promise<boolean> {
    const { meta } = await this.d1
      .prepare('UPDATE retention_sweeps SET sweep = ?3 WHERE tenant = ?1 AND due_at = ?2')
      .bind(tenant, lease, JSON.stringify(sweep))
      .run();
    return meta.changes > 0;
  }

  async release({ tenant, lease }: ClaimedSweep, due_at: number, end: { sweep: Sweep | null } | { last: LastSweep }): Promise<void> {
    const sweep = 'sweep' in end ? end.sweep : null;
    const last = 'last' in end ? JSON.stringify(end.last) : null;
    await this.d1
      .prepare('UPDATE retention_sweeps SET due_at = ?3, sweep = ?4, last = coalesce(?5, last) WHERE tenant = ?1 AND due_at = ?2')
      .bind(tenant, lease, due_at, sweep && JSON.stringify(sweep), last)
      .run();
  }

  async of(tenant: string): Promise<SweepStanding | null> {
    const row = await this.d1
      .prepare('SELECT due_at, last FROM retention_sweeps WHERE tenant = ?')
      .bind(tenant)
      .first<{ due_at: number; last: string | null }>();
    return row && { due_at: row.due_at, last: row.last === null ? null : (JSON.parse(row.last) as LastSweep) };
  }
}
