/** Removes a file. */
import { z } from 'zod';
import { artifactKey, store } from '#steps/artifact-settings';
import { defineStep } from '#steps/define-step';

interface Input {
  store: string;
  key: string;
}

export const artifactDelete = defineStep({
  type: 'step.artifact_delete',
  summary: 'Removes a file from a store of the application; removing what is not there is no mistake.',
  pure: false,
  idempotent: true,
  config: z.strictObject({ store, key: artifactKey }),
  example: `
name: drop-invoice
type: step.artifact_delete
config:
  store: invoices
  key: "{{ .order_id }}.json"
`,
  output: '{deleted: true, key}',
  prepare: (settings) => ({ store: settings.store, key: settings.key }),
  async perform({ store: name, key }: Input, context) {
    await context.artifacts.delete(name, key);
    return { kind: 'completed', output: { deleted: true, key } };
  },
});
