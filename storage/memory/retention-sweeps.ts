/** Sweeps in memory. `tenants`: those that are there, as a region's rows would say. */
import type { SweepStanding } from '#contracts/retention';
import type { ClaimedSweep, RetentionSweeps, SweepEnd } from '#storage/retention-ports';

export class MemoryRetentionSweeps implements RetentionSweeps {
  readonly #lines: Map<string, SweepStanding>;

  constructor(tenants: readonly string[]) {
    this.#lines = new Map(tenants.map((tenant) => [tenant, { due_at: 0, sweep: null, announced: null, last: null }]));
  }

  async claim(now: number, lease: number): Promise<ClaimedSweep | null> {
    const due = [...this.#lines].filter(([, { due_at }]) => due_at <= now).sort(([, left], [, right]) => left.due_at - right.due_at)[0];
    if (!due) return null;
    const [tenant, line] = due;
    line.due_at = lease;
    return structuredClone({ tenant, lease, sweep: line.sweep, announced: line.announced });
  }

  async keep(claimed: ClaimedSweep, sweep: ClaimedSweep['sweep'] & object): Promise<boolean> {
    const line = this.#held(claimed);
    if (line) Object.assign(line, structuredClone({ sweep, announced: sweep.retention }));
    return line !== undefined;
  }

  async release(claimed: ClaimedSweep, due_at: number, end: SweepEnd): Promise<void> {
    const line = this.#held(claimed);
    if (line) Object.assign(line, { due_at, sweep: null }, structuredClone(end));
  }

  async of(tenant: string): Promise<SweepStanding | null> {
    return structuredClone(this.#lines.get(tenant) ?? null);
  }

  #held({ tenant, lease }: ClaimedSweep): SweepStanding | undefined {
    const line = this.#lines.get(tenant);
    return line?.due_at === lease ? line : undefined;
  }
}
