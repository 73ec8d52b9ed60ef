/** What has failed for good. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const DAY_MS = 24 * 3_600_000;

const config = z.strictObject({
  description: z.string().optional().describe('What it is for.'),
  max_retries: z
    .number()
    .int()
    .min(0)
    .max(20)
    .optional()
    .describe('How often a step with an effect is tried again before it has failed, where neither it nor its pipeline has a retry.'),
  retention_days: z.number().int().min(1).max(366).optional().describe('How long dead letters are kept, days, where dead_letter of the pipeline says nothing.'),
});

export const dlqService = defineModule({
  type: 'dlq.service',
  summary:
    'Keeps what failed for good: with the module every start of every pipeline leaves a dead letter, as dead_letter of a pipeline has it. GET /api/v1/dlq/pipelines/{pipeline} lists them.',
  config,
  ports: { offers: [] },
  defaults(settings) {
    const { max_retries, retention_days: days } = settings as z.output<typeof config>;
    return {
      dead_letter: days === undefined ? {} : { retention_ms: days * DAY_MS },
      ...(max_retries === undefined ? {} : { max_attempts: max_retries + 1 }),
    };
  },
  example: `
name: dead-letters
type: dlq.service
config:
  retention_days: 30
`,
});
