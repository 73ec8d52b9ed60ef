/**
 * What Cloudflare charges for Workers Paid, without the amounts that are included. US dollars; list prices as read in
 * November 2026, https://developers.cloudflare.com/workers/platform/pricing. A region's `PRICES` overrides any of them.
 */
import { z } from 'zod';
import type { Usage, UsageKey } from '#contracts/metrics';

export const PRICES_AS_OF = '2026-11';

/** Each million, but for what is kept. */
export const LIST_PRICES = {
  worker_request: 0.3,
  object_request: 0.15,
  row_written: 1,
  row_read: 0.001,
  queue_operation: 0.4,
  r2_class_a: 4.5,
  r2_class_b: 0.36,
  worker_cpu_ms: 0.02,
  /** A million GB-seconds; an object counts as 128 MB. */
  object_gb_second: 12.5,
  /** One GB for a month. */
  storage_gb_month: 0.2,
} as const;

export type Prices = Record<keyof typeof LIST_PRICES, number>;

export const OBJECT_GB = 0.128;

const price = z.number().min(0).max(1_000_000);
const overrides = z.strictObject(Object.fromEntries(Object.keys(LIST_PRICES).map((key) => [key, price.optional()])));

/** The list prices, with what `text` (JSON) says otherwise. Throws an Error that names PRICES. */
export function pricesOf(text: string | undefined): Prices {
  if (text === undefined || text === '') return LIST_PRICES;
  try {
    return { ...LIST_PRICES, ...overrides.parse(JSON.parse(text)) };
  } catch (cause) {
    throw new Error(`PRICES: a JSON object of prices, such as {"row_written": 0.9}; the keys are ${Object.keys(LIST_PRICES).join(', ')}.`, { cause });
  }
}

/** US dollars for each kind of use. */
export type Cost = Record<UsageKey, number>;

export function costOf(usage: Usage, prices: Prices): Cost {
  const million = 1_000_000;
  return {
    rows_written: (usage.rows_written * prices.row_written) / million,
    object_requests: (usage.object_requests * prices.object_request) / million,
    object_ms: ((usage.object_ms / 1000) * OBJECT_GB * prices.object_gb_second) / million,
    queue_operations: (usage.queue_operations * prices.queue_operation) / million,
    r2_writes: (usage.r2_writes * prices.r2_class_a) / million,
    worker_requests: (usage.worker_requests * prices.worker_request) / million,
  };
}

/** In all, US dollars. */
export function totalOf(usage: Usage, prices: Prices): number {
  return Object.values(costOf(usage, prices)).reduce((sum, part) => sum + part, 0);
}
