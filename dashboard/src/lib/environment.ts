/** Environments as pages name them: production goes without saying. */

export const PRODUCTION = 'production';

export function environmentOf(query: URLSearchParams): string {
  return query.get('environment') || PRODUCTION;
}

/** ` in staging`; nothing for production. */
export function inEnvironment(environment: string): string {
  return environment === PRODUCTION ? '' : ` in ${environment}`;
}

/** `orders.create in staging`. */
export function pipelineWords({ workflow, pipeline, environment }: { workflow: string; pipeline: string; environment: string }): string {
  return `${workflow}.${pipeline}${inEnvironment(environment)}`;
}
