/** What the failure of an execution left behind, as the index takes it and the API answers it. */
import { z } from 'zod';
import { DEAD_LETTER_STATUSES, type DeadLetterFacts } from '#contracts/execution';

/** `instant`: how strict each side is about a time. */
export function deadLetterFacts(instant: z.ZodType<string>) {
  return z.object({
    status: z.enum(DEAD_LETTER_STATUSES),
    failed_at: instant,
    expires_at: instant,
    step: z.string().optional(),
    attempts: z.number().int(),
    error: z.object({ code: z.string(), message: z.string() }),
    replayable: z.boolean(),
    alert_threshold: z.number().int().optional(),
    replayed_as: z.string().optional(),
    closed_at: instant.optional(),
    closed_by: z.string().optional(),
  }) satisfies z.ZodType<DeadLetterFacts>;
}
