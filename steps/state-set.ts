/** Notes the state of a resource, whatever it was before. What only changes by rules is a state machine. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { byteLength, duration, durationMs } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { sampled } from '#steps/sampled';
import { type ResourceInput, resourceInput, resourceSettings } from '#steps/state-settings';

/** All rows are looked at for it. */
const SWEEP_ONE_IN = 256;
const MAX_DATA_BYTES = 128 * 1024;

interface Input extends ResourceInput {
  state: string;
  data: JsonObject;
  keep_ms?: number;
}

const SET = `INSERT INTO states (resource_type, resource_id, state, data, updated_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (resource_type, resource_id) DO UPDATE SET previous_state = states.state, state = excluded.state,
  data = json_patch(states.data, excluded.data), updated_at = excluded.updated_at
RETURNING previous_state, data`;

export const stateSet = defineStep({
  type: 'step.state_set',
  summary: 'Notes the state of a resource in a tracker, exactly once. For states that change by rules there is step.statemachine_transition.',
  pure: false,
  config: z.strictObject({
    ...resourceSettings,
    state: z.string().min(1).max(200).describe('The state it is in now.'),
    keep: duration
      .optional()
      .describe('Resources whose state was noted longer ago than this are removed now and then: 90d. Default: what the tracker says, or never.'),
    data: z.record(z.string(), z.any()).nullable().default({}).describe('Facts beside it, laid over those that are there; null takes one away.'),
  }),
  example: `
name: note
type: step.state_set
config:
  tracker: order-tracker
  resource_type: orders
  resource_id: "{{ .order_id }}"
  state: packed
`,
  output: '{state, previous_state}; `previous_state` is null for a resource that was not known.',
  prepare: (settings) => ({
    ...resourceInput(settings),
    state: settings.state,
    data: (settings.data ?? {}) as JsonObject,
    ...(settings.keep === undefined ? {} : { keep_ms: durationMs(settings.keep) }),
  }),
  async perform({ tracker, resource_type, resource_id, state, data, keep_ms }: Input, context) {
    const text = JSON.stringify(data);
    if (byteLength(text) > MAX_DATA_BYTES) throw new Problem('data_too_large', `The data of a resource may take ${MAX_DATA_BYTES} bytes.`);
    const { rows } = await context.databases.exec(tracker, SET, [resource_type, resource_id, state, text, context.now()], context.idempotency_key);
    if (keep_ms !== undefined && sampled(context.idempotency_key, SWEEP_ONE_IN)) {
      await context.databases.exec(tracker, 'DELETE FROM states WHERE updated_at <= ?', [context.now() - keep_ms], null);
    }
    return { kind: 'completed', output: { state, previous_state: rows[0]?.previous_state ?? null } };
  },
});
