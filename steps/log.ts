/**
 * Writes a line into the execution's log. The line is the step's recorded input; the output adds nothing
 * to the context, so that a `message` of the trigger is not hidden by it.
 */
import { z } from 'zod';
import { jsonObject } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const config = z.strictObject({
  level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('How much it matters.'),
  message: z.string().describe('The text.'),
  fields: jsonObject.optional().describe('Values to keep beside the text, by name.'),
});

export const log = defineStep({
  type: 'step.log',
  summary: 'Writes a line into the log of the execution.',
  pure: true,
  config,
  example: `
name: note
type: step.log
config:
  level: info
  message: "Order {{ .order_id }} moved to {{ .status }}"
`,
  output: '{logged: true}',
  run: () => ({ kind: 'completed', output: { logged: true } }),
});
