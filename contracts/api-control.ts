/** Requests and answers of steering an execution; see `api.ts` for the rules. */
import { z } from 'zod';
import { controlSchema, errorInfoSchema, executionId, statusSchema } from '#contracts/api-executions';
import { instant, json, jsonObject } from '#contracts/api-parts';
import { valueDiffSchema } from '#contracts/diff';
import { LIMITS } from '#contracts/limits';

const reason = z.string().min(1).max(500).optional();

export const pauseRequest = z.strictObject({ reason }).meta({ id: 'PauseRequest' });

export const signalledSchema = z
  .object({
    execution_id: executionId,
    status: statusSchema,
    signal_id: z.string().meta({ description: 'The `Idempotency-Key` of the request, or one that was made for it' }),
    step: z.string().optional().meta({ description: 'The step that took it; absent when it is kept for a step that has not begun' }),
    duplicate: z.boolean().meta({ description: 'A signal of this id had been taken before; nothing was done' }),
  })
  .meta({ id: 'Signalled' });

const step = z.string().min(1).max(256);

export const breakpointActionRequest = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.literal('resume'), input: jsonObject.optional().meta({ description: 'In place of the input of the step that is held' }) }),
    z.strictObject({ action: z.literal('modify'), input: jsonObject.meta({ description: 'In place of the input of the step that is held; it stays held' }) }),
    z.strictObject({ action: z.literal('skip') }),
    z.strictObject({ action: z.literal('abort'), reason }),
    z.strictObject({ action: z.literal('replay'), from_step: step.meta({ description: 'A step that ran; the replay starts from it, this execution ends' }) }),
  ])
  .meta({ id: 'BreakpointAction', examples: [{ action: 'resume', input: { topic: 'order.shipped', payload: { order_id: 'ord_1' } } }] });

export const breakpointActionSchema = controlSchema
  .extend({ replayed_as: z.string().optional().meta({ description: '`replay`: the execution that goes on in place of this one' }) })
  .meta({ id: 'BreakpointActionTaken' });

export const contextQuery = z.strictObject({
  at: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Sequence number of an event: what a step right after it would have seen; now when absent' }),
});

export const contextSchema = z
  .object({
    execution_id: executionId,
    status: statusSchema,
    context: jsonObject.meta({ description: 'What the next step sees: trigger, steps, meta, and the flat fields' }),
    after: z
      .object({
        seq: z.number().int(),
        type: z.string(),
        at: instant,
        step: z.string().optional(),
        changes: valueDiffSchema.meta({ description: 'What it changed of `trigger`, `steps` and `meta`: left is before, right is after' }),
        changes_cut: z.boolean().meta({ description: 'There are more changes than are listed' }),
      })
      .optional()
      .meta({ description: 'The event after which this is, where `at` asked for one' }),
    next: z
      .object({
        step: z.string(),
        type: z.string(),
        input: json.optional().meta({ description: 'What it would get; secrets by their names' }),
        modified: z.boolean().optional(),
        error: errorInfoSchema.optional().meta({ description: 'Why its settings give no input' }),
      })
      .optional()
      .meta({ description: 'The step that is held at a breakpoint' }),
  })
  .meta({ id: 'Context' });

export const signalKey = z.string().min(1).max(LIMITS.idempotencyKey);
