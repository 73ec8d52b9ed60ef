/** Two executions side by side: shape of `vision.txt` "Execution Diff View", and what goes beyond it. */
import { z } from 'zod';
import { json } from '#contracts/api-parts';
import { EXECUTION_STATUSES, type ExecutionStatus, STEP_STATUSES, type StepStatus } from '#contracts/execution';
import type { Json } from '#contracts/json';

const DIFF_STATUSES = ['identical', 'output_different', 'status_different', 'left_skipped', 'right_skipped', 'left_only', 'right_only'] as const;
export type DiffStatus = (typeof DIFF_STATUSES)[number];

/**
 * A place where two values differ. A side that has nothing there is `null`; `absent` says so where the other side's value
 * is `null` itself.
 */
export interface PathDiff {
  left: Json;
  right: Json;
  absent?: 'left' | 'right';
}

/** By dotted path, `items.0.sku`; a key with a dot is `["a.b"]`; the whole value is `$`. */
export type ValueDiff = { [path: string]: PathDiff };

export interface DiffError {
  code: string;
  message: string;
}

export interface StepDiff {
  step: string;
  status: DiffStatus;
  left_duration_ms?: number;
  right_duration_ms?: number;
  /** Outputs, unless the step is identical; `null` for a side that has none. */
  left_output?: Json;
  right_output?: Json;
  diff?: ValueDiff;
  /** Why a side does not have the step, or did not come to it. */
  reason?: string;
  /** Statuses of the step on both sides, where they differ; absent for a side that did not run it. */
  left_status?: StepStatus;
  right_status?: StepStatus;
  left_error?: DiffError;
  right_error?: DiffError;
  /** The step got another input; a step with the same output is `identical` all the same. */
  input_different?: true;
  input_diff?: ValueDiff;
  /** There are more differences than are listed. */
  truncated?: true;
}

export interface ExecutionDiff {
  left: string;
  right: string;
  summary: {
    left_status: ExecutionStatus;
    right_status: ExecutionStatus;
    /** `null` while it runs. */
    left_duration_ms: number | null;
    right_duration_ms: number | null;
    steps_different: number;
    steps_identical: number;
  };
  /** In the order of the left side; what only the right has comes after its predecessor there. */
  step_diffs: StepDiff[];
  /** Where the triggers differ; absent when they are the same. */
  trigger_diff?: ValueDiff;
  trigger_truncated?: true;
}

const statusSchema = z.enum(EXECUTION_STATUSES);
const stepStatusSchema = z.enum(STEP_STATUSES);
const executionId = z.string().max(128);

export const valueDiffSchema = z
  .record(z.string(), z.object({ left: json, right: json, absent: z.enum(['left', 'right']).optional() }))
  .meta({ id: 'ValueDiff', description: 'By dotted path; a side that has nothing there is null, the whole value is `$`' });

const errorSchema = z.object({ code: z.string(), message: z.string() });

const stepDiffSchema = z
  .object({
    step: z.string(),
    status: z.enum(DIFF_STATUSES),
    left_duration_ms: z.number().optional(),
    right_duration_ms: z.number().optional(),
    left_output: json.optional(),
    right_output: json.optional(),
    diff: valueDiffSchema.optional(),
    reason: z.string().optional().meta({ description: 'Why a side does not have the step, or did not come to it' }),
    left_status: stepStatusSchema.optional(),
    right_status: stepStatusSchema.optional(),
    left_error: errorSchema.optional(),
    right_error: errorSchema.optional(),
    input_different: z.literal(true).optional().meta({ description: 'The step got another input' }),
    input_diff: valueDiffSchema.optional(),
    truncated: z.literal(true).optional().meta({ description: 'There are more differences than are listed' }),
  })
  .meta({ id: 'StepDiff' });

export const executionDiffSchema = z
  .object({
    left: executionId,
    right: executionId,
    summary: z.object({
      left_status: statusSchema,
      right_status: statusSchema,
      left_duration_ms: z.number().nullable(),
      right_duration_ms: z.number().nullable(),
      steps_different: z.number().int(),
      steps_identical: z.number().int(),
    }),
    step_diffs: z.array(stepDiffSchema),
    trigger_diff: valueDiffSchema.optional(),
    trigger_truncated: z.literal(true).optional(),
  })
  .meta({ id: 'ExecutionDiff' });

export const executionDiffQuery = z.strictObject({
  left: executionId.meta({ description: 'Id of an execution, `exec_…`' }),
  right: executionId.meta({ description: 'Id of the execution to compare it with' }),
});
