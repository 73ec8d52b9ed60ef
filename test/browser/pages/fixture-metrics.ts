/** Metrics for the pages: a month of made-up executions with a spike, put together as the API does it. */
import type { ExecutionCost } from '#contracts/api-metrics';
import { parseDuration } from '#contracts/duration';
import type { LogEvent } from '#contracts/events';
import { NO_USAGE, packMeasure, type StepMeasure } from '#contracts/metrics';
import { costOf, LIST_PRICES, PRICES_AS_OF, totalOf } from '#contracts/prices';
import { bucketOf } from '#engine/metrics/histogram';
import { measureOf } from '#engine/metrics/measure';
import { reportOf } from '#engine/metrics/report';
import { Tally } from '#engine/metrics/tally';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PIPELINES = [
  { workflow: 'orders', pipeline: 'process-order', each: 17 * MINUTE, ms: 320, fails: 29 },
  { workflow: 'payments', pipeline: 'process-payment', each: 41 * MINUTE, ms: 890, fails: 17 },
  { workflow: 'orders', pipeline: 'refund', each: 3 * HOUR, ms: 140, fails: 0 },
];

export function fixtureMetrics(url: URL, now: number): Response {
  const period = url.searchParams.get('period') ?? '24h';
  const pipeline = url.searchParams.get('pipeline');
  const isEmpty = url.searchParams.get('environment') === 'empty';
  const length = parseDuration(period)!;
  const point_ms = length <= 2 * HOUR ? MINUTE : length <= 12 * HOUR ? 5 * MINUTE : HOUR;
  const from = now - length - ((now - length) % point_ms);
  const to = now - (now % point_ms) + point_ms;
  const tally = new Tally(point_ms);
  for (const plan of PIPELINES) {
    if (isEmpty || (pipeline !== null && pipeline !== `${plan.workflow}.${plan.pipeline}`)) continue;
    for (let at = from, n = 0; at < now; at += plan.each / 3, n++) {
      // A bad hour, seven hours ago.
      const bad = now - at > 7 * HOUR && now - at < 8 * HOUR;
      const failed = plan.fails > 0 && (bad ? n % 2 === 0 : n % plan.fails === 0);
      const ms = Math.round(plan.ms * (1 + ((n * 37) % 11) / 12) * (bad ? 4 : 1));
      tally.take({
        execution_id: `exec_${n}`,
        started_at: at,
        seq: 20,
        workflow: plan.workflow,
        workflow_id: `wf_${plan.workflow}`,
        environment: 'production',
        pipeline: plan.pipeline,
        status: failed ? 'failed' : 'completed',
        duration_ms: ms,
        measure: packMeasure({
          usage: { rows_written: 9, object_requests: 1, object_ms: ms + 25, queue_operations: 3, r2_writes: 0, worker_requests: 1 },
          steps: [
            step('validate', 'step.validate', 1, false),
            step('charge', 'step.http_call', ms - 20, failed, bad ? 2 : 0),
            step('respond', 'step.json_response', 1, false),
          ],
        }),
      });
    }
  }
  const report = reportOf(tally.spans(), { pipeline, period, from, to, point_ms, prices: LIST_PRICES });
  return Response.json({ ...report, summary: { ...report.summary, dlq_depth: isEmpty ? 0 : 7 } });
}

export function costAnswer(execution_id: string, log: LogEvent[]): ExecutionCost {
  const { usage, steps } = measureOf(log);
  return {
    execution_id,
    estimated: true,
    cost_usd: totalOf(usage, LIST_PRICES),
    usage,
    cost: costOf(usage, LIST_PRICES),
    by_step: steps.map(({ step: name, type, usage: own }) => ({ step: name, type, cost_usd: totalOf(own, LIST_PRICES), usage: own })),
    prices: LIST_PRICES,
    prices_as_of: PRICES_AS_OF,
  };
}

function step(name: string, type: string, ms: number, failed: boolean, retries = 0): StepMeasure {
  return {
    step: name,
    type,
    completed: failed ? 0 : 1,
    failed: failed ? 1 : 0,
    skipped: 0,
    retries,
    duration_sum_ms: ms,
    durations: [bucketOf(ms), 1],
    usage: { ...NO_USAGE, rows_written: 1, object_ms: ms },
  };
}
