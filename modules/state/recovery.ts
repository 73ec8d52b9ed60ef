/** What happens when a handler of an actor fails. The state stays as it was before the message. */
import { z } from 'zod';
import { duration } from '#modules/durations';

export const recovery = z.strictObject({
  failureScope: z.string().optional().describe('No effect here: every actor fails alone.'),
  action: z
    .enum(['restart', 'stop', 'escalate', 'resume'])
    .optional()
    .describe('restart: a handler that failed is tried again with the same message. The others: it is not, and whoever asked is told.'),
  maxRetries: z.number().int().min(0).max(20).default(0).describe('How often.'),
  retryWindow: duration.optional().describe('No effect here: each message has its own retries.'),
});
