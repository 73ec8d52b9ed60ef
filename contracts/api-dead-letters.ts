/** Requests and answers about dead letters; see `api.ts` for the rules. */
import { z } from 'zod';
import { executionStartedSchema } from '#contracts/api-executions';
import { cursor, environmentSchema, instant, json, listLimit, page } from '#contracts/api-parts';
import { DEAD_LETTER_STATUSES } from '#contracts/execution';

const environment = environmentSchema.default('production').meta({ description: 'Environment; production when absent' });

export const deadLetterSchema = z
  .object({
    id: z.string().meta({ description: 'The id of the execution that failed; und_… for an event that reached no execution' }),
    workflow: z.string(),
    pipeline: z.string(),
    environment: z.string(),
    status: z.enum(DEAD_LETTER_STATUSES),
    trigger: z.string(),
    failed_at: instant,
    expires_at: instant.meta({ description: 'When it leaves the list; the execution stays' }),
    step: z.string().optional().meta({ description: 'The step that failed' }),
    attempts: z.number().int().meta({ description: 'How often that step was called, or the delivery was tried' }),
    error: z.object({ code: z.string(), message: z.string() }),
    replayable: z.boolean(),
    replayed_as: z.string().optional().meta({ description: 'The execution that it was replayed as' }),
    closed_at: instant.optional(),
    closed_by: z.string().optional(),
  })
  .meta({ id: 'DeadLetter' });
export const deadLetterPage = page('DeadLetterPage', deadLetterSchema);
export const deadLetterDetail = deadLetterSchema
  .extend({
    version: z.number().int(),
    started_at: instant.optional().meta({ description: 'Of the execution; absent for an event that reached none' }),
    event: z.object({ id: z.string(), topic: z.string() }).optional().meta({ description: 'The event that reached no execution' }),
    trigger_data: json.meta({ description: 'What the execution was, or would have been, started with' }),
    error_details: json.optional().meta({ description: 'The error as the log has it: code, status of the other side, hint, details' }),
  })
  .meta({ id: 'DeadLetterDetail' });

export const deadLettersQuery = z.strictObject({
  status: z.enum(DEAD_LETTER_STATUSES).optional().meta({ description: 'All when absent' }),
  environment,
  limit: listLimit,
  cursor,
});
export const deadLetterQuery = z.strictObject({ environment });
export const discardQuery = z.strictObject({ environment, reason: z.string().min(1).max(500).optional().meta({ description: 'Why; kept in the log' }) });

export const deadLetterReplayedSchema = executionStartedSchema
  .pick({ execution_id: true, status: true })
  .extend({
    dead_letter: z.string().meta({ description: 'The letter' }),
    existing: z.boolean().meta({ description: 'It had been replayed before; this is that execution' }),
  })
  .meta({ id: 'DeadLetterReplayed' });

export const replayAllRequest = z
  .strictObject({ limit: z.number().int().min(1).max(1_000_000).optional().meta({ description: 'At most so many, the oldest first; all when absent' }) })
  .meta({ id: 'ReplayAllRequest' });

export const replayAllSchema = z
  .object({
    status: z.enum(['running', 'completed']),
    total: z.number().int().meta({ description: 'Letters that waited when it began, or the limit' }),
    replayed: z.number().int(),
    skipped: z.number().int().meta({ description: 'Closed by somebody else meanwhile' }),
    failed: z.number().int().meta({ description: 'Could not be started; they still wait' }),
    last_error: z.object({ code: z.string(), message: z.string() }).optional(),
    started_at: instant,
    finished_at: instant.optional(),
    by: z.string(),
  })
  .meta({ id: 'ReplayAll' });

export const deadLetterStatsQuery = z.strictObject({ environment: environmentSchema.optional().meta({ description: 'All when absent' }) });
export const deadLetterStats = z
  .object({
    depth: z.number().int().meta({ description: 'Letters that wait, over all pipelines' }),
    alerting: z.number().int().meta({ description: 'Pipelines whose depth has reached their threshold' }),
    pipelines: z.array(
      z.object({
        workflow: z.string(),
        pipeline: z.string(),
        environment: z.string(),
        depth: z.number().int(),
        alert_threshold: z.number().int().optional(),
        alerting: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'DeadLetterStats' });
