/** What reading and writing a database have in common: the settings, and how rows are given back. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import { json } from '#steps/config-schemas';

/** What may hold a question mark or a dollar without being a placeholder, then the placeholders. */
const TOKEN =
  /'(?:[^']|'')*'?|"(?:[^"]|"")*"?|`(?:[^`]|``)*`?|\[[^\]]*\]?|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|([?$]\d+)|(\?)/g;

/** Whether a statement counts its values in one way: `?` in order, or `$1` (`?1`) by number. */
function oneStyle(sql: string): boolean {
  let numbered = false;
  let ordered = false;
  for (const [, number, mark] of sql.matchAll(TOKEN)) {
    numbered ||= number !== undefined;
    ordered ||= mark !== undefined;
  }
  return !(numbered && ordered);
}

export const databaseSettings = {
  database: z.string().min(1).describe('Name of the module that provides the database.'),
  query: z
    .string()
    .min(1)
    .refine(oneStyle, 'a statement uses either ? or $1, not both')
    .meta({ description: 'One SQL statement (SQLite). Values belong in params, never in the text: templates are not filled in here.', literal: true }),
  params: z.array(json).optional().describe('Values for the placeholders: ? in order, or $1, $2 by number. Objects and lists are bound as JSON text.'),
  mode: z.enum(['single', 'list']).default('list').describe('single gives {row, found}, list gives {rows, count}.'),
};

/** `{row, found}` or `{rows, count}`. */
export function rowsOutput(rows: JsonObject[], mode: 'single' | 'list'): JsonObject {
  return mode === 'single' ? { row: rows[0] ?? null, found: rows.length > 0 } : { rows, count: rows.length };
}
