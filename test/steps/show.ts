/**
 * What each step type gives, shown by a run of it: `test/workerd/steps.test.ts` deploys an application with a pipeline for each
 * type, starts it, and holds what the step named `it` came to against what stands here. A type without a place here, or
 * whose step did not come to it, fails.
 *
 * Where the dialect says what a step gives, it stands here field for field.
 */
export interface Show {
  /** Steps in YAML, one a line; the step `it` is of the type that is shown. `SERVER` stands for a real server on a loopback port. */
  steps: string[];
  /** Trigger data of a start by the API. */
  data?: unknown;
  /** Or a request at the application's own door, where the pipeline answers `POST /{type}` and `POST /{type}/{id}`. */
  request?: { path?: string; body?: unknown; headers?: { [name: string]: string } };
  /** Sent once the step waits. */
  signal?: { name: string; data: unknown };
  /** The whole output; matchers of vitest may stand inside. */
  output: unknown;
  /** How its step ends, where that is not `completed`. */
  status?: string;
}

export type Shows = { readonly [type: string]: Show };

/** A step in one line of YAML. `config`, `more`: flow style, without their braces. */
export function step(name: string, type: string, config = '', more = ''): string {
  return `{name: ${name}, type: step.${type}, config: {${config}}${more === '' ? '' : `, ${more}`}}`;
}

export const answer = (config: string) => step('answer', 'json_response', config);

/** Calls of steps go out for real where they are behind a breaker; see `test/workerd/api-execution.ts`. */
export const OUT = 'circuit_breaker: {failure_threshold: 1000}';
