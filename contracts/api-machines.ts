/** Requests and answers about state machines; see `api.ts` for the rules. */
import { z } from 'zod';
import { cursor, environmentSchema, instant, jsonObject, listLimit, page } from '#contracts/api-parts';
import { LIMITS } from '#contracts/limits';

const environment = environmentSchema.default('production');
const stateName = z
  .string()
  .min(1)
  .max(100)
  .meta({ examples: ['paid'] });
const transitionName = z
  .string()
  .min(1)
  .max(100)
  .meta({ examples: ['ship'] });
const idempotencyKey = z.string().min(1).max(LIMITS.idempotencyKey).optional().meta({ description: 'The same key is carried out once' });

export const machinesQuery = z.strictObject({
  workflow: z.string().min(1).max(128).optional().meta({ description: 'Name of a workflow; all that are deployed when absent' }),
  environment,
  limit: listLimit,
  cursor,
});
export const machineQuery = z.strictObject({ environment });
export const machineInstancesQuery = z.strictObject({
  environment,
  state: stateName.optional().meta({ description: 'Only instances in this state' }),
  limit: listLimit,
  cursor,
});
export const machineHistoryQuery = z.strictObject({
  environment,
  from: z.coerce.number().int().min(1).optional().meta({ description: 'First number wanted; default 1' }),
  limit: listLimit,
  cursor,
});

const counts = z.record(z.string(), z.number().int()).meta({ description: 'How many instances are in each state; a state without any is left out' });

export const machineSummarySchema = z
  .object({
    workflow: z.string(),
    name: z.string(),
    description: z.string().optional(),
    engine: z.string().optional(),
    environment: z.string(),
    version: z.number().int().meta({ description: 'Version of the workflow whose rules hold' }),
    initial: z.string(),
    states: z.number().int(),
    transitions: z.number().int(),
    instances: z.number().int(),
    counts,
  })
  .meta({ id: 'MachineSummary' });
export const machinePage = page('MachinePage', machineSummarySchema);

export const machineSchema = z
  .object({
    workflow: z.string(),
    name: z.string(),
    description: z.string().optional(),
    engine: z.string().optional(),
    environment: z.string(),
    version: z.number().int(),
    initial: z.string(),
    states: z.record(
      z.string(),
      z.object({ description: z.string().optional(), final: z.boolean(), error: z.boolean(), data: jsonObject.optional(), count: z.number().int() }),
    ),
    transitions: z.record(
      z.string(),
      z.object({
        from: z.array(z.string()),
        to: z.string(),
        description: z.string().optional(),
        condition: z.string().optional().meta({ description: 'The guard' }),
        auto: z.boolean().meta({ description: 'Taken by the machine itself' }),
        data: jsonObject.optional(),
      }),
    ),
    hooks: z.array(
      z.object({
        transitions: z.array(z.string()).optional(),
        from: z.array(z.string()).optional(),
        to: z.array(z.string()).optional(),
        handler: z.string(),
        pipeline: z.string(),
        on_success: z.string().optional(),
        on_failure: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'Machine' });

const rowSchema = z
  .object({
    id: z.string(),
    state: z.string(),
    previous_state: z.string().optional(),
    seq: z.number().int(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'MachineInstanceRow' });
export const machineInstancePage = page('MachineInstancePage', rowSchema);

export const machineInstanceSchema = z
  .object({
    id: z.string(),
    machine: z.string(),
    state: z.string(),
    previous_state: z.string().optional(),
    data: jsonObject,
    final: z.boolean(),
    error: z.boolean(),
    seq: z.number().int().meta({ description: 'Number of the last entry of its history' }),
    created_at: instant,
    updated_at: instant,
    transitions: z
      .array(z.object({ name: z.string(), to: z.string(), condition: z.string().optional(), auto: z.literal(true).optional() }))
      .meta({ description: 'Those that lead out of the state, whatever their guards say' }),
    pending: z
      .object({ transition: z.string(), to: z.string(), since: instant, executions: z.array(z.string()) })
      .optional()
      .meta({ description: 'A transition whose hooks are running' }),
  })
  .meta({ id: 'MachineInstance' });

const entry = { seq: z.number().int(), at: instant, by: z.string(), key: z.string().optional(), execution_id: z.string().optional(), data: jsonObject };
const entrySchema = z
  .union([
    z.object({ kind: z.literal('created'), to: z.string(), ...entry }),
    z.object({
      kind: z.literal('moved'),
      transition: z.string(),
      from: z.string(),
      to: z.string(),
      ...entry,
      auto: z.literal(true).optional().meta({ description: 'The machine took it by itself' }),
      hooks: z.array(z.string()).optional().meta({ description: 'Executions of the hooks that let it pass' }),
    }),
  ])
  .meta({ id: 'MachineHistoryEntry' });
export const machineHistoryPage = page('MachineHistoryPage', entrySchema);

export const createInstanceRequest = z
  .strictObject({
    id: z.string().min(1).max(200).optional().meta({ description: 'Made up when absent' }),
    data: jsonObject.default({}),
    transition: transitionName.optional().meta({ description: 'Taken at once, before those that the machine takes by itself' }),
    idempotency_key: idempotencyKey,
  })
  .meta({ id: 'MachineInstanceRequest', examples: [{ id: 'o-1', data: { total: 40 } }] });

export const transitionRequest = z
  .strictObject({
    transition: transitionName,
    data: jsonObject.default({}).meta({ description: 'Laid over the data of the instance; guards see the result' }),
    expected_state: stateName.optional().meta({ description: 'Refused unless this is the state' }),
    expected_seq: z.number().int().min(1).optional().meta({ description: 'Refused unless this is the number of the last entry' }),
    idempotency_key: idempotencyKey,
  })
  .meta({ id: 'TransitionRequest', examples: [{ transition: 'ship', data: { carrier: 'ups' } }] });

export const movedSchema = z
  .object({
    id: z.string(),
    state: z.string().meta({ description: 'As it is now, after what the machine did by itself' }),
    transition: z.string().optional(),
    from: z.string().optional(),
    to: z.string().meta({ description: 'Where the transition led' }),
    followed: z.array(z.string()).meta({ description: 'Transitions that the machine took by itself afterwards' }),
    stopped: z
      .object({ transition: z.string(), code: z.string(), message: z.string(), execution_id: z.string().optional() })
      .optional()
      .meta({ description: 'Why it took no further one' }),
    reused: z.literal(true).optional().meta({ description: 'Carried out before' }),
    instance: machineInstanceSchema,
  })
  .meta({ id: 'Moved' });
