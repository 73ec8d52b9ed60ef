/** Requests and answers about executions; see `api.ts` for the rules. */
import { z } from 'zod';
import { cursor, environmentSchema, instant, json, jsonObject, listLimit, page, projectId } from '#contracts/api-parts';
import { attributesSchema } from '#contracts/attributes';
import { EXECUTION_STATUSES } from '#contracts/execution';
import { slugSchema } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';

export const executionId = z.string().meta({ examples: ['exec_0000000000000000000000000000000000000000abc'] });

/** `2026-02-15T14:30:00Z` or epoch milliseconds; gives epoch ms. */
export const instantQuery = z
  .string()
  .transform((text, context) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
    if (!Number.isSafeInteger(value)) {
      context.addIssue({ code: 'custom', message: 'an ISO 8601 instant or epoch milliseconds' });
      return z.NEVER;
    }
    return value;
  })
  .optional();

/** `30s`, `500ms`, or seconds; gives ms, never more than the platform waits. */
const waitQuery = z
  .string()
  .regex(/^\d{1,6}(?:ms|s)?$/, 'a duration such as 30s or 500ms')
  .transform((text) => Math.min(Number.parseInt(text, 10) * (text.endsWith('ms') ? 1 : 1000), LIMITS.syncWaitMs))
  .optional()
  .meta({ description: `Answer when the execution has ended, at the latest after this; at most ${LIMITS.syncWaitMs / 1000}s`, examples: ['30s'] });

export const createExecutionRequest = z
  .strictObject({
    workflow: z.string().min(1).max(128).optional().meta({ description: 'Name or id; may be left out when the pipeline is unambiguous' }),
    pipeline: z.string().min(1).max(256).optional().meta({ description: '`pipeline` or `workflow.pipeline`; may be left out when the workflow has one' }),
    data: json.optional().meta({ description: 'What the pipeline sees as its trigger' }),
    idempotency_key: z.string().min(1).max(LIMITS.idempotencyKey).optional(),
    environment: environmentSchema.default('production'),
    tags: jsonObject.optional(),
  })
  .meta({ id: 'ExecutionRequest', examples: [{ workflow: 'orders', pipeline: 'process-order', data: { product_id: 'SKU-001', quantity: 3 } }] });
export const createExecutionQuery = z.strictObject({ wait: waitQuery });

export const statusSchema = z.enum(EXECUTION_STATUSES);
export const errorInfoSchema = z
  .object({
    code: z.string(),
    message: z.string(),
    retryable: z.boolean(),
    status: z.number().optional().meta({ description: "The other side's HTTP status, where there is one" }),
    hint: z.string().optional(),
    retry_after_ms: z.number().optional(),
    details: json.optional(),
  })
  .meta({ id: 'Error' });

export const queueSchema = z
  .object({
    reason: z.enum(['asking', 'concurrency', 'debounce', 'quota']).meta({
      description: 'concurrency: of its pipeline; quota: its tenant, or its application, has as many at work as it may',
    }),
    key: z.string().optional().meta({ description: 'Key of the places, where the pipeline has one' }),
    position: z.number().int().optional().meta({ description: 'How many go before it, and itself' }),
    of: z.string().optional().meta({ description: 'quota: of whom, `{tenant}` or `{tenant}/{workflow}/{environment}`' }),
    until: instant.optional().meta({ description: 'When it begins if no other start comes' }),
    holders: z.array(z.string()).optional().meta({ description: 'Executions that have the places' }),
  })
  .meta({ id: 'Queue', description: 'It waits before its first step' });

export const refusedSchema = z
  .object({
    reason: z
      .enum(['busy', 'superseded', 'full'])
      .meta({ description: 'busy: on_conflict is skip; superseded: a later start took its turn; full: too many wait' }),
    by: z.string().optional().meta({ description: 'The execution that has the place, or took it' }),
  })
  .optional()
  .meta({ description: 'It did not begin' });

export const executionStartedSchema = z
  .object({
    execution_id: executionId,
    status: statusSchema,
    workflow: z.string(),
    pipeline: z.string(),
    trace_id: z.string(),
    existing: z.boolean().meta({ description: 'The idempotency key already had an execution; this is it' }),
    result: json.optional().meta({ description: 'What the pipeline responded' }),
    outputs: jsonObject.optional().meta({ description: 'Output of each step' }),
    error: errorInfoSchema.optional(),
    queue: queueSchema.optional(),
    refused: refusedSchema,
  })
  .meta({ id: 'ExecutionStarted' });

