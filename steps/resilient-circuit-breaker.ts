/** Steps behind a circuit breaker. */
import { z } from 'zod';
import { BODY_MESSAGE, innerStep, innerSteps, lane, neverRun, oneBody } from '#steps/block-schemas';
import { breakerName, breakerSettings } from '#steps/breaker-settings';
import { defineStep } from '#steps/define-step';

const config = z
  .strictObject({
    ...breakerSettings,
    service_name: breakerName.optional().describe('Name of the breaker. Default: one for each host that the steps call.'),
    step: innerStep.optional().describe('The one step.'),
    steps: innerSteps.optional().describe('The steps, in order. Instead of step.'),
    fallback: lane.optional().describe('Steps that run instead while the breaker is open.'),
  })
  .refine(oneBody, { message: BODY_MESSAGE, path: ['step'] });

export const resilientCircuitBreaker = defineStep({
  type: 'step.resilient_circuit_breaker',
  summary: 'Runs its steps behind a circuit breaker, and others instead while it is open.',
  kind: 'retry',
  guards: 'within',
  pure: true,
  config,
  example: `
name: rate
type: step.resilient_circuit_breaker
config:
  failure_threshold: 3
  reset_timeout: 60s
  step:
    name: ask
    type: step.http_call
    config:
      url: https://rates.example/eur
  fallback:
    name: last-known
    type: step.set
    config:
      values:
        rate: 1.08
`,
  output: 'What the steps came to, with `retry_attempts`; with a fallback, `fallback` says whether it was taken.',
  run: neverRun,
});
