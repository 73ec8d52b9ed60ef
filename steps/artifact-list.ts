/** Lists the files of a store, in the order of their paths. */
import { z } from 'zod';
import { store } from '#steps/artifact-settings';
import { compact } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

interface Input {
  store: string;
  prefix: string;
  limit: number;
  cursor?: string;
}

export const artifactList = defineStep({
  type: 'step.artifact_list',
  summary: 'Lists the files of a store of the application.',
  pure: false,
  idempotent: true,
  config: z.strictObject({
    store,
    prefix: z.string().max(500).default('').describe('Beginning of the paths.'),
    limit: z.number().int().min(1).max(1000).default(100).describe('Files in a page.'),
    cursor: z.string().optional().describe('next of the page before.'),
  }),
  example: `
name: invoices-of-2026
type: step.artifact_list
config:
  store: invoices
  prefix: 2026/
`,
  output: '{items, count, next}; each item is {key, size, etag, uploaded_at}; `next` is null at the end.',
  prepare: ({ cursor, ...rest }) => compact({ ...rest, cursor: cursor || undefined }),
  async perform({ store: name, prefix, limit, cursor }: Input, context) {
    const { items, next } = await context.artifacts.list(name, { prefix, limit, ...(cursor === undefined ? {} : { cursor }) });
    return { kind: 'completed', output: { items, count: items.length, next } };
  },
});
