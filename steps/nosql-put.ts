/** Writes a document under its key, whole. Doing it twice is doing it once. */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { byteLength, json, path } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { key, MAX_ITEM_BYTES, store } from '#steps/nosql-settings';

interface Input {
  store: string;
  key: string;
  item: Json;
}

export const nosqlPut = defineStep({
  type: 'step.nosql_put',
  summary: 'Writes a document to a document store of the application.',
  pure: false,
  idempotent: true,
  config: z
    .strictObject({
      store,
      key,
      item: json.optional().describe('The document: any JSON.'),
      item_from: path.optional().describe('Path of the document, instead of item.'),
    })
    .refine((c) => (c.item === undefined) !== (c.item_from === undefined), { message: 'either item or item_from', path: ['item'] }),
  paths: ['item_from'],
  example: `
name: save-profile
type: step.nosql_put
config:
  store: profiles
  key: "user:{{ .user_id }}"
  item:
    name: "{{ .name }}"
`,
  output: '{stored: true, key}',
  prepare: (settings, scope) => ({
    store: settings.store,
    key: settings.key,
    item: settings.item_from === undefined ? (settings.item ?? null) : (scope.lookup(settings.item_from) ?? null),
  }),
  async perform({ store: name, key: id, item }: Input, context) {
    const text = JSON.stringify(item);
    if (byteLength(text) > MAX_ITEM_BYTES) throw new Problem('data_too_large', `A document may take ${MAX_ITEM_BYTES} bytes.`);
    await context.databases.exec(name, 'INSERT OR REPLACE INTO items (key, item, updated_at) VALUES (?, ?, ?)', [id, text, context.now()], null);
    return { kind: 'completed', output: { stored: true, key: id } };
  },
});