export const executionSchema = z
  .object({
    execution_id: executionId,
    workflow: z.string(),
    workflow_id: z.string(),
    version: z.number().int(),
    environment: z.string(),
    pipeline: z.string(),
    tenant: z.string(),
    status: statusSchema,
    trigger: z.string(),
    started_at: instant,
    completed_at: instant.optional(),
    duration_ms: z.number().optional(),
    current_step: z.string().optional(),
    attributes: attributesSchema.optional().meta({ description: 'By what it is found, where its pipeline declares `attributes`' }),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    idempotency_key: z.string().optional().meta({ description: 'The key that it was started with' }),
    idempotency_expires_at: instant.optional().meta({ description: 'Until when a start with that key answers this execution' }),
    queue: queueSchema.optional(),
    region: z.string().meta({ description: 'Where it lives' }),
  })
  .meta({ id: 'Execution' });
export const executionPage = page('ExecutionPage', executionSchema).extend({
  regions: z
    .array(z.object({ region: z.string(), status: z.enum(['ok', 'unavailable']) }))
    .optional()
    .meta({ description: 'Regions that were looked through, where the tenant has several. What is in one that is unavailable is missing from the page.' }),
});

export const executionsQuery = z.strictObject({
  pipeline: z.string().min(1).max(256).optional().meta({ description: '`pipeline` or `workflow.pipeline`' }),
  workflow: z.string().min(1).max(128).optional().meta({ description: 'Name or id' }),
  project: projectId.optional().meta({ description: 'Of the workflows that are in this project now' }),
  status: statusSchema.optional().meta({ description: 'Status now' }),
  outcome: z.enum(['went_wrong']).optional().meta({ description: 'Failed or compensated: what metrics count as errors' }),
  environment: environmentSchema.optional(),
  attr: attributesSchema.optional().meta({ description: 'Search attributes, all of them: `attr.customer_id=cust_789`' }),
  from: instantQuery.meta({ description: 'Started at or after; ISO 8601 or epoch ms' }),
  to: instantQuery.meta({ description: 'Started before; ISO 8601 or epoch ms' }),
  q: z.string().min(1).max(200).optional().meta({ description: 'Text in id, pipeline or error' }),
  limit: listLimit,
  cursor,
});

export const correlationSchema = z.object({ paths: z.array(z.string()), values: z.array(z.string()) });

export const pausedSchema = z
  .object({
    since: instant,
    by: z.string().meta({ description: 'Who paused it, or who set the breakpoint' }),
    reason: z.string().optional(),
    breakpoint: z
      .object({ id: z.string(), step: z.string(), condition: z.string().optional(), input: json.optional().meta({ description: 'Given in place of its own' }) })
      .optional()
      .meta({ description: 'The step that it is held before' }),
  })
  .meta({ id: 'Paused' });

/** One execution as it is now: its line of the list, and what it stands at. */
export const executionNowSchema = executionSchema
  .extend({
    waiting_for: z
      .array(
        z.object({
          step: z.string(),
          kind: z.enum(['time', 'retry', 'event', 'approval', 'call']),
          event: z.string().optional().meta({ description: 'Name to send a signal under' }),
          correlation: correlationSchema.optional().meta({ description: 'Which events of the bus end the wait' }),
          until: instant.optional(),
          input: json.optional().meta({ description: 'Settings of the wait: approvers, form' }),
        }),
      )
      .optional(),
    paused: pausedSchema.optional(),
  })
  .meta({ id: 'ExecutionNow' });

export const cancelRequest = z.strictObject({ reason: z.string().min(1).max(500).optional() }).meta({ id: 'CancelRequest' });
export const emptyRequest = z.strictObject({});
export const controlSchema = z.object({ execution_id: executionId, status: statusSchema }).meta({ id: 'Control' });
export const rebuildSchema = z
  .object({
    execution_id: executionId,
    equal: z.boolean().meta({ description: 'Whether the folded log equals the state in memory; false is a defect of the platform' }),
    events: z.number().int(),
    status: statusSchema,
    state_hash: z.string(),
    differences: z.array(z.string()),
  })
  .meta({ id: 'Rebuild' });

export const liveQuery = z.strictObject({
  pipeline: z.string().min(1).max(256).optional().meta({ description: '`pipeline` or `workflow.pipeline`' }),
  workflow: z.string().min(1).max(128).optional().meta({ description: 'Name or id' }),
  status: statusSchema.optional().meta({ description: 'Status after the event' }),
  environment: environmentSchema.optional(),
  attr: attributesSchema.optional().meta({ description: 'Search attributes, all of them: `attr.customer_id=cust_789`' }),
  execution_id: z.string().max(64).optional().meta({ description: 'One execution only' }),
  tenant: slugSchema.optional().meta({ description: 'Your own; the platform key may name any' }),
});
