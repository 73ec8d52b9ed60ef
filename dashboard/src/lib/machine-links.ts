/** Addresses of the pages of state machines. */
import { PRODUCTION } from './environment';

export interface MachineName {
  workflow: string;
  name: string;
  environment: string;
}

export function machinePath({ workflow, name, environment }: MachineName, state?: string): string {
  const query = queryOf(environment);
  if (state !== undefined) query.set('state', state);
  return `/machines/${encodeURIComponent(workflow)}/${encodeURIComponent(name)}${query.size > 0 ? `?${query}` : ''}`;
}

export function instancePath({ workflow, name, environment }: MachineName, id: string): string {
  const query = queryOf(environment);
  return `/machines/${encodeURIComponent(workflow)}/${encodeURIComponent(name)}/${encodeURIComponent(id)}${query.size > 0 ? `?${query}` : ''}`;
}

/** Of the API. */
export function machineApi({ workflow, name }: Pick<MachineName, 'workflow' | 'name'>): string {
  return `/api/v1/machines/${encodeURIComponent(workflow)}/${encodeURIComponent(name)}`;
}

function queryOf(environment: string): URLSearchParams {
  return new URLSearchParams(environment === PRODUCTION ? {} : { environment });
}
