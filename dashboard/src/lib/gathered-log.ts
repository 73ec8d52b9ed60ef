/** The log that an application gathers by a module, as its page shows it: filters in the URL, and the query of the API. Pure. */
import { LOG_LEVELS, type LogLevel } from '#contracts/log-level';
import type { AppLogLine } from '#contracts/observation';
import { environmentOf, PRODUCTION } from './environment';
import { paramsOf, textOf } from './page-params';

export interface GatheredFilters {
  environment: string;
  q?: string;
  /** Least level. */
  level?: LogLevel;
  pipeline?: string;
}

const LIMIT = 100;

export function readGathered(params: URLSearchParams): GatheredFilters {
  const text = (name: string) => textOf(params, name);
  return { environment: environmentOf(params), q: text('q'), level: LOG_LEVELS.find((level) => level === text('level')), pipeline: text('pipeline') };
}

/** `application`: its id or name. */
export function gatheredApi(application: string, filters: GatheredFilters, cursor: string | null): string {
  const params = chosen(filters);
  params.set('limit', String(LIMIT));
  if (cursor) params.set('cursor', cursor);
  return `/api/v1/workflows/${encodeURIComponent(application)}/logs?${params}`;
}

export function gatheredPage(application: string, filters: Partial<GatheredFilters> = {}): string {
  return `/applications/${encodeURIComponent(application)}?${new URLSearchParams([['view', 'log'], ...chosen({ ...filters, environment: filters.environment ?? PRODUCTION })])}`;
}

export function isGatheredFiltered({ q, level, pipeline }: GatheredFilters): boolean {
  return q !== undefined || level !== undefined || pipeline !== undefined;
}

/** Where a line is from: a step, a pipeline, or the door, where no execution has said it. */
export function placeOfLine({ execution_id, pipeline, step }: AppLogLine): string {
  if (execution_id === undefined) return 'at the door';
  return [pipeline, step].filter((part) => part !== undefined).join(' / ');
}

/** The fields in a few words: `sku=SKU-001 count=2`. */
export function fieldsOf({ fields = {} }: AppLogLine): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}

function chosen({ environment, q, level, pipeline }: GatheredFilters): URLSearchParams {
  return paramsOf({ environment: environment === PRODUCTION ? undefined : environment, q, level, pipeline }, ['environment', 'q', 'level', 'pipeline']);
}
