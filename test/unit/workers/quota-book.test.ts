/** Leases as an isolate keeps them: how often it asks, and what it lets go. */
import { describe, expect, it } from 'vitest';
import { type Bound, PLACES_LAST_MS, type QuotaRpc, RENEW_PLACES_MS, TOKENS_LAST_MS } from '#contracts/quota';
import { QuotaCore } from '#objects/quota-core';
import { type BookPorts, QuotaBook } from '#workers/quota/book';

const START = 1_000_000;

/** One bound, seen by any number of isolates. */
function world() {
  const clock = { now: START };
  const state = { unreachable: false };
  const asked: string[] = [];
  const failures: unknown[] = [];
  const store = { all: () => [], put: () => {}, delete: () => {} };
  const core = new QuotaCore(store, { tell: async () => {}, isOpen: async () => true }, { now: () => clock.now, wakeAt: () => {} }, () => {});
  const object = {
    async tokens(order) {
      asked.push(`tokens ${order.wanted}`);
      if (state.unreachable) throw new Error('no route');
      return core.tokens(order);
    },
    async places(bound, order) {
      asked.push(`places ${order.used}+${order.wanted}`);
      if (state.unreachable) throw new Error('no route');
      return core.places(bound, order);
    },
  } as QuotaRpc;
  const ports: BookPorts = { object: () => object, now: () => clock.now, failed: (error) => failures.push(error) };
  return { clock, state, asked, failures, ports, core };
}

const slow: Bound = { name: 'acme', rate: { per_minute: 60, burst: 2 }, soft: 10, hard: 20 };
const fast: Bound = { name: 'acme', rate: { per_minute: 6000, burst: 100 }, soft: 10, hard: 20 };
const placed = (max: number): Bound => ({ name: 'acme', max, soft: 10, hard: 20 });

describe('starts', () => {
  it('of a small rate are counted exactly', async () => {
    const { ports, clock } = world();
    const book = new QuotaBook();
    expect([await book.token(slow, ports), await book.token(slow, ports), await book.token(slow, ports)]).toEqual([undefined, undefined, 1]);
    clock.now += 1000;
    expect([await book.token(slow, ports), await book.token(slow, ports)]).toEqual([undefined, 1]);
  });

  it('that are refused ask nothing for a while', async () => {
    const { ports, asked } = world();
    const book = new QuotaBook();
    for (let i = 0; i < 50; i++) await book.token(slow, ports);
    expect(asked.length).toBe(2);
  });

  it('are let in evenly under a flood, not by the second', async () => {
    const { ports, clock } = world();
    const book = new QuotaBook();
    const tenth: Bound = { ...slow, rate: { per_minute: 600, burst: 10 } };
    const started: number[] = [];
    for (let ms = 0; ms < 5000; ms++) {
      clock.now++;
      if ((await book.token(tenth, ports)) === undefined) started.push(ms);
    }
    const later = started.filter((ms) => ms >= 2000);
    expect(later.length).toBeGreaterThanOrEqual(29);
    for (let i = 1; i < later.length; i++) expect(later[i]! - later[i - 1]!).toBeGreaterThanOrEqual(99);
  });

  it('are told when there is room again, however far that is', async () => {
    const { ports, clock, asked } = world();
    const book = new QuotaBook();
    const hourly: Bound = { ...slow, rate: { per_minute: 1, burst: 1 } };
    expect([await book.token(hourly, ports), await book.token(hourly, ports)]).toEqual([undefined, 60]);
    clock.now += 30_000;
    expect(await book.token(hourly, ports)).toBe(30);
    expect(asked.length).toBe(2);
  });

  it('of a large rate are leased in batches: one in many asks, and the first none', async () => {
    const { ports, asked, clock } = world();
    const book = new QuotaBook();
    expect(await book.token(fast, ports)).toBeUndefined();
    expect(asked).toEqual([]);
    for (let i = 0; i < 300; i++) {
      clock.now += 20;
      expect(await book.token(fast, ports)).toBeUndefined();
    }
    expect(asked.length).toBeLessThan(40);
  });

  it('are never more than bucket and rate allow, over all isolates, but for one of each', async () => {
    const { ports, clock } = world();
    const books = Array.from({ length: 4 }, () => new QuotaBook());
    let started = 0;
    for (let ms = 0; ms < 2000; ms++) {
      clock.now++;
      for (const book of books) if ((await book.token(fast, ports)) === undefined) started++;
    }
    // A full bucket, two seconds of the rate, and one of each isolate.
    expect(started).toBeGreaterThan(200);
    expect(started).toBeLessThanOrEqual(100 + 200 + books.length);
  });

  it('lose leased tokens that are not used in time', async () => {
    const { ports, clock, asked } = world();
    const book = new QuotaBook();
    await book.token(fast, ports);
    await book.token(fast, ports);
    clock.now += TOKENS_LAST_MS;
    await book.token(fast, ports);
    await book.token(fast, ports);
    expect(asked.length).toBe(2);
  });

  it('go when the object cannot be asked', async () => {
    const { ports, state, failures } = world();
    state.unreachable = true;
    expect(await new QuotaBook().token(slow, ports)).toBeUndefined();
    expect(failures.length).toBe(1);
  });
});

