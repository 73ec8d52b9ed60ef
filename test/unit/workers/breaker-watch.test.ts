/** Circuit breakers as an isolate sees them: how often it asks, and what it knows. */
import { describe, expect, it } from 'vitest';
import type { BreakerOrder, BreakerRpc, BreakerView } from '#contracts/breaker';
import { newRecord, probe, probed, report, viewOf } from '#objects/breaker-core';
import { type BreakerPorts, BreakerWatch } from '#workers/breakers/watch';

const NAME = { tenant: 'acme', environment: 'production', name: 'api.example' };
const ORDER: BreakerOrder = { failure_threshold: 3, success_threshold: 2, timeout_ms: 30_000 };
const START = 1_000_000;

/** One object and its row, seen by any number of isolates. */
function world() {
  const clock = { now: START };
  const asked: string[] = [];
  let record = newRecord(NAME, ORDER, START);
  let row: BreakerView | null = null;
  let probes = 0;
  const state = { unreachable: false, tell: true, gate: undefined as Promise<void> | undefined };
  const kept = () => {
    if (state.tell && record.revision > START) row = viewOf(record);
    return viewOf(record);
  };
  const heard = async (what: string) => {
    asked.push(what);
    await state.gate;
    if (state.unreachable) throw new Error('no route');
  };
  const object: BreakerRpc = {
    async report(_, order) {
      await heard(`report ${order.succeeded ? 'ok ' : ''}${order.failed}`);
      record = report(record, order, clock.now);
      return kept();
    },
    async probe(_, order) {
      await heard('probe');
      const tried = probe(record, order, `p${++probes}`, clock.now);
      record = tried.record;
      kept();
      return tried.answer;
    },
    async probed(_, order) {
      await heard(`probed ${order.succeeded}`);
      record = probed(record, order, clock.now);
      return kept();
    },
    command: async () => Promise.reject(new Error('not used here')),
    details: async () => null,
    erase: async () => {},
    packed: async () => null,
    adopt: async () => {},
  };
  const failures: unknown[] = [];
  const ports: BreakerPorts = {
    async read() {
      await heard('row');
      return row;
    },
    object: () => object,
    now: () => clock.now,
    failed: (error) => failures.push(error),
  };
  const isolate = () => {
    const watch = new BreakerWatch();
    return {
      watch,
      enter: () => watch.enter(NAME, ORDER, 1000, ports),
      leave: (ok: boolean | null, id?: string) => watch.leave(NAME, ORDER, ok, id, ports),
      async call(ok: boolean | null) {
        const passage = await this.enter();
        if (passage.kind === 'go') await this.leave(ok, passage.probe);
        return passage.kind;
      },
    };
  };
  return { clock, asked, state, failures, isolate, ports };
}

describe('a closed breaker', () => {
  it('costs a thousand calls one look at the row a second, and no other hop', async () => {
    const { clock, asked, isolate } = world();
    const one = isolate();
    for (let call = 0; call < 1000; call++, clock.now++) expect(await one.call(true)).toBe('go');
    expect(new Set(asked)).toEqual(new Set(['row']));
    expect(asked.length).toBeLessThanOrEqual(3);
  });

  it('tells of a success only after a failure, once', async () => {
    const { asked, isolate } = world();
    const one = isolate();
    for (const ok of [true, false, true, true, true]) await one.call(ok);
    expect(asked).toEqual(['row', 'report 1', 'report ok 0']);
  });

  it('lets calls that say nothing be', async () => {
    const { asked, isolate } = world();
    await isolate().call(null);
    expect(asked).toEqual(['row']);
  });

  it('tells of what failed meanwhile in one report', async () => {
    const { asked, state, isolate } = world();
    const one = isolate();
    for (let call = 0; call < 5; call++) await one.enter();
    let open: () => void = () => {};
    state.gate = new Promise((resolve) => (open = resolve));
    const first = one.leave(false);
    for (let call = 0; call < 4; call++) await one.leave(false);
    open();
    await first;
    expect(asked.slice(1)).toEqual(['report 1', 'report 4']);
    expect((await one.enter()).kind).toBe('refused');
  });

  it('is seen failing by others, whose success counts', async () => {
    const { asked, clock, isolate } = world();
    const [one, other] = [isolate(), isolate()];
    await one.call(false);
    await one.call(false);
    await other.call(true);
    clock.now += 1000;
    await one.call(false);
    await one.call(false);
    expect((await one.enter()).kind).toBe('go');
    expect(asked).toContain('report ok 0');
  });
});

