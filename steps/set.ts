/** Puts values into the context, typed and nested as they are written. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import { jsonObject } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const config = z.strictObject({
  values: jsonObject.describe('What to set, by name. Values may be of any type and nested; a value that is exactly one template keeps its type.'),
});

export const set = defineStep({
  type: 'step.set',
  summary: 'Sets values for the steps that follow.',
  pure: true,
  config,
  example: `
name: defaults
type: step.set
config:
  values:
    status: pending
    total: "{{ mul .price .quantity }}"
    address:
      city: "{{ .city }}"
`,
  output: 'The values.',
  run: (input: { values: JsonObject }) => ({ kind: 'completed', output: input.values }),
});
