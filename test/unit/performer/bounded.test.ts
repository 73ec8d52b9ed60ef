/** Calls and statements within what the tenant may have under way. */
import { describe, expect, it } from 'vitest';
import { LIMITS } from '#contracts/limits';
import type { PerformEffect } from '#contracts/step';
import type { DatabasePort, HttpPort } from '#steps/define-step';
import { Bulkhead } from '#workers/egress/bulkhead';
import { createHttp } from '#workers/egress/http';
import { type BoundedBy, boundedDatabases, boundedHttp, type CountedHttp, type EffectBounds } from '#workers/performer/bounded';

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

/** The real way out to a service that always answers the same. */
const service =
  (body: string | Uint8Array<ArrayBuffer>): CountedHttp =>
  (counted) =>
    createHttp({ hosted: false, aliases: new Map(), fetch: async () => new Response(body), ...(counted ? { counted } : {}) }, signal);

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
    const all = Array.from({ length: 10 }, () => boundedHttp(() => http, by, effect, signal).fetch(request));
    await finish(10);
    await Promise.all(all);
    expect(state).toEqual({ now: 0, most: 3, done: 10 });
  });

  it('free their turn when they fail', async () => {
    const { by } = setUp({ calls: 1 });
    const http: HttpPort = { fetch: () => Promise.reject(new Error('no route')) };
    for (let i = 0; i < 3; i++) await expect(boundedHttp(() => http, by, effect, signal).fetch(request)).rejects.toThrow('no route');
  });

  it('pay for what they send and get, those after them wait for it', async () => {
    const { by, clock } = setUp({ bytes_per_s: 1000 });
    const { fetch } = boundedHttp(service('y'.repeat(2400)), by, effect, signal);
    await fetch(request);
    expect(clock.slept).toBe(0);
    await fetch(request);
    expect(clock.slept).toBeGreaterThanOrEqual(2000);
  });

  it.each([
    ['bytes, not characters', 'ü'.repeat(500), 1000],
    ['what comes as base64 as what it was', new Uint8Array(900).fill(255), 900],
    ['an answer that is dropped for its size as well', 'y'.repeat(LIMITS.upstreamBody + 1), LIMITS.upstreamBody + 1],
  ])('pay for %s', async (_name, body, bytes) => {
    const { by } = setUp({ bytes_per_s: 1000 });
    let counted = 0;
    by.bulkhead.spend = (_tenant, _rate, count) => {
      counted += count;
    };
    await boundedHttp(service(body), by, effect, signal)
      .fetch({ ...request, body: undefined })
      .catch(() => undefined);
    expect(counted).toBe(bytes);
  });

  it('count nothing where nothing is bounded', async () => {
    const { by } = setUp({});
    const told: unknown[] = [];
    const http: HttpPort = { fetch: async () => ({ status: 200, headers: {}, body: '' }) };
    const port = boundedHttp(
      (counted) => {
        told.push(counted);
        return http;
      },
      by,
      effect,
      signal,
    );
    await port.fetch(request);
    expect(told).toEqual([undefined]);
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
