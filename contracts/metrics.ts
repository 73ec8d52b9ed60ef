/**
 * What is measured of an execution, and how it is kept: beside its row in the index, so that measuring costs no row of its
 * own. Everything here adds up: measures of many executions are the measure of all of them.
 */
import { z } from 'zod';

/** What an execution had the platform do, as far as it is billed. Counts; `object_ms` is wall-clock time. */
export const USAGE_KEYS = ['rows_written', 'object_requests', 'object_ms', 'queue_operations', 'r2_writes', 'worker_requests'] as const;
export type UsageKey = (typeof USAGE_KEYS)[number];
export type Usage = Record<UsageKey, number>;

export const NO_USAGE: Usage = { rows_written: 0, object_requests: 0, object_ms: 0, queue_operations: 0, r2_writes: 0, worker_requests: 0 };

/**
 * Durations as counts by bucket, `[bucket, count, bucket, count, …]` by rising bucket. A bucket is exact below 16 ms and a
 * sixteenth of a power of two above, see `engine/metrics/histogram.ts`.
 */
export type Buckets = number[];

/** All runs of one step of the definition, whatever items and rounds they were for. */
export interface StepMeasure {
  /** Path in the definition: `charge`, `each/reserve`. */
  step: string;
  type: string;
  completed: number;
  /** Given up, whatever came of it then. */
  failed: number;
  skipped: number;
  /** Calls beyond the first, of the step and of its undoing. */
  retries: number;
  duration_sum_ms: number;
  durations: Buckets;
  /** Its part of what the execution used; the rest is the execution's own. */
  usage: Usage;
}

/** Of one execution that has ended. */
export interface Measure {
  usage: Usage;
  steps: StepMeasure[];
}

/** Steps that are measured one by one; what a longer pipeline has beyond counts as OTHER_STEPS. */
export const MEASURED_STEPS = 100;
export const OTHER_STEPS = '(other)';

const count = z.number().int().min(0);
const usageTuple = z.tuple([count, count, count, count, count, count]);
const stepTuple = z.tuple([z.string().max(1024), z.string().max(128), count, count, count, count, count, z.array(count).max(1400), usageTuple]);
/** As it travels and is stored: names would be most of it. */
export const packedMeasureSchema = z.tuple([usageTuple, z.array(stepTuple).max(MEASURED_STEPS + 1)]);
export type PackedMeasure = z.infer<typeof packedMeasureSchema>;

type UsageTuple = z.infer<typeof usageTuple>;

export function packMeasure({ usage, steps }: Measure): PackedMeasure {
  return [
    usageValues(usage),
    steps.map(({ step, type, completed, failed, skipped, retries, duration_sum_ms, durations, usage: own }) => [
      step,
      type,
      completed,
      failed,
      skipped,
      retries,
      duration_sum_ms,
      durations,
      usageValues(own),
    ]),
  ];
}

export function unpackMeasure([usage, steps]: PackedMeasure): Measure {
  return {
    usage: usageOf(usage),
    steps: steps.map(([step, type, completed, failed, skipped, retries, duration_sum_ms, durations, own]) => ({
      step,
      type,
      completed,
      failed,
      skipped,
      retries,
      duration_sum_ms,
      durations,
      usage: usageOf(own),
    })),
  };
}

function usageValues(usage: Usage): UsageTuple {
  return USAGE_KEYS.map((key) => usage[key]) as UsageTuple;
}

function usageOf(values: readonly number[]): Usage {
  return Object.fromEntries(USAGE_KEYS.map((key, at) => [key, values[at] ?? 0])) as Usage;
}

export function addUsage(left: Usage, right: Usage): Usage {
  return Object.fromEntries(USAGE_KEYS.map((key) => [key, left[key] + right[key]])) as Usage;
}
