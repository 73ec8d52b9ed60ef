/** The filters of the executions page: their place in the page's URL, and the query of the API that they make. Pure. */
import { EXECUTION_STATUSES, type ExecutionStatus, type ExecutionSummary, WRONG_STATUSES } from '#contracts/execution';
import { paramsOf, textOf, withParams } from './page-params';

/** In place of a status: failed, or undone after a failure. */
export const WENT_WRONG = 'went_wrong';

export const RANGES = {
  '15m': { label: 'Last 15 minutes', ms: 15 * 60_000 },
  '1h': { label: 'Last hour', ms: 3_600_000 },
  '24h': { label: 'Last 24 hours', ms: 86_400_000 },
  '7d': { label: 'Last 7 days', ms: 7 * 86_400_000 },
} as const;
export type Range = keyof typeof RANGES;
export const RANGE_CHOICES = Object.entries(RANGES).map(([value, { label }]) => [value, label] as const);

export interface Filters {
  status?: ExecutionStatus | typeof WENT_WRONG;
  workflow?: string;
  pipeline?: string;
  environment?: string;
  range?: Range;
  /** ISO 8601; given together with neither or one of each other, instead of `range`. */
  from?: string;
  to?: string;
  q?: string;
  /** Search attributes, as they are written in the field: `customer_id=cust_789, tier=gold`. */
  attributes?: string;
  project?: string;
  cursor?: string;
  /** New executions appear by themselves. */
  live: boolean;
}

const IN_URL = ['status', 'workflow', 'pipeline', 'environment', 'range', 'from', 'to', 'q', 'attributes', 'project', 'cursor'] as const;

export function readFilters(params: URLSearchParams): Filters {
  const text = (name: string) => textOf(params, name);
  const status = text('status');
  const range = text('range');
  return {
    status: status === WENT_WRONG ? WENT_WRONG : EXECUTION_STATUSES.find((known) => known === status),
    workflow: text('workflow'),
    pipeline: text('pipeline'),
    environment: text('environment'),
    range: range !== undefined && range in RANGES ? (range as Range) : undefined,
    from: instantOf(text('from')),
    to: instantOf(text('to')),
    q: text('q'),
    attributes: text('attributes'),
    project: text('project'),
    cursor: text('cursor'),
    live: text('live') !== '0',
  };
}

/** A `datetime-local` value has no zone; here all times are UTC. */
export function instantOf(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const date = new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

export function apiQuery(filters: Filters, now: number, limit: number): string {
  const params = new URLSearchParams();
  if (filters.status) params.set(filters.status === WENT_WRONG ? 'outcome' : 'status', filters.status);
  if (filters.workflow) params.set('workflow', filters.workflow);
  if (filters.pipeline) params.set('pipeline', filters.pipeline);
  if (filters.environment) params.set('environment', filters.environment);
  if (filters.range) params.set('from', new Date(now - RANGES[filters.range].ms).toISOString());
  else if (filters.from) params.set('from', filters.from);
  if (filters.to && !filters.range) params.set('to', filters.to);
  if (filters.q) params.set('q', filters.q);
  for (const [name, value] of Object.entries(attributesOf(filters.attributes))) params.set(`attr.${name}`, value);
  if (filters.project) params.set('project', filters.project);
  if (filters.cursor) params.set('cursor', filters.cursor);
  params.set('limit', String(limit));
  return params.toString();
}

/** Of the live feed, which goes by what does not change while an execution runs. */
export function liveQuery(filters: Pick<Filters, 'workflow' | 'pipeline' | 'environment' | 'attributes'>): URLSearchParams {
  const params = paramsOf(filters, ['workflow', 'pipeline', 'environment']);
  for (const [name, value] of Object.entries(attributesOf(filters.attributes))) params.set(`attr.${name}`, value);
  return params;
}

/** `customer_id=cust_789, tier=gold`; what is no name and value is left out. */
export function attributesOf(text: string | undefined): { [name: string]: string } {
  const found: { [name: string]: string } = {};
  for (const part of (text ?? '').split(',')) {
    const at = part.indexOf('=');
    const [name, value] = [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    if (at > 0 && /^[a-z][a-z0-9_-]*$/.test(name) && value !== '') found[name] = value;
  }
  return found;
}

/** What the filters say to an order to many: a range is fixed to its beginning. */
export function bulkFilter(filters: Filters, now: number): { [name: string]: string | { [name: string]: string } } {
  const query = new URLSearchParams(apiQuery({ ...filters, attributes: undefined, cursor: undefined }, now, 1));
  query.delete('limit');
  const attr = attributesOf(filters.attributes);
  return { ...Object.fromEntries(query), ...(Object.keys(attr).length > 0 ? { attr } : {}) };
}

/** The page's own URL with some filters changed; paging starts again unless the change says otherwise. */
export function pageQuery(filters: Filters, change: Partial<Filters>): string {
  const next = { ...filters, cursor: undefined, ...change };
  const params = paramsOf(next, IN_URL);
  if (!next.live) params.set('live', '0');
  return withParams('', params);
}

export function isFiltered(filters: Filters): boolean {
  const { live: _, cursor: __, ...others } = filters;
  return Object.values(others).some((value) => value !== undefined);
}

/** Whether a new execution belongs into the list as it is filtered. */
export function matches(filters: Filters, row: ExecutionSummary): boolean {
  if (filters.status === WENT_WRONG ? !WRONG_STATUSES.includes(row.status) : filters.status && row.status !== filters.status) return false;
  if (filters.workflow && row.workflow !== filters.workflow) return false;
  if (filters.pipeline && row.pipeline !== filters.pipeline && `${row.workflow}.${row.pipeline}` !== filters.pipeline) return false;
  if (filters.environment && row.environment !== filters.environment) return false;
  if (filters.to && !filters.range && row.started_at >= filters.to) return false;
  for (const [name, value] of Object.entries(attributesOf(filters.attributes))) if (row.attributes?.[name] !== value) return false;
  if (!filters.q) return true;
  const text = filters.q.toLowerCase();
  return [row.execution_id, row.workflow, row.pipeline, row.error?.message ?? ''].some((field) => field.toLowerCase().includes(text));
}
