/**
 * Durations as counts in log-linear buckets. Adding two histograms is adding their counts, so those of hours, regions and
 * pipelines can be put together at any time.
 *
 * 1. Below 16 ms each millisecond has a bucket of its own; above, each power of two is cut into 16 equal parts.
 * 2. A quantile is the middle of the bucket that it falls into: at most 1/32 (3.2 %) from the value that was there.
 */
import type { Buckets } from '#contracts/metrics';

const PARTS = 16;
const PARTS_LOG2 = 4;

/** Of a duration in whole milliseconds; what is below zero counts as zero. */
export function bucketOf(ms: number): number {
  const whole = Math.max(0, Math.round(ms));
  if (whole < PARTS) return whole;
  const exponent = Math.floor(Math.log2(whole));
  // Floating point may be one off beside a power of two.
  const power = 2 ** exponent > whole ? exponent - 1 : 2 ** (exponent + 1) <= whole ? exponent + 1 : exponent;
  const part = Math.floor((whole - 2 ** power) / 2 ** (power - PARTS_LOG2));
  return PARTS + (power - PARTS_LOG2) * PARTS + part;
}

/** From (inclusive) and to (exclusive), ms. */
export function boundsOf(bucket: number): [from: number, to: number] {
  if (bucket < PARTS) return [bucket, bucket + 1];
  const power = PARTS_LOG2 + Math.floor((bucket - PARTS) / PARTS);
  const width = 2 ** (power - PARTS_LOG2);
  const from = 2 ** power + ((bucket - PARTS) % PARTS) * width;
  return [from, from + width];
}

export class Histogram {
  readonly #counts = new Map<number, number>();
  #total = 0;

  static from(...all: readonly Buckets[]): Histogram {
    const histogram = new Histogram();
    for (const buckets of all) histogram.merge(buckets);
    return histogram;
  }

  get total(): number {
    return this.#total;
  }

  add(ms: number): void {
    this.#count(bucketOf(ms), 1);
  }

  merge(buckets: Buckets): void {
    for (let at = 0; at + 1 < buckets.length; at += 2) this.#count(buckets[at]!, buckets[at + 1]!);
  }

  /** `0.95`: a duration that 95 of 100 do not exceed, ms; `undefined` of nothing. */
  quantile(share: number): number | undefined {
    if (this.#total === 0) return undefined;
    let left = Math.max(1, Math.ceil(share * this.#total));
    for (const [bucket, count] of this.#sorted()) {
      left -= count;
      if (left <= 0) return middleOf(bucket);
    }
    return undefined;
  }

  /** How many are at most so long, ms; exact where `ms` is the end of a bucket. */
  upTo(ms: number): number {
    let sum = 0;
    for (const [bucket, count] of this.#counts) if (middleOf(bucket) <= ms) sum += count;
    return sum;
  }

  buckets(): Buckets {
    return this.#sorted().flat();
  }

  #sorted(): [number, number][] {
    return [...this.#counts].sort(([left], [right]) => left - right);
  }

  #count(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#total += count;
  }
}

function middleOf(bucket: number): number {
  const [from, to] = boundsOf(bucket);
  return to - from === 1 ? from : Math.round((from + to) / 2);
}
