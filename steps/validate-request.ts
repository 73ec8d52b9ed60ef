/** Checks of the parts of a request that every API has: path parameters, paging, the body. A fault is answered with 400. */
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { errorInfo, type ProblemDetail } from '#contracts/problems';
import type { Scope, StepOutcome } from '#contracts/step';
import { jsonObject } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { schemaFaults } from '#steps/json-schema';
import { bodyPart } from '#steps/validate';

const FORMATS = {
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i,
  int: /^-?\d{1,15}$/,
  slug: /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
  ulid: /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i,
} as const;

export const validatePathParam = defineStep({
  type: 'step.validate_path_param',
  summary: 'Checks the form of path parameters.',
  pure: true,
  config: z.strictObject({
    params: z.array(z.string()).min(1).describe('Names of the parameters.'),
    format: z.enum(['any', 'uuid', 'int', 'slug', 'ulid']).default('any').describe('What each of them must look like. any: it is there and not empty.'),
  }),
  example: `
name: check-id
type: step.validate_path_param
config:
  params: [id]
  format: uuid
`,
  output: 'The parameters; of the format int as numbers.',
  prepare: ({ params, format }, scope) => ({ format, values: pick(requestOf(scope).path_params, params), params }),
  run({ params, format, values }: { params: string[]; format: keyof typeof FORMATS | 'any'; values: JsonObject }) {
    const faults: ProblemDetail[] = [];
    const output: JsonObject = {};
    for (const name of params) {
      const value = values[name];
      const text = value === undefined || value === null ? '' : String(value);
      if (text === '') faults.push({ code: 'required', message: `${name} is required in the path.`, path: name });
      else if (format !== 'any' && !FORMATS[format].test(text)) faults.push({ code: 'format', message: `${name} is not of the form ${format}.`, path: name });
      else output[name] = format === 'int' ? Number(text) : text;
    }
    return outcome(faults, output);
  },
});

export const validatePagination = defineStep({
  type: 'step.validate_pagination',
  summary: 'Reads page and limit of the query, with defaults and bounds.',
  pure: true,
  config: z
    .strictObject({
      default_limit: z.number().int().min(1).max(10_000).default(20).describe('How many where the query says nothing.'),
      max_limit: z.number().int().min(1).max(10_000).default(100).describe('The most that may be asked for.'),
    })
    .refine((c) => c.default_limit <= c.max_limit, { message: 'default_limit is above max_limit', path: ['default_limit'] }),
  example: `
name: paging
type: step.validate_pagination
config:
  default_limit: 20
  max_limit: 100
`,
  output: '{page, limit, offset}',
  prepare: ({ default_limit, max_limit }, scope) => ({ default_limit, max_limit, query: pick(requestOf(scope).query, ['page', 'limit']) }),
  run({ default_limit, max_limit, query }: { default_limit: number; max_limit: number; query: JsonObject }) {
    const faults: ProblemDetail[] = [];
    const read = (name: string, fallback: number, max: number): number => {
      const text = query[name];
      if (text === undefined || text === '') return fallback;
      const value = typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      if (!(value >= 1 && value <= max)) faults.push({ code: 'range', message: `${name} is a whole number from 1 to ${max}.`, path: name });
      return value;
    };
    const page = read('page', 1, 1_000_000);
    const limit = read('limit', default_limit, max_limit);
    return outcome(faults, { page, limit, offset: (page - 1) * limit });
  },
});

export const validateRequestBody = defineStep({
  type: 'step.validate_request_body',
  summary: 'Checks the JSON body of the request: required fields, or a JSON Schema.',
  pure: true,
  config: z.strictObject({
    required: z.array(z.string()).optional().describe('Fields that must be there and not null.'),
    schema: jsonObject.optional().describe('JSON Schema of the body.'),
  }),
  example: `
name: check-body
type: step.validate_request_body
config:
  required: [email, name]
`,
  output: '{body}: the checked body.',
  describe: ({ required, schema }) => bodyPart(required, schema),
  prepare: ({ required, schema }, scope) => ({
    ...(required === undefined ? {} : { required }),
    ...(schema === undefined ? {} : { schema: schema as Json }),
    body: requestOf(scope).body ?? null,
  }),
  run({ required = [], schema, body }: { required?: string[]; schema?: JsonObject; body: Json }) {
    if (!isJsonObject(body)) return outcome([{ code: 'type', message: 'The body is not a JSON object.', path: 'body' }], {});
    const missing = required.filter((name) => !Object.hasOwn(body, name) || body[name] === null);
    const faults: ProblemDetail[] = missing.map((name) => ({ code: 'required', message: `${name} is required.`, path: name }));
    return outcome([...faults, ...(schema ? schemaFaults(schema, body) : [])], { body });
  },
});

/** The request, or, where the execution was not started over HTTP, its data as the body. */
function requestOf(scope: Scope): JsonObject {
  const { trigger } = scope.context;
  if (!isJsonObject(trigger)) return {};
  return trigger.method === undefined && trigger.headers === undefined ? { body: trigger } : trigger;
}

function pick(from: Json | undefined, names: readonly string[]): JsonObject {
  if (!isJsonObject(from)) return {};
  return Object.fromEntries(names.flatMap((name) => (Object.hasOwn(from, name) ? [[name, from[name]!]] : [])));
}

function outcome(faults: ProblemDetail[], output: JsonObject): StepOutcome {
  if (faults.length === 0) return { kind: 'completed', output };
  const rest = faults.length - 1;
  const message = rest > 0 ? `${faults[0]!.message} And ${rest} more.` : faults[0]!.message;
  return { kind: 'failed', error: errorInfo('validation_failed', message, { details: faults.slice(0, 50) as unknown as Json }) };
}
