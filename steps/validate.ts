/**
 * Checks data before it is used. What is wrong is listed fault by fault; nothing else of the data is repeated.
 */
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { errorInfo, Problem, type ProblemDetail } from '#contracts/problems';
import type { Scope, StepOutcome } from '#contracts/step';
import { compact, flatFields, jsonObject, path } from '#steps/config-schemas';
import { defineStep, type HttpPart } from '#steps/define-step';
import { schemaFaults } from '#steps/json-schema';
import { valueAt } from '#steps/value-at';

const MAX_FAULTS = 50;

/** A name has become the schema itself by the time the step runs. */
const schemaSetting = z.union([jsonObject, z.boolean(), z.string().min(1)]);

const config = z
  .strictObject({
    strategy: z
      .enum(['required_fields', 'json_schema', 'expression'])
      .optional()
      .describe('What to check. Default: the one whose setting is given, required_fields if none is.'),
    required_fields: z.array(z.string()).optional().describe('Fields that must be there and not null. Dotted paths reach into objects.'),
    schema: schemaSetting
      .optional()
      .meta({ names: 'schemas' })
      .describe('JSON Schema (draft 4, 7, 2019-09 or 2020-12), or the name of one of the application. Without one, any data is valid.'),
    json_schema: schemaSetting.optional().meta({ names: 'schemas' }).describe('The same as schema.'),
    expression: z.string().optional().describe('A condition that must hold.'),
    message: z.string().optional().describe('What to say when the expression does not hold.'),
    source: path
      .optional()
      .describe('Path of the data to check. Default: the flat fields of the context, so name trigger.body for a schema that allows no further properties.'),
  })
  .refine((c) => strategyOf(c) !== 'required_fields' || (c.required_fields?.length ?? 0) > 0, {
    message: 'required_fields needs a list of names',
    path: ['required_fields'],
  })
  .refine((c) => strategyOf(c) !== 'expression' || c.expression !== undefined, { message: 'the strategy expression needs an expression', path: ['expression'] })
  .refine((c) => c.schema === undefined || c.json_schema === undefined, {
    message: 'schema and json_schema are the same setting: give one',
    path: ['json_schema'],
  });

type Strategy = 'required_fields' | 'json_schema' | 'expression';

interface Input {
  strategy: Strategy;
  required_fields?: string[];
  schema?: JsonObject | boolean;
  expression?: string;
  message?: string;
  source?: string;
}

export const validate = defineStep({
  type: 'step.validate',
  summary: 'Checks data: required fields, a JSON Schema, or a condition. A failure is answered with 400 and the list of faults.',
  pure: true,
  config,
  paths: ['source'],
  expressions: ['expression'],
  example: `
name: validate-order
type: step.validate
config:
  strategy: required_fields
  required_fields: [product_id, quantity, customer_id]
`,
  output: '{valid: true}',
  describe(settings) {
    if (settings.source !== undefined && settings.source !== 'trigger.body' && settings.source !== 'body') return {};
    return bodyPart(settings.required_fields, settings.schema ?? settings.json_schema);
  },
  prepare: (settings) =>
    compact({
      strategy: strategyOf(settings),
      required_fields: settings.required_fields,
      schema: schemaOf(settings.schema ?? settings.json_schema),
      expression: settings.expression,
      message: settings.message,
      source: settings.source,
    }),
  run: (input: Input, scope) => outcomeOf(faultsOf(input, scope)),
});

/** A name that is still one here was made by a template, so nobody could look for it. Throws Problem. */
function schemaOf(setting: Json | undefined): JsonObject | boolean | undefined {
  if (typeof setting !== 'string') return setting as JsonObject | boolean | undefined;
  throw new Problem('step_config_invalid', `There is no schema "${setting}". Name one of the application without a template, or write the schema itself.`);
}

/** The body that such settings ask for; fields inside of fields are left to the check itself. */
export function bodyPart(required: Json | undefined, schema: Json | undefined): HttpPart {
  if (isJsonObject(schema)) return { body: schema };
  const names = Array.isArray(required) ? required.filter((name): name is string => typeof name === 'string' && !name.includes('.')) : [];
  return names.length === 0 ? {} : { body: { type: 'object', required: names, properties: Object.fromEntries(names.map((name) => [name, {}])) } };
}

function strategyOf(settings: { strategy?: Strategy; schema?: unknown; json_schema?: unknown; expression?: unknown; required_fields?: unknown }): Strategy {
  if (settings.strategy) return settings.strategy;
  if (settings.required_fields !== undefined) return 'required_fields';
  if (settings.schema !== undefined || settings.json_schema !== undefined) return 'json_schema';
  return settings.expression === undefined ? 'required_fields' : 'expression';
}

function faultsOf(input: Input, scope: Scope): ProblemDetail[] {
  if (input.strategy === 'expression') {
    return conditionFaults(input.expression ?? '', input.message, scope);
  }
  const data = input.source === undefined ? flatFields(scope.context) : scope.lookup(input.source);
  if (data === undefined) return [{ code: 'missing', message: `There is nothing at ${input.source}.`, path: input.source }];
  return input.strategy === 'json_schema' ? schemaFaults(input.schema ?? true, data) : missingFaults(input.required_fields ?? [], data);
}

/** Data of another type than the condition compares are data that do not satisfy it. */
function conditionFaults(expression: string, message: string | undefined, scope: Scope): ProblemDetail[] {
  try {
    return scope.test(expression) ? [] : [{ code: 'expression', message: message ?? `The condition does not hold: ${expression}` }];
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'expression_error') throw error;
    return [{ code: 'expression', message: message ?? `The condition cannot be tested: ${expression}. ${error.message}` }];
  }
}

function missingFaults(fields: string[], data: Json): ProblemDetail[] {
  if (!isJsonObject(data)) return [{ code: 'type', message: 'The data is not an object, so it has no fields.' }];
  return fields.filter((field) => isMissing(valueAt(data, field))).map((field) => ({ code: 'required', message: `${field} is required.`, path: field }));
}

function isMissing(value: Json | undefined): boolean {
  return value === undefined || value === null;
}

function outcomeOf(faults: ProblemDetail[]): StepOutcome {
  if (faults.length === 0) return { kind: 'completed', output: { valid: true } };
  const shown = faults.slice(0, MAX_FAULTS);
  const names = shown.map((fault) => fault.message).slice(0, 3);
  const rest = faults.length - names.length;
  const message = rest > 0 ? `${names.join(' ')} And ${rest} more.` : names.join(' ');
  return { kind: 'failed', error: errorInfo('validation_failed', message, { details: shown as unknown as Json }) };
}
