/**
 * Sweeps in the region's D1. A line is only ever changed here: triggers make it with the tenant, and take it along, so that
 * nothing comes back of a tenant that has gone.
 */
import type { LastSweep, Retention, Sweep, SweepStanding } from '#contracts/retention';
import type { ClaimedSweep, RetentionSweeps, SweepEnd } from '#storage/retention-ports';

const CLAIM = `UPDATE retention_sweeps SET due_at = ?2
WHERE tenant = (SELECT tenant FROM retention_sweeps INDEXED BY retention_sweeps_due WHERE due_at <= ?1 ORDER BY due_at LIMIT 1) AND due_at <= ?1
RETURNING tenant, sweep, announced`;

interface Line {
  sweep: string | null;
  announced: string | null;
}

export class D1RetentionSweeps implements RetentionSweeps {
  constructor(private readonly d1: D1Database) {}

  async claim(now: number, lease: number): Promise<ClaimedSweep | null> {
    const line = await this.d1.prepare(CLAIM).bind(now, lease).first<Line & { tenant: string }>();
    return line && { tenant: line.tenant, lease, ...read(line) };
  }

  async keep({ tenant, lease }: ClaimedSweep, sweep: Sweep): Promise<boolean> {
    const { meta } = await this.d1
      .prepare('UPDATE retention_sweeps SET sweep = ?3, announced = ?4 WHERE tenant = ?1 AND due_at = ?2')
      .bind(tenant, lease, JSON.stringify(sweep), JSON.stringify(sweep.retention))
      .run();
    return meta.changes > 0;
  }

  async release({ tenant, lease }: ClaimedSweep, due_at: number, end: SweepEnd): Promise<void> {
    const { sweep = null, last, announced } = end as { sweep?: Sweep | null; last?: LastSweep; announced?: Retention };
    await this.d1
      .prepare(
        `UPDATE retention_sweeps SET due_at = ?3, sweep = ?4, last = coalesce(?5, last), announced = coalesce(?6, announced)
         WHERE tenant = ?1 AND due_at = ?2`,
      )
      .bind(tenant, lease, due_at, text(sweep), text(last), text(announced))
      .run();
  }

  async of(tenant: string): Promise<SweepStanding | null> {
    const line = await this.d1
      .prepare('SELECT due_at, sweep, announced, last FROM retention_sweeps WHERE tenant = ?')
      .bind(tenant)
      .first<Line & { due_at: number; last: string | null }>();
    return line && { due_at: line.due_at, ...read(line), last: line.last === null ? null : (JSON.parse(line.last) as LastSweep) };
  }
}

function read({ sweep, announced }: Line): Pick<SweepStanding, 'sweep' | 'announced'> {
  return {
    sweep: sweep === null ? null : (JSON.parse(sweep) as Sweep),
    announced: announced === null ? null : (JSON.parse(announced) as Retention),
  };
}

function text(value: object | null | undefined): string | null {
  return value ? JSON.stringify(value) : null;
}
