/**
 * What an operation asks of a request and promises of an answer, and what of both is not so.
 *
 * Invariants
 * 1. A fault has a code, its place (`query.limit`, `body.items.0.sku`), what is wrong and what to do; it repeats no value.
 * 2. A body whose form is not read (files, binary) is asked for, and not looked into.
 */
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { Problem, type ProblemDetail } from '#contracts/problems';
import { type JsonSchema, nameOf, type Operation, resolved, schemaOf } from '#modules/description/openapi/document';
import { type Parameter, parametersOf, type RequestParts, readParameter, typedFields, typesOf } from '#modules/description/openapi/parameters';
import type { PipelineAnswer, SchemaPort } from '#modules/door';

export interface Contract {
  name: string;
  parameters: Parameter[];
  body?: { required: boolean; content: Content[] };
  /** By status, `4XX`, or `default`. */
  answers: { [status: string]: { content: Content[] } };
}

interface Content {
  /** `application/json`, `text/*`, in lower case. */
  type: string;
  schema: JsonSchema;
}

export interface RequestSeen extends RequestParts {
  /** What the trigger holds: `null` when there is none. */
  body: Json;
}

export function contractOf(document: JsonObject, operation: Operation): Contract {
  const body = bodyOf(document, operation);
  return {
    name: nameOf(operation),
    parameters: parametersOf(document, operation),
    ...(body ? { body } : {}),
    answers: answersOf(document, operation.operation),
  };
}

function bodyOf(document: JsonObject, { item, operation }: Operation): Contract['body'] {
  const written = resolved(document, operation.requestBody);
  if (isJsonObject(written)) return { required: written.required === true, content: contentsOf(document, written.content, 'request') };
  // Before version 3 the body was a parameter.
  const parameters = [item.parameters, operation.parameters].flatMap((each) => (Array.isArray(each) ? each : []));
  const old = parameters.map((each) => resolved(document, each)).find((each) => isJsonObject(each) && each.in === 'body');
  if (!isJsonObject(old)) return undefined;
  return { required: old.required === true, content: [{ type: 'application/json', schema: schemaOf(document, old.schema, 'request') }] };
}

function answersOf(document: JsonObject, { responses }: JsonObject): Contract['answers'] {
  return Object.fromEntries(
    Object.entries(isJsonObject(responses) ? responses : {}).map(([status, written]) => {
      const response = resolved(document, written);
      if (!isJsonObject(response)) return [status.toUpperCase(), { content: [] }];
      if (response.schema === undefined) return [status.toUpperCase(), { content: contentsOf(document, response.content, 'response') }];
      return [status.toUpperCase(), { content: [{ type: 'application/json', schema: schemaOf(document, response.schema, 'response') }] }];
    }),
  );
}

function contentsOf(document: JsonObject, content: Json | undefined, direction: 'request' | 'response'): Content[] {
  return Object.entries(isJsonObject(content) ? content : {}).map(([type, written]) => ({
    type: mediaType(type),
    schema: schemaOf(document, isJsonObject(written) ? written.schema : undefined, direction),
  }));
}

export function requestFaults(contract: Contract, seen: RequestSeen, schemas: SchemaPort): ProblemDetail[] {
  return [...contract.parameters.flatMap((parameter) => parameterFaults(parameter, seen, schemas)), ...bodyFaults(contract, seen, schemas)];
}

function parameterFaults(parameter: Parameter, seen: RequestSeen, schemas: SchemaPort): ProblemDetail[] {
  const path = `${parameter.in}.${parameter.name}`;
  const hint = `${parameter.name} is ${expected(parameter.schema)}.`;
  const value = readParameter(parameter, seen);
  if (value === undefined) {
    return parameter.required ? [{ code: 'required', message: `${parameter.name} is required ${PLACE[parameter.in]}.`, path, hint }] : [];
  }
  if (value === '' && parameter.allowEmpty) return [];
  return checked(schemas, parameter.schema, value).map((fault) => ({ ...fault, path: fault.path === undefined ? path : `${path}.${fault.path}`, hint }));
}

