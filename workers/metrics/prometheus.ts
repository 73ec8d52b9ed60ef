/**
 * A tenant's metrics as Prometheus reads them.
 *
 * 1. Counters and histograms are of the executions that started since midnight UTC: there they begin anew, as after a
 *    restart, which `rate()` and `increase()` know how to take.
 * 2. Names of pipelines and steps are labels, ids of executions never are: the number of series is bounded by definitions.
 */

import { FINAL_STATUSES } from '#contracts/execution';
import type { StepMeasure } from '#contracts/metrics';
import { type Prices, totalOf } from '#contracts/prices';
import type { PipelineCounts } from '#contracts/tally';
import { Histogram } from '#engine/metrics/histogram';
import { successOf } from '#engine/metrics/report';
import type { DeadLetterDepth } from '#storage/dead-letter-ports';
import type { OpenCount } from '#storage/execution-ports';
import { type Distribution, family, histogramFamily, type Labels, type Sample } from '#workers/metrics/exposition';

/** Seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600] as const;

/** Where executions have places: the company, or an application that bounds itself. */
export interface Pool {
  /** `company`, or `{workflow}/{environment}`. */
  name: string;
  active: number;
  waiting: number;
}

export interface Scraped {
  tenant: string;
  /** One entry a pipeline and environment. */
  pipelines: readonly PipelineCounts[];
  open: readonly OpenCount[];
  depths: readonly DeadLetterDepth[];
  /** Of what has a bound; what has none keeps no count. */
  pools: readonly Pool[];
  prices: Prices;
}

export function prometheusText({ tenant, pipelines, open, depths, pools, prices }: Scraped): string {
  const place = ({ workflow, environment, pipeline }: Omit<OpenCount, 'count' | 'workflow_id'>): Labels => ({ tenant, workflow, environment, pipeline });
  const steps = pipelines.flatMap((counts) => counts.steps.map((step) => ({ step, labels: { ...place(counts), step: step.step, type: step.type } })));
  const ofPipelines = (value: (counts: PipelineCounts) => number): Sample[] => pipelines.map((counts) => ({ labels: place(counts), value: value(counts) }));
  const ofSteps = (value: (step: StepMeasure) => number): Sample[] => steps.map(({ step, labels }) => ({ labels, value: value(step) }));
  return [
    family(
      'workflow_pipeline_executions_total',
      'counter',
      'Executions that have ended, of those started since midnight UTC.',
      pipelines.flatMap((counts) =>
        FINAL_STATUSES.flatMap((status) => {
          const value = counts.statuses[status];
          return value === undefined ? [] : [{ labels: { ...place(counts), status }, value }];
        }),
      ),
    ),
    histogramFamily(
      'workflow_pipeline_duration_seconds',
      'From the start of an execution to its end.',
      pipelines.map((counts) => distribution(place(counts), counts.durations, counts.duration_sum_ms)),
    ),
    family(
      'workflow_pipeline_active_executions',
      'gauge',
      'Executions that have not ended.',
      open.map((each) => ({ labels: place(each), value: each.count })),
    ),
    family('workflow_pipeline_error_rate', 'gauge', 'Of 100 executions that completed or went wrong, how many went wrong.', ofPipelines(errorRate)),
    histogramFamily(
      'workflow_step_duration_seconds',
      'From the beginning of a step to its end, retries included.',
      steps.map(({ step, labels }) => distribution(labels, step.durations, step.duration_sum_ms)),
    ),
    family(
      'workflow_step_executions_total',
      'counter',
      'Runs of steps, by what came of them.',
      steps.flatMap(({ step, labels }) =>
        (['completed', 'failed', 'skipped'] as const).flatMap((status) => (step[status] === 0 ? [] : [{ labels: { ...labels, status }, value: step[status] }])),
      ),
    ),
    family(
      'workflow_step_retries_total',
      'counter',
      'Calls of steps beyond the first.',
      ofSteps(({ retries }) => retries),
    ),
    family(
      'workflow_step_error_rate',
      'gauge',
      'Of 100 runs of a step, how many were given up.',
      ofSteps(({ completed, failed }) => (completed + failed === 0 ? 0 : (100 * failed) / (completed + failed))),
    ),
    family(
      'workflow_worker_pool_active',
      'gauge',
      'Executions at work in what bounds them.',
      pools.map(({ name, active }) => ({ labels: { tenant, pool: name }, value: active })),
    ),
    family(
      'workflow_worker_pool_queue_depth',
      'gauge',
      'Executions that wait for a place there.',
      pools.map(({ name, waiting }) => ({ labels: { tenant, pool: name }, value: waiting })),
    ),
    family(
      'workflow_dlq_depth',
      'gauge',
      'Dead letters that wait for somebody.',
      depths.map((each) => ({ labels: place(each), value: each.depth })),
    ),
    family(
      'workflow_event_store_events_total',
      'counter',
      'Events in the logs of these executions.',
      ofPipelines(({ events }) => events),
    ),
    family(
      'workflow_cost_usd_total',
      'counter',
      'What these executions cost, in US dollars; an estimate.',
      ofPipelines(({ usage }) => totalOf(usage, prices)),
    ),
  ].join('');
}

function errorRate(counts: PipelineCounts): number {
  return 100 - (successOf(counts) ?? 100);
}

function distribution(labels: Labels, buckets: number[], sumMs: number): Distribution {
  const histogram = Histogram.from(buckets);
  return { labels, upTo: BOUNDS.map((bound) => [bound, histogram.upTo(bound * 1000)]), sum: sumMs / 1000, count: histogram.total };
}
