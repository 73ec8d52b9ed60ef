/**
 * Reads the request that started the execution.
 *
 * 1. A JSON body arrives decoded; it is never decoded a second time.
 * 2. Credentials in headers are not written to the log by this step.
 * 3. An execution that was not started over HTTP has its data as the body.
 */
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject, nestsDeeperThan } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { Scope } from '#contracts/step';
import { byteLength, compact } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const CREDENTIALS = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-api-key']);

const config = z.strictObject({
  parse_body: z.boolean().default(true).describe('Put the body into the output.'),
  format: z
    .enum(['json', 'form', 'text'])
    .optional()
    .describe('How to read a body that is text. Without it the content type of the request decides: forms become an object, everything else stays text.'),
  merge_body: z.boolean().default(false).describe('Put the fields of an object body at the top of the output as well.'),
  fields: z.array(z.string()).optional().describe('Fields of the body to put at the top of the output as well, so that steps.parse.user_id finds them.'),
  path_params: z.array(z.string()).optional().describe('Path parameters to take. Default: all of the route.'),
  query_params: z.array(z.string()).optional().describe('Query parameters to take. Default: all that were sent.'),
  parse_headers: z
    .union([z.boolean(), z.array(z.string())])
    .optional()
    .describe('Headers to put into the output: a list of names in any case, or true for all of them.'),
});

/** The log keeps the headers, the size, and the settings that differ from the defaults. */
interface Input {
  headers: Record<string, string>;
  body_size: number;
  parse_body?: false;
  format?: 'json' | 'form' | 'text';
  merge_body?: true;
  fields?: string[];
  path_params?: string[];
  query_params?: string[];
  parse_headers?: boolean | string[];
}

export const requestParse = defineStep({
  type: 'step.request_parse',
  summary: 'Takes body, path parameters, query and headers out of the request.',
  pure: true,
  config,
  example: `
name: parse
type: step.request_parse
config:
  parse_body: true
  path_params: [id]
`,
  output: '{body?, path_params, query?, headers?}; body is absent when none was sent, query when there is nothing in it, headers unless asked for.',
  prepare(settings, scope) {
    const trigger = triggerOf(scope);
    return compact({
      headers: visibleHeaders(trigger.headers),
      body_size: bodySize(trigger),
      parse_body: settings.parse_body ? undefined : false,
      format: settings.format,
      merge_body: settings.merge_body || undefined,
      fields: settings.fields,
      path_params: settings.path_params,
      query_params: settings.query_params,
      parse_headers: settings.parse_headers,
    });
  },
  run(input: Input, scope) {
    const trigger = triggerOf(scope);
    const body = input.parse_body === false ? undefined : readBody(bodyOf(trigger), input.format, contentType(trigger.headers));
    const output: JsonObject = input.merge_body && isJsonObject(body) ? { ...body } : {};
    if (isJsonObject(body)) {
      for (const field of input.fields ?? []) if (body[field] !== undefined) output[field] = body[field];
    }
    if (body !== undefined) output.body = body;
    output.path_params = pick(trigger.path_params, input.path_params);
    const query = pick(trigger.query, input.query_params);
    if (input.query_params || Object.keys(query).length > 0) output.query = query;
    if (input.parse_headers) output.headers = pick(trigger.headers, input.parse_headers === true ? undefined : input.parse_headers.map((h) => h.toLowerCase()));
    return { kind: 'completed', output };
  },
});

/** The request as it came in: fields that are there for look-ups only (a query parameter named body) are not part of it. */
function triggerOf(scope: Scope): JsonObject {
  return isJsonObject(scope.context.trigger) ? { ...scope.context.trigger } : {};
}

function bodyOf(trigger: JsonObject): Json | undefined {
  if (trigger.body !== undefined) return trigger.body === null || trigger.body === '' ? undefined : trigger.body;
  return trigger.method === undefined && trigger.headers === undefined ? trigger : undefined;
}

function bodySize(trigger: JsonObject): number {
  if (typeof trigger.body_size === 'number') return trigger.body_size;
  const body = bodyOf(trigger);
  if (body === undefined) return 0;
  return byteLength(typeof body === 'string' ? body : JSON.stringify(body));
}

function readBody(body: Json | undefined, format: Input['format'], type: string): Json | undefined {
  if (typeof body !== 'string') return format === 'text' && body !== undefined ? JSON.stringify(body) : body;
  const isJson = /[/+]json$/.test(type);
  if (format === 'json' && !isJson) {
    if (nestsDeeperThan(LIMITS.jsonDepth, body)) throw new Problem('invalid_json', `The body of the request nests deeper than ${LIMITS.jsonDepth} levels.`);
    try {
      return JSON.parse(body) as Json;
    } catch (cause) {
      throw new Problem('invalid_json', `The body of the request is not valid JSON: ${(cause as Error).message}`, { cause });
    }
  }
  if (format === 'form' || (format === undefined && type === 'application/x-www-form-urlencoded')) return parseForm(body);
  return body;
}

/** A name that comes more than once becomes a list. */
function parseForm(text: string): JsonObject {
  const out = new Map<string, Json>();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = out.get(name);
    out.set(name, before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value]);
  }
  return Object.fromEntries(out);
}

function contentType(headers: Json | undefined): string {
  const value = isJsonObject(headers) ? headers['content-type'] : undefined;
  return typeof value === 'string' ? value.split(';')[0]!.trim().toLowerCase() : '';
}

function visibleHeaders(headers: Json | undefined): JsonObject {
  if (!isJsonObject(headers)) return {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, CREDENTIALS.has(name.toLowerCase()) ? '[hidden]' : value]));
}

function pick(values: Json | undefined, names: string[] | undefined): JsonObject {
  if (!isJsonObject(values)) return {};
  if (!names) return { ...values };
  return Object.fromEntries(names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]!]));
}
