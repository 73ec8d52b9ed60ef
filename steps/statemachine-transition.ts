/**
 * Moves an instance of a state machine. The key of the effect goes along, so that an attempt that is repeated is the
 * same transition and not a second one.
 */
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '#contracts/json';
import { Problem, type ProblemCode } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import { compact } from '#steps/config-schemas';
import { defineStep, type MachineMoved, type MachinePort } from '#steps/define-step';
import { type InstanceInput, instanceSettings, machineData, movedOutput } from '#steps/statemachine-settings';

const config = z.strictObject({
  ...instanceSettings,
  event: z.string().describe('Name of the transition.'),
  transition: z.string().optional().meta({ deprecated: true, use: 'event' }).describe('Another spelling of event.'),
  data: machineData.default({}).describe('Laid over the data of the instance; guards see the result.'),
  expected_state: z.string().optional().describe('Refuse the transition unless the instance is in this state.'),
  create: z.boolean().default(false).describe('Make the instance when there is none of this id, with the data, and take the transition first.'),
  fail_on_error: z
    .boolean()
    .default(true)
    .describe('With false, a transition that the machine refuses completes the step with transition_ok: false and the reason in error.'),
});

interface Input extends InstanceInput {
  event: string;
  data: JsonObject;
  expected_state?: string;
  create?: true;
  fail_on_error?: false;
}

export const statemachineTransition = defineStep({
  type: 'step.statemachine_transition',
  summary: 'Moves an instance of a state machine by one of its transitions, exactly once.',
  pure: false,
  config,
  example: `
name: mark-paid
type: step.statemachine_transition
config:
  statemachine: order-lifecycle
  entity_id: "{{ .order_id }}"
  event: payment_received
  data:
    payment_id: "{{ .payment_id }}"
`,
  output:
    '{transition_ok, entity_id, state, new_state, previous_state, transition, final, seq}; `followed` names the transitions that the machine took by itself afterwards, and `reached` the state before them. Refused with fail_on_error: false: {transition_ok: false, state, error, code}.',
  prepare: (settings) =>
    compact({
      statemachine: settings.statemachine,
      entity_id: String(settings.entity_id),
      event: settings.event,
      data: (settings.data ?? {}) as JsonObject,
      expected_state: settings.expected_state || undefined,
      create: settings.create || undefined,
      fail_on_error: settings.fail_on_error ? undefined : false,
    }),
  async perform(input: Input, context): Promise<StepOutcome> {
    const { entity_id, event, data, expected_state } = input;
    const order = { transition: event, data, ...(expected_state === undefined ? {} : { expected_state }) };
    try {
      return { kind: 'completed', output: movedOutput(await moved(context.machines, input, order, context.idempotency_key)) };
    } catch (error) {
      if (input.fail_on_error !== false || !(error instanceof Problem) || !REFUSALS.has(error.code)) throw error;
      const state = isJsonObject(error.extra.details) ? error.extra.details.state : undefined;
      return {
        kind: 'completed',
        output: compact({ transition_ok: false, entity_id, state, transition: event, error: error.message, code: error.code }),
      };
    }
  },
});

/** Who finds no instance makes it; who then finds one after all was not alone, and moves it. */
async function moved(machines: MachinePort, input: Input, order: Parameters<MachinePort['move']>[2], key: string): Promise<MachineMoved> {
  const { statemachine, entity_id, event, data } = input;
  const move = () => machines.move(statemachine, entity_id, order, key);
  if (!input.create) return move();
  try {
    return await move();
  } catch (error) {
    if (!is(error, 'unknown_instance')) throw error;
  }
  try {
    return await machines.create(statemachine, entity_id, { data, transition: event }, key);
  } catch (error) {
    if (!is(error, 'instance_exists')) throw error;
    return move();
  }
}

function is(error: unknown, code: ProblemCode): boolean {
  return error instanceof Problem && error.code === code;
}

/** What the machine says; everything else is no answer of it. */
const REFUSALS: ReadonlySet<string> = new Set([
  'unknown_instance',
  'wrong_state',
  'state_changed',
  'unknown_transition',
  'guard_refused',
  'transition_vetoed',
  'endless_machine',
]);
