/** Tables as text: rows of CSV become objects, and lists of objects become CSV. */
import Papa from 'papaparse';
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { path } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { textAt, textSource } from '#steps/text-source';

const MAX_ROWS = 50_000;
const delimiter = z.string().length(1).optional();

interface ParseInput {
  text: string;
  delimiter?: string;
  header: boolean;
  numbers: boolean;
}

export const csvParse = defineStep({
  type: 'step.csv_parse',
  summary: 'Reads the rows of a CSV text.',
  pure: true,
  config: textSource(
    z.strictObject({
      input: z.string().optional().describe('The text.'),
      input_from: path.optional().describe('Path of the text, instead of input.'),
      delimiter: delimiter.describe('What stands between fields. Default: the one that the text shows.'),
      header: z.boolean().default(true).describe('The first row names the fields; without it each row is a list.'),
      numbers: z
        .boolean()
        .default(false)
        .describe('Fields that are numbers, true or false become such values. Without it every field is text, so that 007 stays 007.'),
    }),
  ),
  paths: ['input_from'],
  example: `
name: rows
type: step.csv_parse
config:
  input_from: trigger.body
`,
  output: '{rows, count}',
  prepare: ({ input, input_from, ...rest }, scope) => ({ text: textAt({ input, input_from }, scope), ...rest }) as Json,
  run({ text, delimiter: between, header, numbers }: ParseInput) {
    const parsed = Papa.parse<JsonObject | string[]>(text.replace(/^\uFEFF/, ''), {
      header,
      dynamicTyping: numbers,
      skipEmptyLines: true,
      preview: MAX_ROWS + 1,
      ...(between === undefined ? {} : { delimiter: between }),
    });
    if (parsed.data.length > MAX_ROWS) throw new Problem('step_failed', `The text has more than ${MAX_ROWS} rows. Split it.`);
    const fault = parsed.errors.find((error) => error.type !== 'Delimiter');
    if (fault) throw new Problem('step_failed', `Row ${(fault.row ?? 0) + 1}: ${fault.message}`);
    return { kind: 'completed', output: { rows: parsed.data as Json[], count: parsed.data.length } };
  },
});

interface FormatInput {
  rows: JsonObject[];
  columns?: string[];
  delimiter?: string;
  header: boolean;
}

export const csvFormat = defineStep({
  type: 'step.csv_format',
  summary: 'Writes a list of objects as CSV.',
  pure: true,
  config: z.strictObject({
    rows_from: path.describe('Path of the list.'),
    columns: z.array(z.string()).min(1).optional().describe('Which fields, in which order. Default: the fields of the first row.'),
    delimiter: delimiter.describe('What stands between fields. Default a comma.'),
    header: z.boolean().default(true).describe('Begin with the names of the fields.'),
  }),
  paths: ['rows_from'],
  example: `
name: table
type: step.csv_format
config:
  rows_from: steps.orders.rows
  columns: [order_id, total]
`,
  output: '{csv, count}. Fields that a spreadsheet would take for a formula begin with an apostrophe.',
  prepare({ rows_from, ...rest }, scope) {
    const rows = scope.lookup(rows_from);
    if (!Array.isArray(rows) || !rows.every(isJsonObject)) throw new Problem('step_config_invalid', `The value at ${rows_from} is not a list of objects.`);
    return { rows, ...rest } as Json;
  },
  run({ rows, columns, delimiter: between, header }: FormatInput) {
    const names = columns ?? Object.keys(rows[0] ?? {});
    const data = rows.map((row) => names.map((name) => fieldText(row[name])));
    const options = { header, newline: '\n', escapeFormulae: true, ...(between === undefined ? {} : { delimiter: between }) };
    return { kind: 'completed', output: { csv: Papa.unparse({ fields: names, data }, options), count: rows.length } };
  },
});

function fieldText(value: Json | undefined): Json {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? '');
}
