import { describe, expect, it } from 'vitest';
import { boundsOf, bucketOf, Histogram } from '#engine/metrics/histogram';

const DURATIONS = [0, 1, 7, 15, 16, 17, 31, 32, 33, 63, 64, 100, 847, 1023, 1024, 1025, 59_999, 60_000, 3_600_000, 86_400_000, 2 ** 40 - 1, 2 ** 40];

describe('buckets', () => {
  it.each(DURATIONS)('%s ms lies in its bucket', (ms) => {
    const [from, to] = boundsOf(bucketOf(ms));
    expect(from).toBeLessThanOrEqual(ms);
    expect(ms).toBeLessThan(to);
  });

  it('follow each other without a gap', () => {
    for (let bucket = 0; bucket < 600; bucket++) expect(boundsOf(bucket)[1]).toBe(boundsOf(bucket + 1)[0]);
  });

  it('take what is below zero, or no whole number, for what it comes near to', () => {
    expect(bucketOf(-5)).toBe(0);
    expect(bucketOf(1.6)).toBe(2);
  });
});

describe('quantiles', () => {
  it('are within 1/32 of the true value', () => {
    const values = Array.from({ length: 5000 }, (_, at) => Math.round(1.0021 ** at));
    const histogram = new Histogram();
    for (const value of values) histogram.add(value);
    for (const share of [0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 1]) {
      const exact = values[Math.ceil(share * values.length) - 1]!;
      expect(Math.abs(histogram.quantile(share)! - exact)).toBeLessThanOrEqual(Math.ceil(exact / 32));
    }
  });

  it('of a single value are that value, as near as its bucket', () => {
    const histogram = new Histogram();
    histogram.add(12);
    expect([0, 0.5, 0.99, 1].map((share) => histogram.quantile(share))).toEqual([12, 12, 12, 12]);
  });

  it('of nothing are nothing', () => {
    expect(new Histogram().quantile(0.5)).toBeUndefined();
  });

  it('are the same for one histogram and for its parts together', () => {
    const all = new Histogram();
    const parts = [new Histogram(), new Histogram(), new Histogram()];
    for (let at = 0; at < 300; at++) {
      all.add(at * at);
      parts[at % 3]!.add(at * at);
    }
    const together = Histogram.from(...parts.map((part) => part.buckets()));
    expect(together.buckets()).toEqual(all.buckets());
    expect(together.total).toBe(300);
  });

  it('tell how many are at most so long', () => {
    const histogram = new Histogram();
    for (const ms of [3, 10, 100, 5000]) histogram.add(ms);
    expect([2, 3, 10, 250, 10_000].map((ms) => histogram.upTo(ms))).toEqual([0, 1, 2, 3, 4]);
  });
});
