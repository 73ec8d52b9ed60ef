/** The order of a sweep: bounded pieces, gone on with wherever it was ended. */
import { describe, expect, it } from 'vitest';
import { DAY_MS, type LastSweep, type RetentionKind, retentionOf, type Sweep } from '#contracts/retention';
import type { ClaimedSweep, RetentionSweeps } from '#storage/retention-ports';
import { type SweepPorts, sweepRegion } from '#workers/retention/sweep';

const NOW = 1_000 * DAY_MS;
const HOUR = 3_600_000;

class Lines implements RetentionSweeps {
  readonly lines = new Map<string, { due_at: number; sweep: Sweep | null; last: LastSweep | null }>();

  async claim(now: number, lease: number): Promise<ClaimedSweep | null> {
    const due = [...this.lines].filter(([, { due_at }]) => due_at <= now).sort(([, left], [, right]) => left.due_at - right.due_at)[0];
    if (!due) return null;
    due[1].due_at = lease;
    return structuredClone({ tenant: due[0], lease, sweep: due[1].sweep });
  }

  async keep({ tenant, lease }: ClaimedSweep, sweep: Sweep): Promise<boolean> {
    const line = this.lines.get(tenant);
    if (line?.due_at !== lease) return false;
    line.sweep = sweep;
    return true;
  }

  async release({ tenant, lease }: ClaimedSweep, due_at: number, end: { sweep: Sweep | null } | { last: LastSweep }): Promise<void> {
    const line = this.lines.get(tenant);
    if (line?.due_at !== lease) return;
    Object.assign(line, { due_at, sweep: null }, end);
  }

  async of(tenant: string) {
    return this.lines.get(tenant) ?? null;
  }
}

/** `old`: how many there are of each kind; a piece takes two. `fault`: thrown before the piece of this number. */
function world(tenants: { [tenant: string]: Partial<Record<RetentionKind, number>> }) {
  const sweeps = new Lines();
  for (const tenant of Object.keys(tenants)) sweeps.lines.set(tenant, { due_at: 0, sweep: null, last: null });
  const done: string[] = [];
  const notes: { tenant: string; removed: Sweep['removed'] }[] = [];
  const state = { fails: undefined as ((tenant: string, kind: string) => boolean) | undefined, away: new Set<string>() };
  const ports: SweepPorts = {
    sweeps,
    retention: async (tenant) => (state.away.has(tenant) ? null : retentionOf('team', null)),
    async remove(kind, tenant) {
      if (state.fails?.(tenant, kind)) throw new Error('the store is away');
      const left = tenants[tenant]![kind] ?? 0;
      const removed = Math.min(2, left);
      tenants[tenant]![kind] = left - removed;
      done.push(`${tenant} ${kind} ${removed}`);
      return { removed, next: left > removed ? 'more' : null };
    },
    note: async (tenant, _, { removed }) => void notes.push({ tenant, removed }),
    failed: () => undefined,
  };
  return { sweeps, ports, done, notes, state };
}

describe('a sweep', () => {
  it('goes through all kinds of all tenants, notes what it came to, and rests for a day', async () => {
    const { sweeps, ports, done, notes } = world({ acme: { executions: 3, audit: 1 }, globex: {} });
    await sweepRegion(ports, NOW);
    expect(done.slice(0, 5)).toEqual(['acme executions 2', 'acme executions 1', 'acme dead_letters 0', 'acme logs 0', 'acme audit 1']);
    expect(notes).toEqual([
      { tenant: 'acme', removed: { executions: 3, dead_letters: 0, logs: 0, audit: 1 } },
      { tenant: 'globex', removed: { executions: 0, dead_letters: 0, logs: 0, audit: 0 } },
    ]);
    expect(await sweeps.of('acme')).toEqual({ due_at: NOW + DAY_MS, sweep: null, last: { at: NOW, removed: notes[0]!.removed } });
    expect(await sweepRegion(ports, NOW + DAY_MS - 1)).toBe(0);
    expect(await sweepRegion(ports, NOW + DAY_MS)).toBeGreaterThan(0);
  });

  it('does so many pieces and no more, and goes on where it stopped', async () => {
    const { sweeps, ports, done, notes } = world({ acme: { executions: 9 } });
    expect(await sweepRegion(ports, NOW, 2)).toBe(2);
    expect(done).toEqual(['acme executions 2', 'acme executions 2']);
    expect(await sweeps.of('acme')).toMatchObject({ due_at: NOW, sweep: { stage: 'executions', begun_at: NOW, removed: { executions: 4 } } });
    for (let call = 1; notes.length === 0; call++) await sweepRegion(ports, NOW + call, 2);
    expect(notes).toEqual([{ tenant: 'acme', removed: { executions: 9, dead_letters: 0, logs: 0, audit: 0 } }]);
    expect((await sweeps.of('acme'))!.last).toMatchObject({ at: NOW });
  });

  it('that met a fault is tried again later, from where it was, and holds up nobody else', async () => {
    const { sweeps, ports, state, notes } = world({ acme: { executions: 1, logs: 1 }, globex: {} });
    state.fails = (tenant, kind) => tenant === 'acme' && kind === 'logs';
    await sweepRegion(ports, NOW);
    expect(notes.map(({ tenant }) => tenant)).toEqual(['globex']);
    expect(await sweeps.of('acme')).toMatchObject({ due_at: NOW + HOUR, sweep: { stage: 'logs', removed: { executions: 1 } } });
    state.fails = undefined;
    await sweepRegion(ports, NOW + HOUR);
    expect(notes[1]).toEqual({ tenant: 'acme', removed: { executions: 1, dead_letters: 0, logs: 1, audit: 0 } });
  });

  it('that the runtime ended is taken up once its lease is over, and nobody takes it before', async () => {
    const { sweeps, ports, notes } = world({ acme: { executions: 5 } });
    const claimed = (await sweeps.claim(NOW, NOW + HOUR))!;
    await sweeps.keep(claimed, { begun_at: NOW, stage: 'logs', cursor: null, removed: { executions: 5, dead_letters: 0, logs: 0, audit: 0 } });
    expect(await sweepRegion(ports, NOW + HOUR - 1)).toBe(0);
    await sweepRegion(ports, NOW + HOUR);
    expect(notes).toEqual([{ tenant: 'acme', removed: { executions: 5, dead_letters: 0, logs: 0, audit: 0 } }]);
    // Whoever had it before cannot write over it.
    expect(await sweeps.keep(claimed, { begun_at: 0, stage: 'executions', cursor: null, removed: notes[0]!.removed })).toBe(false);
  });

  it('leaves a tenant alone that is on its way elsewhere', async () => {
    const { sweeps, ports, state, done } = world({ acme: { executions: 5 } });
    state.away.add('acme');
    await sweepRegion(ports, NOW);
    expect([done, (await sweeps.of('acme'))!.due_at]).toEqual([[], NOW + HOUR]);
  });
});
