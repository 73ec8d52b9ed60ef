/** What keeps a call standing, in one step: tries, a circuit breaker, a bound of time, and something else instead. */
import { z } from 'zod';
import { BODY_MESSAGE, lane, neverRun, oneBody, TRIED_OUTPUT, triedSteps } from '#steps/block-schemas';
import { duration } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const config = z
  .strictObject({
    retry: z.looseObject({}).optional().describe('As `retry` of a step; for its steps as a whole. Without it they are run once.'),
    circuit_breaker: z
      .union([z.boolean(), z.looseObject({})])
      .optional()
      .describe('As `circuit_breaker` of a step; in front of each call of its steps.'),
    timeout: duration
      .optional()
      .describe('How long each call of its steps may take, where it says nothing itself. That of all tries together stands beside config.'),
    ...triedSteps,
    fallback: lane.optional().describe('Steps that run instead once all tries have failed, or, at once, while the breaker is open.'),
  })
  .refine(oneBody, { message: BODY_MESSAGE, path: ['step'] });

export const resilient = defineStep({
  type: 'step.resilient',
  summary: 'Tries its steps again by a policy, behind a circuit breaker and within a time, and may fall back to others.',
  kind: 'retry',
  pure: true,
  config,
  example: `
name: quote
type: step.resilient
config:
  retry: { max_attempts: 3, initial_delay: 200ms }
  circuit_breaker: { failure_threshold: 5, timeout: 30s }
  timeout: 2s
  step:
    name: ask
    type: step.http_call
    config:
      url: https://quotes.example/latest
  fallback:
    name: last-known
    type: step.set
    config:
      values:
        price: 0
`,
  output: TRIED_OUTPUT,
  run: neverRun,
});
