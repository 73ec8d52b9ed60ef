/** Requests and answers of orders to many executions; see `api.ts` for the rules. */
import { z } from 'zod';
import { executionsQuery } from '#contracts/api-executions';
import { instant, page } from '#contracts/api-parts';
import { BULK_ACTIONS } from '#contracts/bulk';
import { EXECUTION_STATUSES } from '#contracts/execution';

const filter = executionsQuery.omit({ limit: true, cursor: true });

export const bulkRequest = z
  .strictObject({
    action: z.enum(BULK_ACTIONS),
    filter: filter.refine((given) => Object.values(given).some((value) => value !== undefined), {
      message: 'name at least one, so that nobody means all by mistake',
    }),
    reason: z.string().min(1).max(500).optional().meta({ description: 'For cancel and pause' }),
    preview: z.boolean().default(false).meta({ description: 'Only count those that the filter finds' }),
  })
  .meta({ id: 'BulkRequest', examples: [{ action: 'cancel', filter: { pipeline: 'process-order', status: 'waiting' }, preview: true }] });

export const bulkPreviewSchema = z
  .object({
    action: z.enum(BULK_ACTIONS),
    total: z.number().int(),
    total_is_least: z.boolean().meta({ description: 'There are more than were counted' }),
    by_status: z.partialRecord(z.enum(EXECUTION_STATUSES), z.number().int()).meta({ description: 'How many of those that were counted are in which status' }),
  })
  .meta({ id: 'BulkPreview' });

export const bulkJobSchema = z
  .object({
    id: z.string(),
    action: z.enum(BULK_ACTIONS),
    filter: z.looseObject({}),
    reason: z.string().optional(),
    by: z.string(),
    status: z.enum(['running', 'completed', 'cancelled']),
    total: z.number().int(),
    total_is_least: z.boolean(),
    done: z.number().int(),
    refused: z.number().int().meta({ description: 'The order did not fit the state that the execution was in' }),
    failed: z.number().int(),
    problems: z
      .array(z.object({ execution_id: z.string(), code: z.string(), message: z.string() }))
      .meta({ description: 'The first 20 of those that were not done' }),
    created_at: instant,
    finished_at: instant.optional(),
    cancelled_by: z.string().optional(),
  })
  .meta({ id: 'BulkJob' });
export const bulkJobPage = page('BulkJobPage', bulkJobSchema);
export const bulkAnswer = z.union([bulkJobSchema, bulkPreviewSchema]);
