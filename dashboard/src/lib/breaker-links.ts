/** Addresses of the pages and calls of circuit breakers. */
import { PRODUCTION } from '~/lib/environment';

export interface BreakerPlace {
  name: string;
  environment: string;
}

export function breakersPath(environment: string): string {
  return `/circuit-breakers${queryOf(environment)}`;
}

export function breakerPath({ name, environment }: BreakerPlace): string {
  return `/circuit-breakers/${encodeURIComponent(name)}${queryOf(environment)}`;
}

export function breakerApi({ name, environment }: BreakerPlace): string {
  return `/api/v1/circuit-breakers/${encodeURIComponent(name)}?environment=${encodeURIComponent(environment)}`;
}

function queryOf(environment: string): string {
  return environment === PRODUCTION ? '' : `?environment=${encodeURIComponent(environment)}`;
}
