/**
 * Waits for something from outside: a signal sent to this execution, or an event of the bus that belongs to it.
 *
 * Invariant: with a `form` nothing ends the wait that does not satisfy it, whenever and wherever it comes from.
 */
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { errorInfo, Problem, type ProblemDetail } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import type { Correlation } from '#contracts/waiting';
import { compact, duration, json, jsonObject } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { schemaFaults } from '#steps/json-schema';
import { instantAfter } from '#steps/wait-time';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** The place of an event's own key among the paths of a correlation. */
const EVENT_KEY = '@key';
const MAX_PATHS = 8;
const MAX_VALUE = 256;
const MAX_FAULTS = 50;

const config = z.strictObject({
  event: z.string().min(1).max(200).describe('Name of the event; a signal is sent under it, or under the name of the step.'),
  correlation: z
    .union([scalar, z.record(z.string(), scalar)])
    .optional()
    .describe(
      'Which events of the bus are meant. A mapping from paths in their data to values, such as {order_id: "{{ .order_id }}"}; a text is compared with the key that the event was published with; {} takes every event of the name. Without it only signals to this execution count.',
    ),
  timeout: duration.optional().describe('How long to wait at most: 30m, 24h, 7d; a year at most. Without one it waits until the pipeline ends.'),
  default: json.optional().describe('Output when nothing came in time. Without it the step fails with wait_timeout.'),
  form: jsonObject.optional().meta({
    description:
      'JSON Schema of what the signal or the event carries. A signal that does not satisfy it is refused, an event passed over, and the page of the execution makes its fields from it. Templates are not filled in here.',
    literal: true,
  }),
});

interface Input {
  event: string;
  correlation?: { [path: string]: string };
  until?: string;
  default?: Json;
  form?: JsonObject;
}

export const waitForEvent = defineStep({
  type: 'step.wait_for_event',
  summary: 'Waits for a signal, or for an event of the bus that belongs to this execution, at no cost.',
  pure: true,
  early: true,
  config,
  example: `
name: wait-for-payment
type: step.wait_for_event
config:
  event: payment.received
  correlation:
    order_id: "{{ .order_id }}"
  timeout: 24h
  form:
    type: object
    required: [amount]
    properties:
      amount: { type: number }
`,
  output: 'What the signal or the event carried: its fields, or {value} where it is no object. Who sent it stands under steps.X.response.by.',
  prepare: (settings, scope) =>
    compact({
      event: settings.event,
      correlation: settings.correlation === undefined ? undefined : correlationOf(settings.correlation),
      until: settings.timeout === undefined ? undefined : new Date(instantAfter(settings.timeout, 'timeout', scope.now)).toISOString(),
      default: settings.default,
      form: settings.form as Json | undefined,
    }),
  run: (input: Input) => ({
    kind: 'wait',
    wait: {
      kind: 'event',
      event: input.event,
      ...(input.until === undefined ? {} : { until: Date.parse(input.until) }),
      ...(input.correlation ? { correlation: sorted(input.correlation) } : {}),
    },
  }),
  admit({ form }: Pick<Input, 'form'>, { data }) {
    const errors = form ? schemaFaults(form, data).slice(0, MAX_FAULTS) : [];
    if (errors.length === 0) return;
    const [{ path, message }] = errors as [ProblemDetail];
    throw new Problem('schema_mismatch', `The signal is not as the form of the step asks: ${path ? `${path}: ` : ''}${message}`, { errors });
  },
  receive(input: Input, signal): StepOutcome {
    if (signal) {
      return { kind: 'completed', output: isJsonObject(signal.data) ? signal.data : { value: signal.data }, response: { by: signal.by, signal_id: signal.id } };
    }
    if (input.default !== undefined) return { kind: 'completed', output: input.default, response: { timed_out: true } };
    return { kind: 'failed', error: errorInfo('wait_timeout', `No ${input.event} came until ${input.until}.`) };
  },
});

/** Throws Problem for what cannot be compared. */
function correlationOf(given: z.output<typeof scalar> | Record<string, z.output<typeof scalar>>): JsonObject {
  const pairs: [string, z.output<typeof scalar>][] = typeof given === 'object' ? Object.entries(given) : [[EVENT_KEY, given]];
  if (pairs.length > MAX_PATHS) throw new Problem('step_config_invalid', `correlation compares ${MAX_PATHS} values at most.`);
  const values: JsonObject = {};
  for (const [path, value] of pairs) {
    const text = String(value);
    // An empty text is a template without its value: it would belong to nobody, or to everybody.
    if (text === '') throw new Problem('step_config_invalid', `correlation: the value for ${path === EVENT_KEY ? 'the key' : path} is empty.`);
    if (text.length > MAX_VALUE) throw new Problem('step_config_invalid', `correlation: the value for ${path} is longer than ${MAX_VALUE} characters.`);
    values[path] = text;
  }
  return values;
}

function sorted(values: { [path: string]: string }): Correlation {
  const paths = Object.keys(values).sort();
  return { paths, values: paths.map((path) => values[path]!) };
}
