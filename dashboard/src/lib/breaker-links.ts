/** Addresses of the pages and calls of circuit breakers. */
import { PRODUCTION } from '~/lib/environment';

export interface BreakerPlace {
  name: string;
  environment: string;
  /** Absent: the first that has one, home before the others. */
  region?: string | undefined;
}

export function breakersPath(environment: string): string {
  return `/circuit-breakers${queryOf({ environment })}`;
}

export function breakerPath({ name, environment, region }: BreakerPlace): string {
  return `/circuit-breakers/${encodeURIComponent(name)}${queryOf({ environment, region })}`;
}

/** The region goes along as a header. */
export function breakerApi({ name, environment }: BreakerPlace): string {
  return `/api/v1/circuit-breakers/${encodeURIComponent(name)}?environment=${encodeURIComponent(environment)}`;
}

function queryOf({ environment, region }: Omit<BreakerPlace, 'name'>): string {
  const query = new URLSearchParams({ ...(environment === PRODUCTION ? {} : { environment }), ...(region === undefined ? {} : { region }) });
  return query.size === 0 ? '' : `?${query}`;
}
