/** Token buckets, and patterns over several events: pure, the clock is the test's. */
import { describe, expect, it } from 'vitest';
import type { SeenEvent } from '#contracts/bus-rpc';
import type { EventPattern } from '#contracts/definition';
import { matchPattern } from '#objects/event-window/match';
import { TokenBuckets } from '#objects/token-buckets';

describe('a bucket of requests', () => {
  it('is empty after its burst and fills with time', () => {
    let now = 0;
    const buckets = new TokenBuckets(() => now);
    const rate = { per_minute: 60, burst: 2 };
    expect([buckets.take('a', rate), buckets.take('a', rate), buckets.take('a', rate)]).toEqual([
      { allowed: true, remaining: 1, retry_after_s: 0 },
      { allowed: true, remaining: 0, retry_after_s: 0 },
      { allowed: false, remaining: 0, retry_after_s: 1 },
    ]);
    expect(buckets.take('b', rate).allowed).toBe(true);
    now = 1000;
    expect(buckets.take('a', rate).allowed).toBe(true);
    expect(buckets.take('a', rate).allowed).toBe(false);
  });

  it('is forgotten once it is full again', () => {
    let now = 0;
    const buckets = new TokenBuckets(() => now);
    const rate = { per_minute: 60, burst: 2 };
    for (const key of ['a', 'b', 'c']) buckets.take(key, rate);
    expect(buckets.size).toBe(3);
    now = 1000;
    buckets.take('d', rate);
    expect(buckets.size).toBe(1);
  });
});

describe('a pattern', () => {
  const pattern = (more: Partial<EventPattern>): EventPattern => ({
    id: 'p',
    event_types: ['a', 'b'],
    window_ms: 1000,
    condition: 'sequence',
    min: 1,
    max: 0,
    ordered: true,
    correlate_by: {},
    pipeline: 'x',
    ...more,
  });
  const seen = (types: string): SeenEvent[] => [...types].map((type, at) => ({ id: `${at}`, type, at, data: null }));
  it.each<[string, Partial<EventPattern>, string, string | null]>([
    ['in order', {}, 'ab', '01'],
    ['not in order', {}, 'ba', null],
    ['in order behind others', {}, 'bab', '12'],
    ['any order', { ordered: false }, 'ba', '01'],
    ['each twice', { min: 2 }, 'abab', null],
    ['each twice, in order', { min: 2 }, 'aabb', '0123'],
    ['count', { condition: 'count', min: 3 }, 'aab', '012'],
    ['count too few', { condition: 'count', min: 4 }, 'aab', null],
    ['count above its bound', { condition: 'count', min: 1, max: 2 }, 'aab', null],
  ])('%s', (_, more, types, expected) =>
    expect(
      matchPattern(pattern(more), seen(types))
        ?.map((event) => event.id)
        .join('') ?? null,
    ).toBe(expected),
  );
});
