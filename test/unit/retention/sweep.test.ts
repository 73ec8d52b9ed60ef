/** The order of a sweep: announced, in bounded pieces, gone on with wherever it was ended. */
import { describe, expect, it } from 'vitest';
import { DAY_MS, NOTHING_REMOVED, NOTICE_MS, type OwnRetention, type RetentionKind, retentionOf, type Sweep } from '#contracts/retention';
import { MemoryRetentionSweeps } from '#storage/memory/retention-sweeps';
import { type SweepPorts, sweepRegion } from '#workers/retention/sweep';

const NOW = 1_000 * DAY_MS;
const HOUR = 3_600_000;
const TEAM = retentionOf('team', null);

type Old = Partial<Record<RetentionKind, number>>;

/** `tenants`: how many of each kind are old; a piece takes two. Their numbers have been announced. */
async function world(tenants: { [tenant: string]: Old }) {
  const sweeps = new MemoryRetentionSweeps(Object.keys(tenants));
  const done: string[] = [];
  const asked: (number | null)[] = [];
  const notes: { tenant: string; removed: Sweep['removed'] }[] = [];
  const state = { fails: undefined as ((tenant: string, kind: string) => boolean) | undefined, away: new Set<string>(), own: {} as OwnRetention };
  const ports: SweepPorts = {
    sweeps,
    retention: async (tenant) => (state.away.has(tenant) ? null : retentionOf('team', state.own)),
    async remove(kind, tenant, retention) {
      if (state.fails?.(tenant, kind)) throw new Error('the store is away');
      const left = tenants[tenant]![kind] ?? 0;
      const removed = Math.min(2, left);
      tenants[tenant]![kind] = left - removed;
      done.push(`${tenant} ${kind} ${removed}`);
      if (kind === 'executions') asked.push(retention.executions);
      return { removed, next: left > removed ? 'more' : null };
    },
    note: async (tenant, _, { removed }) => void notes.push({ tenant, removed }),
    failed: () => undefined,
  };
  await sweepRegion(ports, NOW - NOTICE_MS);
  return { sweeps, ports, done, asked, notes, state };
}

