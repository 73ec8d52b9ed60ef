import { describe, expect, it } from 'vitest';
import type { ExecutionStatus } from '#contracts/execution';
import { MEASURED_STEPS, NO_USAGE, OTHER_STEPS, packMeasure, type StepMeasure } from '#contracts/metrics';
import { costOf, LIST_PRICES, pricesOf, totalOf } from '#contracts/prices';
import type { MeasuredRow } from '#contracts/tally';
import { reportOf } from '#engine/metrics/report';
import { OTHER_PIPELINES, Tally } from '#engine/metrics/tally';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-02-15T00:00:00.000Z');
const USAGE = { ...NO_USAGE, rows_written: 9, object_ms: 1000 };

const step = (name: string, more: Partial<StepMeasure> = {}): StepMeasure => ({
  step: name,
  type: 'step.http_call',
  completed: 1,
  failed: 0,
  skipped: 0,
  retries: 0,
  duration_sum_ms: 10,
  durations: [10, 1],
  usage: { ...NO_USAGE, rows_written: 1 },
  ...more,
});

function row(at: number, status: ExecutionStatus = 'completed', more: Partial<MeasuredRow> & { steps?: StepMeasure[] } = {}): MeasuredRow {
  const { steps = [step('charge')], ...rest } = more;
  const ended = status !== 'running';
  return {
    execution_id: 'exec_1',
    started_at: at,
    seq: 20,
    workflow: 'orders',
    workflow_id: 'wf_1',
    environment: 'production',
    pipeline: 'process-order',
    status,
    duration_ms: ended ? 100 : null,
    measure: ended ? packMeasure({ usage: USAGE, steps }) : null,
    ...rest,
  };
}

const spansOf = (rows: MeasuredRow[], spanMs = HOUR) => {
  const tally = new Tally(spanMs);
  for (const each of rows) tally.take(each);
  return tally.spans();
};
const report = (rows: MeasuredRow[], to = T0 + 3 * HOUR) =>
  reportOf(spansOf(rows), { pipeline: null, period: '3h', from: T0, to, point_ms: HOUR, prices: LIST_PRICES });

describe('a report', () => {
  it('says how many there were, how they ended and how long they took', () => {
    const rows = [
      ...Array.from({ length: 97 }, (_, at) => row(T0 + at, 'completed', { duration_ms: 100 + at })),
      row(T0 + HOUR, 'failed', { duration_ms: 2000, steps: [step('charge', { completed: 0, failed: 1, retries: 2 })] }),
      row(T0 + HOUR, 'compensated'),
      row(T0 + HOUR, 'cancelled'),
      row(T0 + 2 * HOUR, 'running'),
    ];
    const { summary, by_hour, by_step, series } = report(rows);
    expect(summary).toMatchObject({ total_executions: 101, running: 1, error_count: 2, cancelled_count: 1, retry_count: 2, success_rate: 97.98 });
    expect(Math.abs(summary.p50_duration_ms! - 147)).toBeLessThanOrEqual(5);
    expect(summary.p99_duration_ms).toBeGreaterThan(185);
    expect(by_hour).toEqual([
      { hour: '2026-02-15T00:00Z', executions: 97, errors: 0 },
      { hour: '2026-02-15T01:00Z', executions: 3, errors: 2 },
      { hour: '2026-02-15T02:00Z', executions: 1, errors: 0 },
    ]);
    expect(series.map(({ executions, success_rate }) => [executions, success_rate])).toEqual([
      [97, 100],
      [3, 0],
      [1, null],
    ]);
    expect(by_step).toEqual([expect.objectContaining({ step: 'charge', executions: 100, errors: 1, error_rate: 1, retries: 2, avg_ms: 10 })]);
    expect(summary.cost_usd).toBeCloseTo(100 * totalOf(USAGE, LIST_PRICES), 10);
  });

  it('of nothing has every hour, and no numbers that would be made up', () => {
    const { summary, by_hour, by_step, by_pipeline } = report([]);
    expect(summary).toMatchObject({ total_executions: 0, success_rate: null, avg_duration_ms: null, p99_duration_ms: null, cost_usd: 0 });
    expect([by_hour.length, by_step, by_pipeline]).toEqual([3, [], []]);
  });

  it('tells pipelines and environments apart, the busiest first', () => {
    const { by_pipeline } = report([
      row(T0, 'completed', { pipeline: 'refund' }),
      row(T0),
      row(T0 + 1),
      row(T0 + HOUR, 'completed', { environment: 'staging' }),
    ]);
    expect(by_pipeline.map(({ pipeline, environment, total_executions }) => [pipeline, environment, total_executions])).toEqual([
      ['process-order', 'production', 2],
      ['refund', 'production', 1],
      ['process-order', 'staging', 1],
    ]);
  });
});

