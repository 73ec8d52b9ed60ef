/** Reads a document by its key. */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { compact } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { key, store } from '#steps/nosql-settings';

interface Input {
  store: string;
  key: string;
  output: string;
  miss_ok?: false;
}

export const nosqlGet = defineStep({
  type: 'step.nosql_get',
  summary: 'Reads a document from a document store of the application.',
  pure: false,
  idempotent: true,
  config: z.strictObject({
    store,
    key,
    output: z.string().default('item').describe('Field of the output that takes the document.'),
    miss_ok: z.boolean().default(true).describe('With false, a document that is not there fails the step.'),
  }),
  example: `
name: profile
type: step.nosql_get
config:
  store: profiles
  key: "user:{{ .user_id }}"
`,
  output: '{item, found}; `output` names another field for the document, which is null when there is none.',
  prepare: ({ miss_ok, ...rest }) => compact({ ...rest, miss_ok: miss_ok ? undefined : false }),
  async perform({ store: name, key: id, output, miss_ok }: Input, context) {
    const { rows } = await context.databases.query(name, 'SELECT item FROM items WHERE key = ?', [id]);
    const found = rows[0] !== undefined;
    if (!found && miss_ok === false) throw new Problem('not_found', `${name} has no document ${id}.`);
    return { kind: 'completed', output: { [output]: found ? (JSON.parse(String(rows[0]!.item)) as Json) : null, found } };
  },
});
