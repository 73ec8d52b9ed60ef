/** An HTTP request as a trigger: what the log keeps of it. */
import { type Json, type JsonObject, nestsDeeperThan } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { readBody, utf8 } from '#workers/door/request-body';

/** Headers that carry credentials: their presence is kept, their value never reaches the log. */
const CREDENTIALS = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-api-key', 'x-auth-token', 'x-csrf-token']);

/** `rawBody`: keep the body as it came as well. Throws Problem: body_too_large, invalid_json. */
export async function httpTrigger(request: Request, url: URL, path: string, params: Record<string, string>, rawBody = false): Promise<JsonObject> {
  const headers: JsonObject = {};
  request.headers.forEach((value, name) => {
    if (name === '__proto__' || name.startsWith('x-workflow-') || name.startsWith('cf-') || name === 'x-tenant') return;
    headers[name] = CREDENTIALS.has(name) ? '[redacted]' : value;
  });
  const bytes = await boundedBody(request);
  return {
    method: request.method,
    path,
    headers,
    body: bodyValue(bytes, (request.headers.get('content-type') ?? '').toLowerCase()),
    ...(rawBody ? { raw_body: new TextDecoder().decode(bytes) } : {}),
    path_params: params,
    query: url.search === '' ? {} : query(url.searchParams),
  };
}

function query(params: URLSearchParams): JsonObject {
  const values: JsonObject = {};
  for (const name of new Set(params.keys())) {
    // As a field it means nothing to anybody; assigned, it would change what the object is.
    if (name === '__proto__') continue;
    const all = params.getAll(name);
    values[name] = all.length === 1 ? all[0]! : all;
  }
  return values;
}

async function boundedBody(request: Request) {
  const bytes = await readBody(request, LIMITS.body);
  if (!bytes) throw new Problem('body_too_large', `A body may have ${LIMITS.body} bytes at most.`);
  return bytes;
}

function bodyValue(bytes: Uint8Array, type: string): Json {
  if (bytes.byteLength === 0) return null;
  if (isBinary(type)) return Buffer.from(bytes.buffer).toString('base64');
  const isJson = /[/+]json\b/.test(type);
  const strict = utf8(bytes);
  if (strict === undefined && isJson) throw new Problem('invalid_json', 'The body is not UTF-8 text, and JSON is.');
  const text = strict ?? new TextDecoder().decode(bytes);
  if (type.startsWith('application/x-www-form-urlencoded')) return query(new URLSearchParams(text));
  // Many webhooks send JSON under another name.
  if (!isJson && !/^\s*[[{]/.test(text)) return text;
  if (nestsDeeperThan(LIMITS.jsonDepth, text)) {
    if (!isJson) return text;
    throw new Problem('invalid_json', `The body nests deeper than ${LIMITS.jsonDepth} levels.`);
  }
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (!isJson) return text;
    throw new Problem('invalid_json', `The body is not valid JSON: ${(error as Error).message}`);
  }
}

function isBinary(type: string): boolean {
  return /^(image|audio|video|font)\//.test(type) || /^application\/(octet-stream|pdf|zip|gzip|protobuf)/.test(type) || type.startsWith('multipart/');
}