describe('a tally', () => {
  it('is the same whether rows were added up at once, or in parts that were put together', () => {
    const rows = Array.from({ length: 200 }, (_, at) =>
      row(T0 + at * 60_000, at % 7 === 0 ? 'failed' : 'completed', { duration_ms: at * 13, pipeline: `p${at % 3}` }),
    );
    const parts = [0, 1, 2, 3].map((part) => spansOf(rows.filter((_, at) => at % 4 === part)));
    const merged = new Tally(HOUR);
    for (const span of parts.flat()) merged.merge(span);
    const sorted = (spans: ReturnType<typeof spansOf>) =>
      spans.map(({ at, pipelines }) => ({ at, pipelines: [...pipelines].sort((a, b) => (a.pipeline < b.pipeline ? -1 : 1)) }));
    expect(sorted(merged.spans())).toEqual(sorted(spansOf(rows)));
  });

  it('of minutes adds up to that of the hour', () => {
    const rows = Array.from({ length: 90 }, (_, at) => row(T0 + at * 31_000));
    const hour = new Tally(HOUR);
    for (const span of spansOf(rows, 60_000)) hour.merge(span);
    expect(hour.spans()).toEqual(spansOf(rows));
  });

  it('is bounded in pipelines and steps, and loses no execution by it', () => {
    const rows = Array.from({ length: 1100 }, (_, at) => row(T0, 'completed', { pipeline: `p${at}`, steps: [] }));
    const [span] = spansOf(rows);
    expect(span!.pipelines).toHaveLength(1001);
    expect(span!.pipelines.find(({ pipeline }) => pipeline === OTHER_PIPELINES)!.statuses.completed).toBe(100);
    const steps = Array.from({ length: MEASURED_STEPS + 20 }, (_, at) => row(T0, 'completed', { steps: [step(`s${at}`)] }));
    const [pipeline] = spansOf(steps)[0]!.pipelines;
    expect(pipeline!.steps).toHaveLength(MEASURED_STEPS + 1);
    expect(pipeline!.steps.find((each) => each.step === OTHER_STEPS)!.completed).toBe(20);
  });
});

describe('money', () => {
  it('is the count times the price of a million', () => {
    const usage = { rows_written: 6, object_requests: 2, object_ms: 1000, queue_operations: 3, r2_writes: 1, worker_requests: 1 };
    const cost = costOf(usage, LIST_PRICES);
    expect(cost.rows_written).toBeCloseTo(6e-6, 12);
    expect(cost.object_ms).toBeCloseTo(1.6e-6, 12);
    expect(totalOf(usage, LIST_PRICES)).toBeCloseTo(6e-6 + 0.3e-6 + 1.6e-6 + 1.2e-6 + 4.5e-6 + 0.3e-6, 12);
  });

  it('takes other prices where they are given, and refuses what is no price', () => {
    expect(pricesOf('{"row_written": 0.9}')).toEqual({ ...LIST_PRICES, row_written: 0.9 });
    expect(pricesOf(undefined)).toBe(LIST_PRICES);
    expect(() => pricesOf('{"rows": 1}')).toThrow('PRICES');
    expect(() => pricesOf('{"row_written": -1}')).toThrow('PRICES');
    expect(() => pricesOf('free')).toThrow('PRICES');
  });
});