describe('places', () => {
  it('are as many as the bound has, over all isolates', async () => {
    const { ports } = world();
    const [one, two] = [new QuotaBook(), new QuotaBook()];
    const bound = placed(3);
    const answers = [];
    for (const [book, id] of [
      [one, 'a'],
      [two, 'b'],
      [one, 'c'],
      [two, 'd'],
    ] as const)
      answers.push((await book.hold(bound, id, ports)).kind);
    expect(answers).toEqual(['held', 'held', 'held', 'full']);
    await one.free(bound, 'a', ports);
    // Nobody waits, so the isolate keeps it until it tells.
    expect((await one.hold(bound, 'e', ports)).kind).toBe('held');
  });

  it('that are asked for at the same moment are all found', async () => {
    const { ports } = world();
    const book = new QuotaBook();
    const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => book.hold(placed(4), id, ports)));
    expect(answers.map(({ kind }) => kind)).toEqual(['held', 'held', 'held', 'held', 'full']);
  });

  it('cost no question while the lease has some to spare', async () => {
    const { ports, asked, clock } = world();
    const book = new QuotaBook();
    const bound = placed(80);
    for (let i = 0; i < 200; i++) {
      clock.now += 5;
      expect((await book.hold(bound, `e${i}`, ports)).kind).toBe('held');
      if (i >= 5) await book.free(bound, `e${i - 5}`, ports);
    }
    expect(asked.length).toBeLessThan(10);
  });

  it('are kept while the holder says so, and are free when it says nothing', async () => {
    const { ports, clock } = world();
    const [one, two] = [new QuotaBook(), new QuotaBook()];
    const bound = placed(1);
    await one.hold(bound, 'a', ports);
    for (let waited = 0; waited < 60_000; waited += RENEW_PLACES_MS) {
      clock.now += RENEW_PLACES_MS;
      await one.keep(bound, 'a', ports);
    }
    expect((await two.hold(bound, 'b', ports)).kind).toBe('full');
    clock.now += PLACES_LAST_MS;
    expect((await two.hold(bound, 'b', ports)).kind).toBe('held');
    // And in the isolate itself: the one that was lost counts no more.
    clock.now += PLACES_LAST_MS;
    expect((await one.hold(bound, 'c', ports)).kind).toBe('held');
  });

  it('are told as free at once where somebody waits', async () => {
    const { ports, asked, core } = world();
    const book = new QuotaBook();
    const bound = placed(1);
    await book.hold(bound, 'a', ports);
    const entry = { tenant: 'acme', execution_id: 'b', workflow: 'shop', environment: 'production', pipeline: 'pay', key: 'k', priority: 0 };
    await core.enter(bound, { holder: 'two', entry });
    expect(await book.hold(bound, 'c', ports)).toEqual({ kind: 'full', waiting: 1 });
    asked.length = 0;
    await book.free(bound, 'a', ports);
    expect(asked).toEqual(['places 0+0']);
    expect(await core.enter(bound, { holder: 'two', entry })).toEqual({ kind: 'granted' });
  });

  it('are told as free at once where one of this isolate has begun to wait', async () => {
    const { ports, asked } = world();
    const book = new QuotaBook();
    const bound = placed(1);
    await book.hold(bound, 'a', ports);
    expect((await book.hold(bound, 'b', ports)).kind).toBe('full');
    book.noteWaiting(bound.name);
    asked.length = 0;
    await book.free(bound, 'a', ports);
    expect(asked).toEqual(['places 0+0']);
  });

  it('are told as free once a second where nobody is known to wait', async () => {
    const { ports, asked, clock } = world();
    const book = new QuotaBook();
    const bound = placed(9);
    for (const id of ['a', 'b', 'c']) await book.hold(bound, id, ports);
    asked.length = 0;
    await book.free(bound, 'a', ports);
    expect(asked).toEqual([]);
    clock.now += 1000;
    await book.free(bound, 'b', ports);
    await book.free(bound, 'c', ports);
    expect(asked).toEqual(['places 1+0']);
  });

  it('are there when the object cannot be asked', async () => {
    const { ports, state } = world();
    state.unreachable = true;
    expect((await new QuotaBook().hold(placed(1), 'a', ports)).kind).toBe('held');
  });
});