const PLACE = { path: 'in the path', query: 'in the query', header: 'among the headers', cookie: 'among the cookies' } as const;

function bodyFaults({ body, name }: Contract, { body: value, headers }: RequestSeen, schemas: SchemaPort): ProblemDetail[] {
  if (!body) return [];
  const types = body.content.map(({ type }) => type).join(', ');
  if (value === null && !headers.has('content-type')) {
    return body.required
      ? [{ code: 'required', message: 'A body is required.', path: 'body', hint: `Send one of the type ${types || 'application/json'}.` }]
      : [];
  }
  const given = mediaType(headers.get('content-type') ?? '');
  const content = given === '' ? body.content[0] : matching(body.content, given);
  if (!content) {
    if (body.content.length === 0) return [];
    return [{ code: 'content_type', message: `A body of the type ${given} is not taken.`, path: 'body', hint: `Send one of the type ${types}.` }];
  }
  const hint = `See the body of ${name} in the description.`;
  return contentFaults(content, given === '' ? content.type : given, value, schemas).map((fault) => ({ ...inBody(fault), hint }));
}

/** What an answer is not, though the description says so. */
export function answerFaults(contract: Contract, { status, headers, body }: PipelineAnswer, schemas: SchemaPort): ProblemDetail[] {
  const { answers } = contract;
  const promised = answers[String(status)] ?? answers[`${String(status)[0]}XX`] ?? answers.DEFAULT;
  const known = Object.keys(answers).join(', ') || 'none';
  if (!promised) return [{ code: 'status', message: `The status ${status} is not described.`, path: 'status', hint: `Described: ${known}.` }];
  if (promised.content.length === 0) return [];
  const given = mediaType(headers.get('content-type') ?? '');
  const content = matching(promised.content, given);
  const types = promised.content.map(({ type }) => type).join(', ');
  if (!content)
    return [{ code: 'content_type', message: `An answer of the type ${given || 'none'} is not described.`, path: 'body', hint: `Described: ${types}.` }];
  return contentFaults(content, given, body, schemas).map(inBody);
}

function inBody(fault: ProblemDetail): ProblemDetail {
  return { ...fault, path: fault.path === undefined ? 'body' : `body.${fault.path}` };
}

function contentFaults({ schema }: Content, type: string, value: Json, schemas: SchemaPort): ProblemDetail[] {
  if (/^application\/json$|\+json$/.test(type)) return checked(schemas, schema, value);
  if (type === 'application/x-www-form-urlencoded' && isJsonObject(value)) return checked(schemas, schema, typedFields(value, schema));
  return type.startsWith('text/') && typeof value === 'string' ? checked(schemas, schema, value) : [];
}

/** A text that a pattern would take too long on is refused: whoever sends it may have meant it so. */
function checked(schemas: SchemaPort, schema: JsonSchema, value: Json): ProblemDetail[] {
  try {
    return schemas.faults(schema, value);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'program_limit') throw error;
    return [{ code: 'pattern', message: 'It takes too long to compare with a pattern of the description.' }];
  }
}

function mediaType(text: string): string {
  return text.split(';', 1)[0]!.trim().toLowerCase();
}

/** The closest of the described types. */
function matching(contents: readonly Content[], type: string): Content | undefined {
  const group = `${type.split('/', 1)[0]}/*`;
  return [type, group, '*/*'].map((wanted) => contents.find((each) => each.type === wanted)).find((found) => found !== undefined);
}

/** In words: `a whole number from 1 to 100`. */
function expected(schema: JsonSchema): string {
  const types = [...typesOf(schema, schema)];
  if (!isJsonObject(schema)) return 'any value';
  if (Array.isArray(schema.enum)) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`.slice(0, 200);
  const words = types.map((type) => NAMES[type] ?? type).join(' or ') || 'any value';
  const { minimum, maximum, format } = schema;
  const range = `${minimum === undefined ? '' : ` from ${minimum}`}${maximum === undefined ? '' : ` to ${maximum}`}`;
  return `${words}${typeof format === 'string' ? ` of the form ${format}` : ''}${range}`;
}

const NAMES: { [type: string]: string } = {
  integer: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
};