describe('a sweep', () => {
  it('goes through all kinds of all tenants, notes what it came to, and rests for a day', async () => {
    const { sweeps, ports, done, notes } = await world({ acme: { executions: 3, audit: 1 }, globex: {} });
    await sweepRegion(ports, NOW);
    expect(done.slice(0, 5)).toEqual(['acme executions 2', 'acme executions 1', 'acme dead_letters 0', 'acme logs 0', 'acme audit 1']);
    expect(notes).toEqual([
      { tenant: 'acme', removed: { ...NOTHING_REMOVED, executions: 3, audit: 1 } },
      { tenant: 'globex', removed: NOTHING_REMOVED },
    ]);
    expect(await sweeps.of('acme')).toEqual({ due_at: NOW + DAY_MS, sweep: null, announced: TEAM, last: { at: NOW, removed: notes[0]!.removed } });
    expect(await sweepRegion(ports, NOW + DAY_MS - 1)).toBe(0);
    expect(await sweepRegion(ports, NOW + DAY_MS)).toBeGreaterThan(0);
  });

  it('does so many pieces and no more, and goes on where it stopped', async () => {
    const { sweeps, ports, done, notes } = await world({ acme: { executions: 9 } });
    expect(await sweepRegion(ports, NOW, 2)).toBe(2);
    expect(done).toEqual(['acme executions 2', 'acme executions 2']);
    expect(await sweeps.of('acme')).toMatchObject({ due_at: NOW, sweep: { stage: 'executions', begun_at: NOW, removed: { executions: 4 } } });
    for (let call = 1; notes.length === 0; call++) await sweepRegion(ports, NOW + call, 2);
    expect(notes).toEqual([{ tenant: 'acme', removed: { ...NOTHING_REMOVED, executions: 9 } }]);
    expect((await sweeps.of('acme'))!.last).toMatchObject({ at: NOW });
  });

  it('that met a fault is tried again later, from where it was, and holds up nobody else', async () => {
    const { sweeps, ports, state, notes } = await world({ acme: { executions: 1, logs: 1 }, globex: {} });
    state.fails = (tenant, kind) => tenant === 'acme' && kind === 'logs';
    await sweepRegion(ports, NOW);
    expect(notes.map(({ tenant }) => tenant)).toEqual(['globex']);
    expect(await sweeps.of('acme')).toMatchObject({ due_at: NOW + HOUR, sweep: { stage: 'logs', removed: { executions: 1 } } });
    state.fails = undefined;
    await sweepRegion(ports, NOW + HOUR);
    expect(notes[1]).toEqual({ tenant: 'acme', removed: { ...NOTHING_REMOVED, executions: 1, logs: 1 } });
  });

  it('that the runtime ended is taken up once its lease is over, and nobody takes it before', async () => {
    const { sweeps, ports, notes } = await world({ acme: { executions: 5 } });
    const claimed = (await sweeps.claim(NOW, NOW + HOUR))!;
    const removed = { ...NOTHING_REMOVED, executions: 5 };
    await sweeps.keep(claimed, { begun_at: NOW, retention: TEAM, stage: 'logs', cursor: null, removed });
    expect(await sweepRegion(ports, NOW + HOUR - 1)).toBe(0);
    await sweepRegion(ports, NOW + HOUR);
    expect(notes).toEqual([{ tenant: 'acme', removed }]);
  });

  it.each(['executions', 'dead_letters', 'logs', 'audit'] as const)('that the runtime ends behind a piece of %s goes on from there', async (kind) => {
    const { sweeps, ports, done, notes } = await world({ acme: { [kind]: 7 } });
    // The piece is done, and nobody is told.
    const cut: SweepPorts = {
      ...ports,
      async remove(...order) {
        const piece = await ports.remove(...order);
        if (order[0] === kind) throw new Error('the runtime ends here');
        return piece;
      },
    };
    for (const call of [0, 1, 2]) await sweepRegion(cut, NOW + call * HOUR);
    expect((await sweeps.of('acme'))!.sweep).toMatchObject({ begun_at: NOW, stage: kind });
    await sweepRegion(ports, NOW + 3 * HOUR);
    const removed = done.filter((each) => each.includes(kind)).map((each) => Number(each.split(' ')[2]));
    expect([removed, notes.length]).toEqual([[2, 2, 2, 1], 1]);
  });

  it('leaves a tenant alone that is on its way elsewhere', async () => {
    const { sweeps, ports, state, done } = await world({ acme: { executions: 5 } });
    state.away.add('acme');
    await sweepRegion(ports, NOW);
    expect([done, (await sweeps.of('acme'))!.due_at]).toEqual([[], NOW + HOUR]);
  });
});

describe('what has become shorter', () => {
  it('is announced for a day before a sweep goes by it, also where nothing was ever said', async () => {
    const { sweeps, ports, state, asked } = await world({ acme: { executions: 1 } });
    expect(await sweeps.of('acme')).toEqual({ due_at: NOW, sweep: null, announced: TEAM, last: null });
    state.own = { executions: 5 };
    await sweepRegion(ports, NOW);
    expect([asked, (await sweeps.of('acme'))!.due_at]).toEqual([[], NOW + NOTICE_MS]);
    await sweepRegion(ports, NOW + NOTICE_MS);
    expect(asked).toEqual([5]);
  });

  it('in the middle of a sweep is for the next one, and what has become longer holds at once', async () => {
    const { ports, state, asked } = await world({ acme: { executions: 9 } });
    await sweepRegion(ports, NOW, 1);
    state.own = { executions: 5 };
    await sweepRegion(ports, NOW + 1, 1);
    state.own = { executions: 800 };
    await sweepRegion(ports, NOW + 2, 1);
    expect(asked).toEqual([400, 400, 800]);
  });

  it('after it was made longer is measured by the longer', async () => {
    const { ports, state, asked } = await world({ acme: {} });
    state.own = { executions: 800 };
    await sweepRegion(ports, NOW);
    state.own = { executions: 500 };
    await sweepRegion(ports, NOW + DAY_MS);
    expect(asked).toEqual([800]);
    await sweepRegion(ports, NOW + 2 * DAY_MS);
    expect(asked).toEqual([800, 500]);
  });
});
