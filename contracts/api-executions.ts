/** Requests and answers about executions; see `api.ts` for the rules. */
import { z } from 'zod';
import { cursor, environmentSchema, instant, json, jsonObject, listLimit, listQuery, page, projectId } from '#contracts/api-parts';
import { attributesSchema } from '#contracts/attributes';
import { EVENT_CODES } from '#contracts/events';
import { DEAD_LETTER_STATUSES, EXECUTION_STATUSES, STEP_STATUSES } from '#contracts/execution';
import { slugSchema } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { LOG_LEVELS } from '#contracts/log-level';

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

const queueSchema = z
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

const refusedSchema = z
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

const correlationSchema = z.object({ paths: z.array(z.string()), values: z.array(z.string()) });

const pausedSchema = z
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

const attemptSchema = z
  .object({
    attempt: z.number().int(),
    started_at: instant,
    duration_ms: z.number().optional(),
    status: z.enum(['running', 'completed', 'failed', 'interrupted']),
    error: errorInfoSchema.optional(),
    retry_at: instant.optional().meta({ description: 'When the next attempt is or was due' }),
  })
  .meta({ id: 'TimelineAttempt' });

const compensationSchema = z
  .object({
    type: z.string(),
    status: z.enum(['pending', 'running', 'retrying', 'completed', 'failed']),
    started_at: instant.optional(),
    duration_ms: z.number().optional(),
    attempts: z.number().int(),
    input: json.optional(),
    output: json.optional(),
    error: errorInfoSchema.optional(),
  })
  .meta({ id: 'TimelineCompensation' });

const timelineStepSchema = z
  .object({
    name: z.string(),
    type: z.string(),
    index: z.number().int().meta({ description: 'Position in the definition' }),
    status: z.enum(STEP_STATUSES),
    started_at: instant.optional(),
    offset_ms: z.number().optional().meta({ description: 'From the start of the execution' }),
    duration_ms: z.number().optional(),
    input: json.optional(),
    output: json.optional(),
    response: jsonObject.optional().meta({ description: 'Facts beside the output: status code and headers of a call, reuse of a stored result' }),
    error: errorInfoSchema.optional(),
    attempts: z.number().int(),
    attempt_log: z.array(attemptSchema).optional(),
    idempotent: z.boolean().optional(),
    idempotency_key: z.string().optional(),
    reason: z.string().optional().meta({ description: 'Why it was skipped' }),
    route: z.object({ value: json, route: z.string(), target: z.string() }).optional().meta({ description: 'Where a conditional went' }),
    parent: z.string().optional().meta({ description: "Of a step in a block: the block's step" }),
    lane: z.string().optional().meta({ description: 'Of a step in a block: its branch, item or round' }),
    block: z
      .object({
        kind: z.enum(['parallel', 'foreach', 'branch', 'while', 'retry']),
        begun: z.number().int(),
        completed: z.number().int(),
        failed: z.number().int(),
        stopped: z.number().int(),
        items: z.number().int().optional(),
        branch: z.string().optional(),
      })
      .optional()
      .meta({ description: 'Of a block: its lanes that have begun, and how they ended' }),
    waited_from: instant.optional().meta({ description: 'Since when it only waited: for a time, an answer, or what it called' }),
    waiting_until: instant.optional(),
    waiting_for: z
      .object({ kind: z.enum(['event', 'approval', 'call']), event: z.string(), correlation: correlationSchema.optional() })
      .optional()
      .meta({ description: 'What it waits for beside the time; its settings are its input' }),
    mocked: z.object({ by: z.string(), mock_id: z.string().optional() }).optional().meta({ description: 'Nothing went out: it came to what a mock says' }),
    compensation: compensationSchema.optional(),
    trace_id: z.string().optional(),
    span_id: z.string().optional(),
  })
  .meta({ id: 'TimelineStep' });

/** A step's name, or its path within blocks. */
const stepName = z.string().min(1).max(512).optional();

const pinnedVersion = z.object({ definition: z.string(), version: z.number().int() });

export const timelineQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(LIMITS.eventsMax)
    .optional()
    .meta({ description: `Steps on a page, 1 to ${LIMITS.eventsMax}; all of them when absent` }),
  cursor,
  step: stepName.meta({ description: 'Only this step' }),
  since: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Only steps that an event after this one said something of, without values: what is new since a `last_seq`' }),
  values: z
    .enum(['all', 'none'])
    .optional()
    .meta({ description: '`none`: without input, output and response of the steps, which is what a picture of a long execution needs; all when absent' }),
});

