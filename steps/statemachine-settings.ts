/** What the steps of state machines share: which machine, which instance, and what came of a transition. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import type { MachineInstance } from '#contracts/machine';
import { compact } from '#steps/config-schemas';
import type { MachineMoved } from '#steps/define-step';

const older = (use: string) => ({ deprecated: true, use });

export const instanceSettings = {
  statemachine: z.string().min(1).meta({ names: 'machine' }).describe('Name of the state machine, or of the engine where it runs one machine only.'),
  engine: z.string().optional().meta(older('statemachine')).describe('Older spelling of statemachine.'),
  entity_id: z.union([z.string().min(1), z.number()]).describe('Id of the instance.'),
  instance_id: z.union([z.string(), z.number()]).optional().meta(older('entity_id')).describe('Older spelling of entity_id.'),
  instanceId: z.union([z.string(), z.number()]).optional().meta(older('entity_id')).describe('Older spelling of entity_id.'),
};

/** Nothing is no data: a request without a body. */
export const machineData = z.record(z.string(), z.any()).nullable();

/** What the log keeps as the step's input. */
export interface InstanceInput {
  statemachine: string;
  entity_id: string;
}

export function movedOutput({ instance, transition, from, to, followed, stopped, reused }: MachineMoved): JsonObject {
  return compact({
    transition_ok: true,
    entity_id: instance.id,
    state: instance.state,
    new_state: instance.state,
    previous_state: from,
    transition,
    reached: followed.length > 0 ? to : undefined,
    followed: followed.length > 0 ? followed : undefined,
    stopped: stopped as JsonObject | undefined,
    final: instance.final,
    seq: instance.seq,
    reused: reused,
  });
}

export function instanceOutput(instance: MachineInstance): JsonObject {
  const { id, state, previous_state, data, final, error, seq, created_at, updated_at, transitions } = instance;
  return compact({
    found: true,
    entity_id: id,
    state,
    current_state: state,
    previous_state: previous_state ?? null,
    data,
    final,
    is_error: error,
    seq,
    created_at,
    updated_at,
    transitions: transitions.map((transition) => transition.name),
  });
}
