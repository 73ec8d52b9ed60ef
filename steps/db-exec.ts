/**
 * Writes to a database of the application. Statement and key are committed together, so that an attempt
 * that is repeated gets the first result and changes nothing.
 */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import { compact } from '#steps/config-schemas';
import { databaseSettings, rowsOutput } from '#steps/db-settings';
import { defineStep } from '#steps/define-step';

const config = z.strictObject({
  ...databaseSettings,
  returning: z.boolean().default(false).describe('Give back the rows of a RETURNING clause as well, in the form that mode says.'),
  ignore_error: z.boolean().default(false).describe('Complete when the database refuses the statement, with the reason in error.'),
});

interface Input {
  database: string;
  query: string;
  params?: Json[];
  mode?: 'single' | 'list';
  ignore_error?: true;
}

export const dbExec = defineStep({
  type: 'step.db_exec',
  summary: 'Changes a database of the application, exactly once.',
  pure: false,
  config,
  example: `
name: save-order
type: step.db_exec
config:
  database: main-db
  query: INSERT INTO orders (user_id, amount, status) VALUES ($1, $2, $3)
  params: ["{{ .user_id }}", "{{ .amount }}", pending]
`,
  output:
    '{affected_rows, last_id}; with returning also {row, found} or {rows, count}; with ignore_error and a refused statement {affected_rows: 0, last_id: null, error}.',
  prepare: (settings) =>
    compact({
      database: settings.database,
      query: settings.query,
      params: settings.params,
      mode: settings.returning ? settings.mode : undefined,
      ignore_error: settings.ignore_error || undefined,
    }),
  async perform(input: Input, context): Promise<StepOutcome> {
    try {
      const result = await context.databases.exec(input.database, input.query, input.params ?? [], context.idempotency_key);
      return {
        kind: 'completed',
        output: { affected_rows: result.affected_rows, last_id: result.last_id, ...(input.mode ? rowsOutput(result.rows, input.mode) : {}) },
        ...(result.reused ? { response: { reused: true } } : {}),
      };
    } catch (error) {
      if (input.ignore_error && error instanceof Problem && error.code === 'database_error')
        return { kind: 'completed', output: { affected_rows: 0, last_id: null, error: error.message } };
      throw error;
    }
  },
});
