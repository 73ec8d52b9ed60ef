/**
 * Reads documents in the order of their keys.
 *
 * A query looks at a bounded number of documents: those from its prefix on. `next` says where the following page begins.
 */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { compact } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { store } from '#steps/nosql-settings';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

interface Input {
  store: string;
  prefix: string;
  after?: string;
  filter: { [field: string]: string | number | boolean | null };
  limit: number;
}

/** Documents looked at for one page. */
const LOOKED_AT = 5000;
const FIELD = /^[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*){0,7}$/;

export const nosqlQuery = defineStep({
  type: 'step.nosql_query',
  summary: 'Reads documents of a document store by the beginning of their keys and by their fields.',
  pure: false,
  idempotent: true,
  config: z.strictObject({
    store,
    prefix: z.string().max(1024).default('').describe('Beginning of the keys.'),
    after: z.string().max(1024).optional().describe('Key to begin behind: next of the page before.'),
    filter: z.record(z.string(), scalar).default({}).describe('Fields and the values that they must have; a dot leads into an object.'),
    limit: z.number().int().min(1).max(1000).default(100).describe('Documents in a page.'),
  }),
  example: `
name: active
type: step.nosql_query
config:
  store: profiles
  prefix: "user:"
  filter:
    status: active
`,
  output: '{items, keys, count, next}; `next` is null at the end.',
  prepare: ({ after, ...rest }) => compact({ ...rest, after: after || undefined }),
  async perform({ store: name, prefix, after, filter, limit }: Input, context) {
    const conditions = Object.entries(filter).map(([field, value]) => condition(field, value));
    const range = `SELECT key, item FROM items WHERE key >= ? AND key < ? AND key > ? ORDER BY key LIMIT ${LOOKED_AT}`;
    const from: Json[] = [prefix, `${prefix}\u{10ffff}`, after ?? ''];
    const where = conditions.length > 0 ? `WHERE ${conditions.map((each) => each.sql).join(' AND ')}` : '';
    const sql = `SELECT key, item FROM (${range}) ${where} ORDER BY key LIMIT ${limit + 1}`;
    const { rows } = await context.databases.query(name, sql, [...from, ...conditions.flatMap((each) => each.params)]);
    const page = rows.slice(0, limit);
    const keys = page.map((row) => String(row.key));
    const next = rows.length > limit ? keys.at(-1)! : await edge(rows.length, conditions.length);
    return { kind: 'completed', output: { items: page.map((row) => JSON.parse(String(row.item)) as Json), keys, count: page.length, next } };

    /** A filter that found little may have looked at all that one page may look at. */
    async function edge(found: number, filters: number): Promise<string | null> {
      if (filters === 0 || found > limit) return null;
      const last = await context.databases.query(name, `SELECT key FROM (${range}) ORDER BY key LIMIT 1 OFFSET ${LOOKED_AT - 1}`, from);
      return last.rows[0] ? String(last.rows[0].key) : null;
    }
  },
});

function condition(field: string, value: string | number | boolean | null): { sql: string; params: Json[] } {
  if (!FIELD.test(field)) throw new Problem('step_config_invalid', `"${field.slice(0, 100)}" is not a field: names with dots between them.`);
  const at = `json_extract(item, '$.${field
    .split('.')
    .map((part) => `"${part}"`)
    .join('.')}')`;
  if (value === null) return { sql: `${at} IS NULL`, params: [] };
  // SQLite has 0 and 1 for JSON's false and true.
  return { sql: `${at} = ?`, params: [typeof value === 'boolean' ? Number(value) : value] };
}
