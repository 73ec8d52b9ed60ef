/** Ends this run, and starts the next one of the same pipeline: how a process without an end keeps each of its logs short. */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import { json } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const config = z.strictObject({
  input: json.describe('Trigger data of the next run: what it has to know of this one.'),
});

export const continueAsNew = defineStep({
  type: 'step.continue_as_new',
  summary: 'Ends this run well, and starts the next run of the same pipeline with other data.',
  pure: false,
  continues: true,
  config,
  example: `
name: next-page
type: step.continue_as_new
config:
  input:
    page: "{{ add .page 1 }}"
`,
  output: '`{execution_id}` of the next run. No step after it runs, unless an `if` skips it or `on_error` passes over its failure.',
  async perform({ input }: { input: Json }, { calls }) {
    const { execution_id, workflow, pipeline } = await calls.goOn(input);
    return { kind: 'completed', output: { execution_id }, response: { child: { execution_id, workflow, pipeline } } };
  },
});
