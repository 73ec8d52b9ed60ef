/** Makes an instance of a state machine. What it does by itself in its first state it has done when the step completes. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import type { StepOutcome } from '#contracts/step';
import { compact } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { type InstanceInput, instanceSettings, machineData, movedOutput } from '#steps/statemachine-settings';

const config = z.strictObject({
  ...instanceSettings,
  data: machineData.default({}).describe('Data of the instance.'),
  transition: z.string().optional().describe('Transition to take at once, before those that the machine takes by itself.'),
  initial_transition: z.string().optional().meta({ deprecated: true, use: 'transition' }).describe('Older spelling of transition.'),
});

interface Input extends InstanceInput {
  data: JsonObject;
  transition?: string;
}

export const statemachineCreate = defineStep({
  type: 'step.statemachine_create',
  summary: 'Makes an instance of a state machine, in its initial state.',
  pure: false,
  config,
  example: `
name: open-order
type: step.statemachine_create
config:
  statemachine: order-lifecycle
  entity_id: "{{ .order_id }}"
  data:
    total: "{{ .total }}"
`,
  output:
    '{transition_ok: true, entity_id, state, new_state, final, seq}; `followed` names the transitions that the machine took by itself, `stopped` why it took no further one.',
  prepare: (settings) =>
    compact({
      statemachine: settings.statemachine,
      entity_id: String(settings.entity_id),
      data: (settings.data ?? {}) as JsonObject,
      transition: settings.transition || undefined,
    }),
  async perform(input: Input, context): Promise<StepOutcome> {
    const { statemachine, entity_id, data, transition } = input;
    const made = await context.machines.create(statemachine, entity_id, { data, ...(transition === undefined ? {} : { transition }) }, context.idempotency_key);
    return { kind: 'completed', output: movedOutput(made) };
  },
});
