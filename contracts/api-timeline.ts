/** The timeline of an execution and the lines of its log, as they are asked for and answered; see `api.ts` for the rules. */
import { z } from 'zod';
import { correlationSchema, errorInfoSchema, executionId, pausedSchema, queueSchema, refusedSchema, statusSchema } from '#contracts/api-executions';
import { cursor, instant, json, jsonObject, listQuery, page } from '#contracts/api-parts';
import { deadLetterFacts } from '#contracts/dead-letter-facts';
import { EVENT_CODES } from '#contracts/events';
import { STEP_STATUSES } from '#contracts/execution';
import { LIMITS } from '#contracts/limits';
import { LOG_LEVELS } from '#contracts/log-level';

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

const limit = z.coerce.number().int().min(1).max(LIMITS.eventsMax).optional();

const pinnedVersion = z.object({ definition: z.string(), version: z.number().int() });

export const timelineQuery = z.strictObject({
  limit: limit.meta({ description: `Steps on a page, 1 to ${LIMITS.eventsMax}; all of them when absent` }),
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
    dead_letter: deadLetterFacts(instant).optional().meta({ description: 'What its failure left behind' }),
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
  limit: limit.meta({ description: `1 to ${LIMITS.eventsMax}; 100 when absent` }),
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
