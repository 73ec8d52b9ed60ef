/** Reads an instance of a state machine. */
import { z } from 'zod';
import { Problem } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import { compact } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { type InstanceInput, instanceOutput, instanceSettings } from '#steps/statemachine-settings';

const config = z.strictObject({
  ...instanceSettings,
  fail_on_missing: z.boolean().default(true).describe('With false, an instance that does not exist completes the step with found: false.'),
});

interface Input extends InstanceInput {
  fail_on_missing?: false;
}

export const statemachineGet = defineStep({
  type: 'step.statemachine_get',
  summary: 'Reads the state and the data of an instance of a state machine.',
  pure: false,
  idempotent: true,
  config,
  example: `
name: look
type: step.statemachine_get
config:
  statemachine: order-lifecycle
  entity_id: "{{ .order_id }}"
`,
  output:
    '{found, entity_id, state, current_state, previous_state, data, final, is_error, seq, created_at, updated_at, transitions}; `transitions` names those that lead out of the state.',
  prepare: (settings) =>
    compact({ statemachine: settings.statemachine, entity_id: String(settings.entity_id), fail_on_missing: settings.fail_on_missing ? undefined : false }),
  async perform(input: Input, context): Promise<StepOutcome> {
    const instance = await context.machines.read(input.statemachine, input.entity_id);
    if (instance) return { kind: 'completed', output: instanceOutput(instance) };
    if (input.fail_on_missing === false) return { kind: 'completed', output: { found: false, entity_id: input.entity_id } };
    throw new Problem('unknown_instance', `${input.statemachine} has no instance ${input.entity_id}.`);
  },
});
