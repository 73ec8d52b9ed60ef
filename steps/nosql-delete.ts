/** Removes a document. */
import { z } from 'zod';
import { defineStep } from '#steps/define-step';
import { key, store } from '#steps/nosql-settings';

interface Input {
  store: string;
  key: string;
}

export const nosqlDelete = defineStep({
  type: 'step.nosql_delete',
  summary: 'Removes a document from a document store of the application.',
  pure: false,
  idempotent: true,
  config: z.strictObject({ store, key }),
  example: `
name: drop-profile
type: step.nosql_delete
config:
  store: profiles
  key: "user:{{ .user_id }}"
`,
  output: '{deleted}; false when there was none.',
  prepare: (settings) => ({ store: settings.store, key: settings.key }),
  async perform({ store: name, key: id }: Input, context) {
    const { affected_rows } = await context.databases.exec(name, 'DELETE FROM items WHERE key = ?', [id], null);
    return { kind: 'completed', output: { deleted: affected_rows > 0 } };
  },
});
