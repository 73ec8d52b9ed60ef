/** Reads from a database of the application. */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import { compact } from '#steps/config-schemas';
import { databaseSettings, rowsOutput } from '#steps/db-settings';
import { defineStep } from '#steps/define-step';

interface Input {
  database: string;
  query: string;
  params?: Json[];
  mode: 'single' | 'list';
}

export const dbQuery = defineStep({
  type: 'step.db_query',
  summary: 'Reads rows from a database of the application.',
  pure: false,
  idempotent: true,
  config: z.strictObject(databaseSettings),
  example: `
name: get-company
type: step.db_query
config:
  database: admin-db
  query: SELECT id, name FROM companies WHERE id = ?
  params: ["{{ .path_params.id }}"]
  mode: single
`,
  output: '{row, found} in mode single, where row is null when nothing was found; {rows, count} in mode list.',
  prepare: (settings) => compact({ database: settings.database, query: settings.query, params: settings.params, mode: settings.mode }),
  async perform(input: Input, context) {
    const { rows } = await context.databases.query(input.database, input.query, input.params ?? []);
    return { kind: 'completed', output: rowsOutput(rows, input.mode) };
  },
});
