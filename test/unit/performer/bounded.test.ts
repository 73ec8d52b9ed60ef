/** Calls and statements within what the tenant may have under way. */
import { describe, expect, it } from 'vitest';
import type { PerformEffect } from '#contracts/step';
import type { DatabasePort, HttpPort, HttpReply } from '#steps/define-step';
import { Bulkhead } from '#workers/egress/bulkhead';
import { type BoundedBy, boundedDatabases, boundedHttp, type EffectBounds } from '#workers/performer/bounded';

const effect = { tenant: 'acme', workflow: 'shop', environment: 'production', timeout_ms: 10_000 } as PerformEffect;
const { signal } = new AbortController();
const request = { url: 'http://bank.test', method: 'POST', headers: {}, body: 'x'.repeat(600) };

function setUp(bounds: Partial<EffectBounds>) {
  const clock = { now: 0, slept: 0 };
  const bulkhead = new Bulkhead(
    () => clock.now,
    async (ms) => {
      clock.now += ms;
      clock.slept += ms;
      for (let i = 0; i < 20; i++) await Promise.resolve();
    },
  );
  const by: BoundedBy = { bulkhead, bounds: async () => ({ calls: null, bytes_per_s: null, statements: null, ...bounds }) };
  return { clock, by };
}

/** Counts how many are under way at once; each ends with `finish`. */
function counterpart() {
  const state = { now: 0, most: 0, done: 0 };
  const open: (() => void)[] = [];
  const work = async () => {
    state.most = Math.max(state.most, ++state.now);
    await new Promise<void>((resolve) => open.push(resolve));
    state.now--;
    state.done++;
  };
  const finish = async (count: number) => {
    for (let i = 0; i < 50 * count && state.done < count; i++) {
      open.shift()?.();
      for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    }
  };
  return { state, work, finish };
}

describe('calls', () => {
  it('are so many at once, over all steps of the tenant in the isolate', async () => {
    const { by } = setUp({ calls: 3 });
    const { state, work, finish } = counterpart();
    const http: HttpPort = {
      async fetch() {
        await work();
        return { status: 200, headers: {}, body: '' };
      },
    };
    const all = Array.from({ length: 10 }, () => boundedHttp(http, by, effect, signal).fetch(request));
    await finish(10);
    await Promise.all(all);
    expect(state).toEqual({ now: 0, most: 3, done: 10 });
  });

  it('free their turn when they fail', async () => {
    const { by } = setUp({ calls: 1 });
    const http: HttpPort = { fetch: () => Promise.reject(new Error('no route')) };
    for (let i = 0; i < 3; i++) await expect(boundedHttp(http, by, effect, signal).fetch(request)).rejects.toThrow('no route');
  });

  it('pay for what they send and get, those after them wait for it', async () => {
    const { by, clock } = setUp({ bytes_per_s: 1000 });
    const http: HttpPort = { fetch: async (): Promise<HttpReply> => ({ status: 200, headers: {}, body: 'y'.repeat(2400) }) };
    const { fetch } = boundedHttp(http, by, effect, signal);
    await fetch(request);
    expect(clock.slept).toBe(0);
    await fetch(request);
    expect(clock.slept).toBeGreaterThanOrEqual(2000);
  });
});

describe('statements', () => {
  it('are so many at once in an application', async () => {
    const { by } = setUp({ statements: 2 });
    const { state, work, finish } = counterpart();
    const databases: DatabasePort = {
      async query() {
        await work();
        return { rows: [] };
      },
      async exec() {
        await work();
        return { affected_rows: 0, last_id: null, rows: [] };
      },
    };
    const port = boundedDatabases(databases, by, effect, () => signal);
    const all = [
      port.query('main', 'SELECT 1', []),
      port.exec('main', 'SELECT 1', [], null),
      port.query('main', 'SELECT 1', []),
      port.query('main', 'SELECT 1', []),
    ];
    await finish(4);
    await Promise.all(all);
    expect(state).toEqual({ now: 0, most: 2, done: 4 });
  });

  it('make no signal where there is no bound', async () => {
    const { by } = setUp({});
    const databases = { query: async () => ({ rows: [] }) } as unknown as DatabasePort;
    const port = boundedDatabases(databases, by, effect, () => {
      throw new Error('not wanted');
    });
    expect(await port.query('main', 'SELECT 1', [])).toEqual({ rows: [] });
  });
});
