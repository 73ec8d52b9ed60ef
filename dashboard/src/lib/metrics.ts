/** The metrics page: what its URL says, what it asks for, and where a point leads. Pure. */
import type { Metrics, MetricsPoint } from '#contracts/api-metrics';
import { WENT_WRONG } from './filters';
import { formatUsd } from './money';
import { formatCount, formatDuration } from './time';

export const PERIODS = {
  '1h': 'Hour',
  '6h': '6 hours',
  '24h': 'Day',
  '7d': '7 days',
  '30d': '30 days',
} as const;
export type Period = keyof typeof PERIODS;

export interface MetricsFilters {
  period: Period;
  /** `workflow.pipeline`. */
  pipeline?: string;
  environment?: string;
}

export function readMetricsFilters(params: URLSearchParams): MetricsFilters {
  const period = params.get('period') ?? '';
  return {
    period: period in PERIODS ? (period as Period) : '24h',
    pipeline: params.get('pipeline')?.trim() || undefined,
    environment: params.get('environment')?.trim() || undefined,
  };
}

export function metricsQuery(filters: MetricsFilters): string {
  const params = new URLSearchParams({ period: filters.period });
  for (const name of ['pipeline', 'environment'] as const) if (filters[name]) params.set(name, filters[name]);
  return `?${params}`;
}

/** The executions behind a part of the picture. */
export function behind(filters: MetricsFilters, times: { from: string; to: string }, status?: string): string {
  const params = new URLSearchParams();
  const dot = filters.pipeline?.indexOf('.') ?? -1;
  if (filters.pipeline !== undefined && dot > 0) {
    params.set('workflow', filters.pipeline.slice(0, dot));
    params.set('pipeline', filters.pipeline.slice(dot + 1));
  } else if (filters.pipeline !== undefined) params.set('pipeline', filters.pipeline);
  if (filters.environment) params.set('environment', filters.environment);
  if (status) params.set('status', status);
  params.set('from', times.from);
  params.set('to', times.to);
  params.set('live', '0');
  return `/executions?${params}`;
}

/** What a step has said in the period: its errors, each of which opens its execution there. */
export function saidBy(
  step: { workflow: string; pipeline: string; step: string },
  { environment }: MetricsFilters,
  times: { from: string; to: string },
): string {
  const params = new URLSearchParams({ workflow: step.workflow, pipeline: step.pipeline, step: step.step, level: 'error', from: times.from, to: times.to });
  if (environment) params.set('environment', environment);
  params.set('live', '0');
  return `/logs?${params}`;
}

export type Format = 'count' | 'ms' | 'percent' | 'usd';

/** How far apart the marks of an axis of counts may be: there is no half of an execution. */
export const COUNT_STEPS: readonly number[] = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

export function formatValue(value: number | null, format: Format): string {
  if (value === null) return '–';
  switch (format) {
    case 'count':
      return formatCount(Math.round(value));
    case 'ms':
      return formatDuration(value);
    case 'percent':
      return `${Number(value.toFixed(2))} %`;
    case 'usd':
      return formatUsd(value);
  }
}

export interface ChartLine {
  field: Exclude<keyof MetricsPoint, 'at'>;
  label: string;
  /** Name of a colour token. */
  color: string;
}

export interface ChartSpec {
  id: string;
  title: string;
  kind: 'bars' | 'lines';
  format: Format;
  lines: readonly ChartLine[];
  /** Its points lead to executions of this status alone. */
  status?: string;
  /** Takes the whole width where there are two in a row. */
  wide?: true;
}

export const CHARTS: readonly ChartSpec[] = [
  {
    id: 'executions',
    title: 'Executions',
    kind: 'bars',
    format: 'count',
    lines: [
      { field: 'executions', label: 'started', color: 'run-bar' },
      { field: 'errors', label: 'went wrong', color: 'bad-bar' },
    ],
    wide: true,
  },
  {
    id: 'duration',
    title: 'Duration',
    kind: 'lines',
    format: 'ms',
    lines: [
      { field: 'p50_duration_ms', label: 'p50', color: 'run-bar' },
      { field: 'p95_duration_ms', label: 'p95', color: 'wait-bar' },
      { field: 'p99_duration_ms', label: 'p99', color: 'retry-bar' },
    ],
  },
  {
    id: 'success',
    title: 'Success rate',
    kind: 'lines',
    format: 'percent',
    lines: [{ field: 'success_rate', label: 'completed', color: 'ok-bar' }],
    status: WENT_WRONG,
  },
  { id: 'retries', title: 'Retries', kind: 'bars', format: 'count', lines: [{ field: 'retries', label: 'calls beyond the first', color: 'retry-bar' }] },
  { id: 'cost', title: 'Cost, estimated', kind: 'bars', format: 'usd', lines: [{ field: 'cost_usd', label: 'cost', color: 'comp-bar' }] },
];

/** Seconds and values, as the chart takes them. */
export function chartData(series: readonly MetricsPoint[], spec: ChartSpec): (number | null)[][] {
  return [series.map(({ at }) => Date.parse(at) / 1000), ...spec.lines.map(({ field }) => series.map((point) => point[field]))];
}

/** What a chart shows, in a sentence for those who do not see it. */
export function chartSentence({ series }: Pick<Metrics, 'series'>, { title, lines, format }: ChartSpec): string {
  const parts = lines.map(({ field, label }) => {
    const values = series.map((point) => point[field]).filter((value): value is number => value !== null);
    return values.length === 0 ? `${label}: nothing` : `${label}: at most ${formatValue(Math.max(...values), format)}`;
  });
  return `${title} over ${series.length} points. ${parts.join('; ')}. The table below has the numbers.`;
}

/** `14:00`, or `Feb 15, 14:00` where a period is longer than a day. UTC. */
export function formatPoint(at: string, period: Period): string {
  const clock = at.slice(11, 16);
  return period === '7d' || period === '30d' ? `${MONTHS[Number(at.slice(5, 7)) - 1]} ${Number(at.slice(8, 10))}, ${clock}` : clock;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
