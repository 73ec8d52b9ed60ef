/** What cancelling an execution now would do, before anybody does it. */
import { z } from 'zod';
import { instant, json } from '#contracts/api-parts';
import { EXECUTION_STATUSES } from '#contracts/execution';

const undoingSchema = z
  .object({
    step: z.string(),
    type: z.string().meta({ description: 'Step type of the compensation' }),
    status: z
      .enum(['planned', 'running', 'retrying', 'completed', 'failed'])
      .meta({ description: 'planned: it would begin; the others: of an undoing that has begun' }),
    input: json.optional().meta({ description: 'The payload, filled in; a secret stands as its name in braces' }),
    idempotency_key: z.string().optional(),
    secrets: z.array(z.string()).optional().meta({ description: 'Names of the secrets that go with it' }),
    error: z.string().optional().meta({ description: 'Why its payload cannot be filled in, or why it gave up' }),
  })
  .meta({ id: 'PlannedCompensation' });

const underWaySchema = z
  .object({
    step: z.string(),
    type: z.string(),
    attempt: z.number().int(),
    started_at: instant,
    undone_if_completed: z.boolean().meta({ description: 'Whether it would be undone too, before all others, once it has completed' }),
  })
  .meta({ id: 'StepUnderWay' });

export const compensationPlanSchema = z
  .object({
    execution_id: z.string(),
    status: z.enum(EXECUTION_STATUSES),
    last_seq: z.number().int().meta({ description: 'The plan is of the state after this event' }),
    action: z
      .enum(['cancel', 'resume', 'none'])
      .meta({ description: 'What the plan is of: a cancel, the rest of an undoing that runs or could be resumed, or nothing, for the execution has ended' }),
    ends_as: z.enum(EXECUTION_STATUSES).meta({ description: 'Status at the end, when every compensation succeeds' }),
    order: z.enum(['reverse', 'parallel']).meta({ description: 'parallel: all of them at the same time' }),
    steps: z.array(undoingSchema).meta({ description: 'What is undone, in order' }),
    under_way: z.array(underWaySchema).meta({ description: 'Attempts that are let end first' }),
    waits: z.array(z.object({ step: z.string(), until: instant.optional() })).meta({ description: 'Waits that are cut short' }),
  })
  .meta({ id: 'CompensationPlan' });

export type CompensationPlan = z.infer<typeof compensationPlanSchema>;
