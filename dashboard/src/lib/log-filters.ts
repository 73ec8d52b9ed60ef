/** The filters of the page Logs: their place in its URL, and the queries of the API that they make. Pure. */
import { LOG_LEVELS, type LogLevel } from '#contracts/log-level';
import { attributesOf, instantOf, RANGES, type Range } from './filters';
import { paramsOf, textOf, withParams } from './page-params';

export interface LogFilters {
  q?: string;
  /** Least level. */
  level?: LogLevel;
  workflow?: string;
  pipeline?: string;
  step?: string;
  environment?: string;
  /** Search attributes, as they are written in the field. */
  attributes?: string;
  /** One execution; what chooses executions says nothing then. */
  execution?: string;
  range?: Range;
  /** ISO 8601, in place of `range`. */
  from?: string;
  to?: string;
  cursor?: string;
  /** New lines appear by themselves. */
  live: boolean;
}

const IN_URL = ['q', 'level', 'workflow', 'pipeline', 'step', 'environment', 'attributes', 'execution', 'range', 'from', 'to', 'cursor'] as const;
/** What chooses lines, and what chooses executions. */
const OF_LINES = ['q', 'level', 'step'] as const;
const OF_EXECUTIONS = ['workflow', 'pipeline', 'environment'] as const;

export function readLogFilters(params: URLSearchParams): LogFilters {
  const text = (name: string) => textOf(params, name);
  const range = text('range');
  const execution = text('execution');
  return {
    q: text('q'),
    level: LOG_LEVELS.find((level) => level === text('level')),
    step: text('step'),
    execution,
    range: range !== undefined && range in RANGES ? (range as Range) : undefined,
    from: instantOf(text('from')),
    to: instantOf(text('to')),
    cursor: text('cursor'),
    live: text('live') !== '0',
    ...(execution === undefined
      ? { workflow: text('workflow'), pipeline: text('pipeline'), environment: text('environment'), attributes: text('attributes') }
      : {}),
  };
}

/** Of `GET /logs`. `now`: when the page was made, so that a range stays the same from page to page; `within`: how long to look on. */
export function logQuery(filters: LogFilters, now: number, limit: number, within?: string): URLSearchParams {
  const params = chosen(filters);
  if (within !== undefined) params.set('within', within);
  if (filters.range) params.set('from', new Date(now - RANGES[filters.range].ms).toISOString());
  else if (filters.from) params.set('from', filters.from);
  if (filters.to && !filters.range) params.set('to', filters.to);
  if (filters.cursor) params.set('cursor', filters.cursor);
  params.set('limit', String(limit));
  return params;
}

/** Of `GET /logs/live`. */
export function liveLogQuery(filters: LogFilters): URLSearchParams {
  return chosen(filters);
}

/** New lines belong on top of what begins with the newest, and nowhere else. */
export function isFollowed(filters: LogFilters): boolean {
  return filters.live && !filters.cursor && (!filters.to || filters.range !== undefined);
}

/** The page's own URL with some filters changed; it begins with the newest lines unless the change says otherwise. */
export function logsPage(filters: LogFilters, change: Partial<LogFilters> = {}): string {
  const next = { ...filters, cursor: undefined, ...change };
  const params = paramsOf(next, IN_URL);
  if (!next.live) params.set('live', '0');
  return withParams('/logs', params);
}

export function isLogFiltered({ live: _, cursor: __, ...others }: LogFilters): boolean {
  return Object.values(others).some((value) => value !== undefined);
}

function chosen(filters: LogFilters): URLSearchParams {
  const params = paramsOf(filters, OF_LINES);
  if (filters.execution) {
    params.set('execution', filters.execution);
    return params;
  }
  for (const name of OF_EXECUTIONS) if (filters[name]) params.set(name, filters[name]);
  for (const [name, value] of Object.entries(attributesOf(filters.attributes))) params.set(`attr.${name}`, value);
  return params;
}