export const timelineSchema = z
  .object({
    execution_id: executionId,
    workflow: z.string(),
    workflow_id: z.string(),
    version: z.number().int(),
    definition: z.string().meta({ description: 'Content hash that the execution is pinned to' }),
    environment: z.string(),
    region: z.string(),
    pipeline: z.string(),
    tenant: z.string(),
    status: statusSchema,
    started_at: instant,
    completed_at: instant.optional(),
    duration_ms: z.number().optional(),
    trigger: jsonObject,
    steps: z.array(timelineStepSchema),
    error: errorInfoSchema.optional(),
    saga: z
      .object({ status: z.enum(['compensating', 'compensated', 'failed']), reason: z.string(), order: z.array(z.string()) })
      .optional()
      .meta({ description: 'The undoing, in its order' }),
    paused: pausedSchema.optional(),
    cancelled: z.object({ by: z.string().optional(), reason: z.string().optional() }).optional().meta({ description: 'Who asked to cancel it, and why' }),
    queue: queueSchema.optional(),
    refused: refusedSchema,
    dead_letter: z
      .object({
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
      })
      .optional()
      .meta({ description: 'What its failure left behind' }),
    migrations: z
      .array(z.object({ seq: z.number().int(), at: instant, by: z.string(), from: pinnedVersion, to: pinnedVersion }))
      .optional()
      .meta({ description: 'Moves to other versions; `version` and `definition` are what it is pinned to now' }),
    continued_as: z.string().optional().meta({ description: 'The execution that goes on in place of this one' }),
    metadata: jsonObject,
    last_seq: z.number().int().meta({ description: 'Last event folded in; a live view goes on from here' }),
    steps_total: z.number().int().optional().meta({ description: 'Of a page: how many steps there are in all' }),
    next_cursor: z.string().nullable().optional().meta({ description: 'Of a page: where the next begins; null at the end' }),
  })
  .meta({ id: 'Timeline' });

const eventTypes = Object.keys(EVENT_CODES) as [keyof typeof EVENT_CODES, ...(keyof typeof EVENT_CODES)[]];

/** An event as a reader sees it; the names are the product document's. */
export const eventSchema = z
  .object({
    sequence_num: z.number().int().meta({ description: '1, 2, 3, … without a gap' }),
    event_type: z.enum(eventTypes),
    event_data: jsonObject,
    created_at: instant,
  })
  .meta({ id: 'Event' });
export const eventPage = page('EventPage', eventSchema);
export const eventsQuery = z.strictObject({
  from: z.coerce.number().int().min(1).optional().meta({ description: 'First sequence number wanted' }),
  type: z
    .string()
    .transform((text, context) => {
      const types = text.split(',');
      const unknown = types.find((type) => !(type in EVENT_CODES));
      if (unknown === undefined) return types;
      context.addIssue({ code: 'custom', message: `no event type '${unknown.slice(0, 64)}'` });
      return z.NEVER;
    })
    .optional()
    .meta({ description: 'One type or several, with commas between' }),
  step: stepName.meta({ description: 'Only what is about this step' }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(LIMITS.eventsMax)
    .optional()
    .meta({ description: `1 to ${LIMITS.eventsMax}; 100 when absent` }),
  cursor,
});

export const logLineSchema = z
  .looseObject({
    timestamp: instant,
    level: z.enum(LOG_LEVELS),
    message: z.string(),
    execution_id: executionId,
    workflow: z.string(),
    environment: z.string(),
    pipeline: z.string(),
    step: z.string().optional(),
    tenant: z.string(),
    trace_id: z.string(),
    sequence_num: z.number().int().meta({ description: 'Of the event that says it' }),
    duration_ms: z.number().optional(),
    fields: jsonObject.optional().meta({ description: 'What the application wrote beside the message' }),
    region: z.string().optional().meta({ description: 'Where the execution lives' }),
  })
  .meta({ id: 'LogLine' });
export const logPage = page('LogPage', logLineSchema);
export const executionLogsQuery = listQuery.extend({
  step: stepName.meta({ description: 'Only what is about this step' }),
  level: z.enum(LOG_LEVELS).optional().meta({ description: 'Least level' }),
  q: z.string().min(1).max(200).optional().meta({ description: 'Text in the message, the step or a field of the line, in any case' }),
});

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
