/** Reshapes data by a jq program. The program is compiled once in each isolate; a run is bounded in steps and memory. */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { ProgramFault, Scope } from '#contracts/step';
import { DEFAULT_BUDGET } from '#jq/budget';
import { jqProgram } from '#jq/cached';
import { JqError, JqHalt, JqLimitError, JqSyntaxError } from '#jq/errors';
import { inputReads } from '#jq/input-reads';
import { compact, path } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { stepsNamed } from '#steps/program-mentions';

const config = z.strictObject({
  expression: z.string().min(1).meta({ description: 'The jq program. Templates are not filled in here: the context is its input.', literal: true }),
  input_from: path.optional().describe('Path of the input. Default: the whole context, with trigger, steps, meta and the flat fields.'),
});

interface Input {
  expression: string;
  input_from?: string;
}

export const jq = defineStep({
  type: 'step.jq',
  summary: 'Reshapes data by a jq program: the whole language of jq 1.7.',
  pure: true,
  config,
  paths: ['input_from'],
  programs: { expression: { fault: jqFault, mentions: (source, { input_from }) => stepsNamed(inputReads(source), input_from) } },
  example: `
name: totals
type: step.jq
config:
  expression: |
    .trigger.body.items
    | map({sku: .product_id, subtotal: (.price * .quantity)})
    | {items: ., total: (map(.subtotal) | add), item_count: length}
`,
  output: 'The result itself, also under result. Of several results a list, of none null.',
  prepare: (settings) => compact({ expression: settings.expression, input_from: settings.input_from }),
  run({ expression, input_from }: Input, scope) {
    const input = input_from === undefined ? scope.context : scope.lookup(input_from);
    if (input === undefined) throw new Problem('jq_failed', `input_from names ${input_from}, where there is nothing.`);
    const outputs = runJq(expression, input, scope);
    return { kind: 'completed', output: outputs.length === 1 ? outputs[0]! : outputs.length === 0 ? null : outputs };
  },
});

function jqFault(source: string): ProgramFault | undefined {
  try {
    jqProgram(source);
    return undefined;
  } catch (error) {
    if (error instanceof JqSyntaxError) return { message: error.message, start: error.at, end: error.end };
    throw error;
  }
}

function runJq(expression: string, input: Json, { now, transform_bytes = DEFAULT_BUDGET.bytes }: Scope): Json[] {
  try {
    return jqProgram(expression).run(input, now, { ...DEFAULT_BUDGET, bytes: Math.min(transform_bytes, DEFAULT_BUDGET.bytes) });
  } catch (error) {
    if (error instanceof JqError || error instanceof JqHalt) throw new Problem('jq_failed', raised(error.value));
    if (error instanceof JqSyntaxError) throw new Problem('jq_failed', `The program is not valid: ${error.message}`);
    if (error instanceof JqLimitError) throw new Problem('program_limit', error.message);
    throw error;
  }
}

const MAX_MESSAGE = 1000;

function raised(value: Json): string {
  const text = typeof value === 'string' ? value : `The program raised ${JSON.stringify(value)}`;
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
}
