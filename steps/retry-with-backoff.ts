/** Steps that are tried again as a whole. */
import { z } from 'zod';
import { BODY_MESSAGE, lane, neverRun, oneBody, TRIED_OUTPUT, triedSteps } from '#steps/block-schemas';
import { duration } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const config = z
  .strictObject({
    max_retries: z.number().int().min(0).max(99).default(3).describe('Tries after the first.'),
    initial_delay: duration.default('1s').describe('Pause before the first retry.'),
    max_delay: duration.default('30s').describe('The longest pause.'),
    multiplier: z.number().min(1).max(100).default(2).describe('By how much the pause grows each time.'),
    ...triedSteps,
    fallback: lane.optional().describe('Steps that run instead once all tries have failed.'),
  })
  .refine(oneBody, { message: BODY_MESSAGE, path: ['step'] });

export const retryWithBackoff = defineStep({
  type: 'step.retry_with_backoff',
  summary: 'Tries its steps again after a failure, with growing pauses, and may fall back to others.',
  kind: 'retry',
  pure: true,
  config,
  example: `
name: quote
type: step.retry_with_backoff
config:
  max_retries: 4
  initial_delay: 500ms
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