describe('an open breaker', () => {
  async function opened() {
    const all = world();
    const one = all.isolate();
    for (let call = 0; call < 3; call++) await one.call(false);
    all.asked.length = 0;
    return { ...all, one };
  }

  it('refuses without a hop, and says for how long', async () => {
    const { one, asked, clock } = await opened();
    expect(await one.enter()).toEqual({ kind: 'refused', retry_after_ms: 30_000 });
    clock.now += 400;
    expect(await one.enter()).toEqual({ kind: 'refused', retry_after_ms: 29_600 });
    expect(asked).toEqual([]);
  });

  it('is noticed by every isolate within a second', async () => {
    const { isolate, clock } = world();
    const [one, other, third] = [isolate(), isolate(), isolate()];
    await other.call(true);
    await third.call(true);
    for (let call = 0; call < 3; call++) await one.call(false);
    clock.now += 999;
    expect([(await other.enter()).kind, (await third.enter()).kind]).toEqual(['refused', 'refused']);
  });

  it('lets one call of one isolate try when its time is over, and is closed for all by their success', async () => {
    const { one, isolate, clock } = await opened();
    const other = isolate();
    clock.now += 30_000;
    const tries = [await one.enter(), await one.enter(), await other.enter()];
    expect(tries.map(({ kind }) => kind)).toEqual(['go', 'refused', 'refused']);
    await one.leave(true, (tries[0] as { probe: string }).probe);
    expect(await one.call(true)).toBe('go');
    clock.now += 999;
    expect(await other.call(true)).toBe('go');
  });

  it('goes on holding when what tried has failed', async () => {
    const { one, clock } = await opened();
    clock.now += 30_000;
    expect(await one.call(false)).toBe('go');
    expect(await one.enter()).toEqual({ kind: 'refused', retry_after_ms: 30_000 });
  });

  it('asks seldom while another tries', async () => {
    const { one, asked, clock } = await opened();
    clock.now += 30_000;
    await one.enter();
    asked.length = 0;
    for (let call = 0; call < 900; call++, clock.now++) await one.enter();
    expect(asked.filter((what) => what === 'probe').length).toBeLessThanOrEqual(5);
  });

  it('is not forgotten for a row that lags behind', async () => {
    const all = world();
    all.state.tell = false;
    const one = all.isolate();
    for (let call = 0; call < 3; call++) await one.call(false);
    all.clock.now += 5000;
    expect((await one.enter()).kind).toBe('refused');
  });
});

describe('a breaker that cannot be asked', () => {
  it('keeps nobody from calling, and is asked again', async () => {
    const { isolate, state, failures, clock } = world();
    const one = isolate();
    state.unreachable = true;
    for (let call = 0; call < 5; call++) expect(await one.call(false)).toBe('go');
    expect(failures.length).toBeGreaterThan(0);
    state.unreachable = false;
    clock.now += 1000;
    for (let call = 0; call < 3; call++) await one.call(false);
    expect((await one.enter()).kind).toBe('refused');
  });

  it('lets the call go that would have tried', async () => {
    const { isolate, state, clock } = world();
    const one = isolate();
    for (let call = 0; call < 3; call++) await one.call(false);
    clock.now += 30_000;
    state.unreachable = true;
    expect((await one.enter()).kind).toBe('go');
  });

  it('is reported to by another when a report does not come back', async () => {
    const { isolate, state, clock, asked } = world();
    const one = isolate();
    await one.enter();
    state.gate = new Promise(() => {});
    void one.leave(false);
    state.gate = undefined;
    await one.leave(false);
    clock.now += 2001;
    await one.leave(false);
    expect(asked).toEqual(['row', 'report 1', 'report 2']);
  });
});
