/** Log lines over all executions of a tenant, and as they are written. */
import { z } from 'zod';
import { instantQuery } from '#contracts/api-executions';
import { cursor, environmentSchema, instant, listLimit, projectId } from '#contracts/api-parts';
import { logLineSchema } from '#contracts/api-timeline';
import { attributesSchema } from '#contracts/attributes';
import { parseDuration } from '#contracts/duration';
import { LOG_LEVELS } from '#contracts/log-level';

/** Which executions, and which of their lines. */
const chosen = {
  q: z.string().min(1).max(200).optional().meta({ description: 'Text in the message, the step or a field of the line, in any case' }),
  level: z.enum(LOG_LEVELS).optional().meta({ description: 'Least level' }),
  step: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .meta({ description: 'Of this step: its name, or its path within blocks, with or without the number of the item' }),
  workflow: z.string().min(1).max(128).optional().meta({ description: 'Name or id' }),
  pipeline: z.string().min(1).max(256).optional().meta({ description: '`pipeline` or `workflow.pipeline`' }),
  environment: environmentSchema.optional(),
  attr: attributesSchema.optional().meta({ description: 'Search attributes of the execution, all of them: `attr.customer_id=cust_789`' }),
};

/** Milliseconds. */
const within = z
  .string()
  .max(20)
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= 1000 && ms <= 20_000) return ms;
    context.addIssue({ code: 'custom', message: 'a duration from 1s to 20s' });
    return z.NEVER;
  });

export const logsQuery = z.strictObject({
  ...chosen,
  execution: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'Of this execution alone; goes with `q`, `level`, `step` and times, not with what chooses executions' }),
  project: projectId.optional().meta({ description: 'Of the workflows that are in this project now' }),
  from: instantQuery.meta({ description: 'Said at or after; ISO 8601 or epoch ms. Executions that began more than a day before are not looked at' }),
  to: instantQuery.meta({ description: 'Said before; ISO 8601 or epoch ms' }),
  within: within.optional().meta({
    description:
      'How long to look on where a page has found fewer lines than `limit`: 1s to 20s. Without it a request looks through one page of a hundred executions, with it through nine at most; `looked` says how far it came',
  }),
  limit: listLimit,
  cursor,
});

export const liveLogsQuery = z.strictObject({
  ...chosen,
  execution: z.string().max(64).optional().meta({ description: 'Of this execution alone' }),
});

export const logSearchPage = z
  .object({
    items: z.array(logLineSchema),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Where to look further; null at the end. A page may hold few lines, or none, and still have a next' }),
    looked: z
      .object({
        executions: z.number().int().meta({ description: 'How many executions were looked through' }),
        back_to: instant.optional().meta({ description: 'When the earliest of them started' }),
        unread: z.number().int().optional().meta({ description: 'Executions whose log could not be read just now' }),
      })
      .meta({ description: 'For this answer' }),
    regions: z
      .array(z.object({ region: z.string(), status: z.enum(['ok', 'unavailable']) }))
      .optional()
      .meta({ description: 'Regions that were looked through, where the tenant has several. What is in one that is unavailable is missing from the page' }),
  })
  .meta({ id: 'LogSearchPage' });
