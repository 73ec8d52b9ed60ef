import { describe, expect, it } from 'vitest';
import type { MetricsPoint } from '#contracts/api-metrics';
import {
  behind,
  CHARTS,
  COUNT_STEPS,
  chartData,
  chartSentence,
  formatPoint,
  formatValue,
  metricsQuery,
  readMetricsFilters,
  saidBy,
} from '../../../dashboard/src/lib/metrics';
import { formatUsd } from '../../../dashboard/src/lib/money';

const point = (at: string, more: Partial<MetricsPoint> = {}): MetricsPoint => ({
  at,
  executions: 0,
  errors: 0,
  retries: 0,
  success_rate: null,
  p50_duration_ms: null,
  p95_duration_ms: null,
  p99_duration_ms: null,
  cost_usd: 0,
  ...more,
});

describe('money', () => {
  it.each([
    [0, '$0'],
    [0.0000187, '$0.000019'],
    [0.000001, '$0.0000010'],
    [0.034, '$0.034'],
    [0.5, '$0.50'],
    [12.3, '$12.30'],
    [1204, '$1,204.00'],
    [-0.02, '-$0.020'],
  ])('%s is %s', (usd, text) => expect(formatUsd(usd)).toBe(text));
});

it('what the failures of a step said is looked for in the logs of its pipeline and period', () => {
  const times = { from: '2026-02-15T14:00:00.000Z', to: '2026-02-15T15:00:00.000Z', summary: {} };
  expect(saidBy({ workflow: 'orders', pipeline: 'pay', step: 'each/charge' }, { period: '24h', environment: 'staging' }, times)).toBe(
    '/logs?workflow=orders&pipeline=pay&step=each%2Fcharge&level=error&from=2026-02-15T14%3A00%3A00.000Z&to=2026-02-15T15%3A00%3A00.000Z&environment=staging&live=0',
  );
});

describe('the URL of the page', () => {
  it('is a day where it says nothing, or nothing known', () => {
    expect(readMetricsFilters(new URLSearchParams())).toEqual({ period: '24h', pipeline: undefined, environment: undefined });
    expect(readMetricsFilters(new URLSearchParams('period=99y&pipeline=%20')).period).toBe('24h');
  });

  it('gives the same filters back', () => {
    const filters = { period: '7d', pipeline: 'orders.pay', environment: 'staging' } as const;
    expect(readMetricsFilters(new URLSearchParams(metricsQuery(filters)))).toEqual(filters);
  });
});

describe('a point', () => {
  it('leads to the executions behind it', () => {
    const times = { from: '2026-02-15T14:00:00.000Z', to: '2026-02-15T15:00:00.000Z' };
    const query = new URL(behind({ period: '24h', pipeline: 'orders.process-order', environment: 'staging' }, times, 'failed'), 'http://x').searchParams;
    expect(Object.fromEntries(query)).toEqual({ workflow: 'orders', pipeline: 'process-order', environment: 'staging', status: 'failed', ...times, live: '0' });
  });

  it('is told with its day where the period is longer than one', () => {
    expect(formatPoint('2026-02-05T04:00:00.000Z', '24h')).toBe('04:00');
    expect(formatPoint('2026-02-05T04:00:00.000Z', '7d')).toBe('Feb 5, 04:00');
  });
});

describe('a chart', () => {
  it('takes its values in the order of its lines, and has a gap where there is none', () => {
    const series = [point('2026-02-15T14:00:00.000Z', { executions: 3, errors: 1 }), point('2026-02-15T15:00:00.000Z')];
    expect(chartData(series, CHARTS[0]!)).toEqual([
      [1771164000, 1771167600],
      [3, 0],
      [1, 0],
    ]);
    expect(chartData(series, CHARTS.find(({ id }) => id === 'success')!)[1]).toEqual([null, null]);
  });

  it('is told in a sentence, also when there is nothing', () => {
    const series = [point('2026-02-15T14:00:00.000Z', { p50_duration_ms: 120 })];
    expect(chartSentence({ series }, CHARTS.find(({ id }) => id === 'duration')!)).toBe(
      'Duration over 1 points. p50: at most 120 ms; p95: nothing; p99: nothing. The table below has the numbers.',
    );
  });

  it('says of no two marks of an axis of counts the same', () => {
    expect(COUNT_STEPS.slice(0, 5)).toEqual([1, 2, 5, 10, 20]);
    expect(COUNT_STEPS.every((step) => Number.isInteger(step))).toBe(true);
    for (const step of COUNT_STEPS.slice(0, 9)) expect(formatValue(step, 'count')).not.toBe(formatValue(2 * step, 'count'));
  });
  it('has a dash for what is not known', () => expect(formatValue(null, 'ms')).toBe('–'));
});
