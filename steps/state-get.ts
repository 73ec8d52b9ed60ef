/** Reads the state of a resource from a tracker. */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import type { StepOutcome } from '#contracts/step';
import { defineStep } from '#steps/define-step';
import { type ResourceInput, resourceInput, resourceSettings } from '#steps/state-settings';

export const stateGet = defineStep({
  type: 'step.state_get',
  summary: 'Reads the state of a resource from a tracker.',
  pure: false,
  idempotent: true,
  config: z.strictObject(resourceSettings),
  example: `
name: look
type: step.state_get
config:
  tracker: order-tracker
  resource_type: orders
  resource_id: "{{ .order_id }}"
`,
  output: '{found, state, previous_state, data, updated_at}; found: false when the tracker does not know the resource.',
  prepare: (settings) => resourceInput(settings),
  async perform({ tracker, resource_type, resource_id }: ResourceInput, context): Promise<StepOutcome> {
    const sql = 'SELECT state, previous_state, data, updated_at FROM states WHERE resource_type = ? AND resource_id = ?';
    const [row] = (await context.databases.query(tracker, sql, [resource_type, resource_id])).rows;
    if (!row) return { kind: 'completed', output: { found: false, state: null } };
    const { state = null, previous_state = null } = row;
    const updated_at = new Date(Number(row.updated_at)).toISOString();
    return { kind: 'completed', output: { found: true, state, previous_state, data: JSON.parse(String(row.data)) as Json, updated_at } };
  },
});
