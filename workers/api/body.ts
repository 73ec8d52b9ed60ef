/** Bodies of requests: counted while they are read, decoded strictly, parsed once. */
import type { ZodType } from 'zod';
import { nestsDeeperThan } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { problemOfZod } from '#workers/api/problem-response';
import { readBody, utf8 } from '#workers/door/request-body';

/** The media type without parameters, lower case; empty when absent. */
export function mediaType(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
}

/** Throws Problem: body_too_large, invalid_request (not UTF-8). */
export async function readText(request: Request, limit: number): Promise<string> {
  const bytes = await readBody(request, limit);
  if (!bytes) throw new Problem('body_too_large', `The body may have ${limit} bytes.`);
  const text = utf8(bytes);
  if (text === undefined) throw new Problem('invalid_request', 'The body is not UTF-8 text.');
  return text;
}

export function isJson(type: string): boolean {
  return type === 'application/json' || /^application\/[\w.-]+\+json$/.test(type);
}

/** What curl says of any `--data`, and fetch of any text, says nothing of the content: it is taken as meant. */
export function isUnstated(type: string): boolean {
  return type === '' || type === 'application/x-www-form-urlencoded' || type === 'text/plain';
}

export function parseJson(text: string): unknown {
  if (nestsDeeperThan(LIMITS.jsonDepth, text)) throw new Problem('invalid_json', `The body nests deeper than ${LIMITS.jsonDepth} levels.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem('invalid_json', `The body is not valid JSON: ${error instanceof Error ? error.message.slice(0, 200) : 'it does not parse'}`);
  }
}

/** A JSON body by its schema. No body at all is `{}`. Throws Problem: unsupported_media_type, invalid_json, invalid_request, body_too_large. */
export async function readJson<T>(request: Request, schema: ZodType<T>): Promise<T> {
  return jsonOf(await readJsonText(request), schema);
}

/** Throws Problem: unsupported_media_type, invalid_request, body_too_large. */
export async function readJsonText(request: Request): Promise<string> {
  const type = mediaType(request);
  if (!isJson(type) && !isUnstated(type)) throw new Problem('unsupported_media_type', `Send application/json, not ${type.slice(0, 100)}.`);
  return readText(request, LIMITS.body);
}

/** No text at all is `{}`. Throws Problem: invalid_json, invalid_request. */
export function jsonOf<T>(text: string, schema: ZodType<T>): T {
  return checked(schema, text.trim() === '' ? {} : parseJson(text));
}

export function checked<T>(schema: ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw problemOfZod(result.error, 'body');
  return result.data;
}
