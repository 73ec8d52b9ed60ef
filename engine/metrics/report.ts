/** Spans as the pages and the API show them: sums, rates and quantiles. */
import type { Metrics, MetricsPoint, PipelineMetrics, StepMetrics } from '#contracts/api-metrics';
import type { StepMeasure } from '#contracts/metrics';
import { type Prices, totalOf } from '#contracts/prices';
import type { PipelineCounts, TallySpan } from '#contracts/tally';
import { Histogram } from '#engine/metrics/histogram';
import { keyOf, together } from '#engine/metrics/tally';

const HOUR = 3_600_000;
const MAX_STEPS = 500;
const MAX_PIPELINES = 200;

export interface ReportQuestion {
  pipeline: string | null;
  period: string;
  from: number;
  to: number;
  point_ms: number;
  prices: Prices;
}

export type Report = Omit<Metrics, 'summary' | 'partial' | 'regions'> & { summary: Omit<Metrics['summary'], 'dlq_depth'> };

export function reportOf(spans: readonly TallySpan[], { pipeline, period, from, to, point_ms, prices }: ReportQuestion): Report {
  const all = spans.flatMap((span) => span.pipelines);
  const byPipeline = grouped(all, keyOf)
    .map(together)
    .sort((left, right) => executionsOf(right) - executionsOf(left));
  const at = (start: number, length: number) =>
    together(spans.filter((span) => span.at >= start && span.at < start + length).flatMap((span) => span.pipelines));
  return {
    pipeline,
    period,
    from: iso(from),
    to: iso(to),
    summary: summaryOf(together(all), prices),
    by_step: byPipeline.flatMap((counts) => counts.steps.map((step) => stepOf(step, counts, prices))).slice(0, MAX_STEPS),
    by_pipeline: byPipeline.slice(0, MAX_PIPELINES).map((counts) => pipelineOf(counts, prices)),
    by_hour: beginnings(from, to, HOUR).map((hour) => {
      const counts = at(hour, HOUR);
      return { hour: `${iso(hour).slice(0, 16)}Z`, executions: executionsOf(counts), errors: errorsOf(counts) };
    }),
    series: beginnings(from, to, point_ms).map((point) => pointOf(point, at(point, point_ms), prices)),
    point_ms,
  };
}

export function executionsOf({ statuses }: PipelineCounts): number {
  return Object.values(statuses).reduce((sum, count) => sum + count, 0);
}

/** One that was undone failed as well: it did not come to what was wanted of it. */
export function errorsOf({ statuses }: PipelineCounts): number {
  return (statuses.failed ?? 0) + (statuses.compensated ?? 0);
}

function runningOf(counts: PipelineCounts): number {
  const { completed = 0, cancelled = 0 } = counts.statuses;
  return executionsOf(counts) - completed - cancelled - errorsOf(counts);
}

export function summaryOf(counts: PipelineCounts, prices: Prices): Report['summary'] {
  const errors = errorsOf(counts);
  return {
    total_executions: executionsOf(counts),
    running: runningOf(counts),
    success_rate: successOf(counts),
    ...durationsOf(counts),
    error_count: errors,
    cancelled_count: counts.statuses.cancelled ?? 0,
    retry_count: retriesOf(counts),
    cost_usd: totalOf(counts.usage, prices),
  };
}

function pipelineOf(counts: PipelineCounts, prices: Prices): PipelineMetrics {
  const { workflow, pipeline, environment } = counts;
  return { workflow, pipeline, environment, ...summaryOf(counts, prices) };
}

function stepOf(step: StepMeasure, { workflow, pipeline }: PipelineCounts, prices: Prices): StepMetrics {
  const durations = Histogram.from(step.durations);
  const executions = step.completed + step.failed;
  return {
    step: step.step,
    type: step.type,
    workflow,
    pipeline,
    executions,
    errors: step.failed,
    skipped: step.skipped,
    retries: step.retries,
    error_rate: executions === 0 ? 0 : rounded((100 * step.failed) / executions),
    avg_ms: durations.total === 0 ? null : Math.round(step.duration_sum_ms / durations.total),
    p50_ms: durations.quantile(0.5) ?? null,
    p95_ms: durations.quantile(0.95) ?? null,
    p99_ms: durations.quantile(0.99) ?? null,
    cost_usd: totalOf(step.usage, prices),
  };
}

function pointOf(at: number, counts: PipelineCounts, prices: Prices): MetricsPoint {
  const { p50_duration_ms, p95_duration_ms, p99_duration_ms } = durationsOf(counts);
  return {
    at: iso(at),
    executions: executionsOf(counts),
    errors: errorsOf(counts),
    retries: retriesOf(counts),
    success_rate: successOf(counts),
    p50_duration_ms,
    p95_duration_ms,
    p99_duration_ms,
    cost_usd: totalOf(counts.usage, prices),
  };
}

function durationsOf({ durations, duration_sum_ms }: PipelineCounts) {
  const histogram = Histogram.from(durations);
  return {
    avg_duration_ms: histogram.total === 0 ? null : Math.round(duration_sum_ms / histogram.total),
    p50_duration_ms: histogram.quantile(0.5) ?? null,
    p95_duration_ms: histogram.quantile(0.95) ?? null,
    p99_duration_ms: histogram.quantile(0.99) ?? null,
  };
}

/** Those that were cancelled neither went well nor wrong. */
export function successOf(counts: PipelineCounts): number | null {
  const { completed = 0 } = counts.statuses;
  const ended = completed + errorsOf(counts);
  return ended === 0 ? null : rounded((100 * completed) / ended);
}

function retriesOf({ steps }: PipelineCounts): number {
  return steps.reduce((sum, { retries }) => sum + retries, 0);
}

function grouped<T>(all: readonly T[], key: (one: T) => string): T[][] {
  return [...Map.groupBy(all, key).values()];
}

/** The beginnings of spans that lie in the period, even in part. */
function beginnings(from: number, to: number, length: number): number[] {
  const first = from - (from % length);
  return Array.from({ length: Math.ceil((to - first) / length) }, (_, at) => first + at * length);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
