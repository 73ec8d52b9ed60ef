/**
 * Calls another service over HTTP.
 *
 * 1. Every attempt carries the same `Idempotency-Key`, so that a receiver that knows the header applies it once.
 * 2. What was sent is put together after the secrets are filled in; the log keeps the settings, never the values.
 * 3. Any status outside `expected_status` fails the attempt; 408, 425, 429 and 5xx may be tried again.
 */
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import { compact, duration, durationMs, headers, headerText, json, path, size, sizeBytes } from '#steps/config-schemas';
import { defineStep, type EffectContext, type HttpReply } from '#steps/define-step';
import { headerSafe } from '#steps/header-safe';
import { bodyValue, statusError } from '#steps/http-reply';

const NEVER_SHOWN = new Set(['set-cookie', 'set-cookie2']);

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const methods = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const config = z
  .strictObject({
    url: z.string().min(1).describe('Where to: http or https. In hosted mode private addresses are refused.'),
    method: methods.optional().describe('HTTP method. Default: POST when there is a body, GET otherwise.'),
    headers: headers.optional().describe(`Headers. Secrets belong here as \${NAME}; they are filled in at the last moment and never logged.`),
    basic_auth: z
      .strictObject({ username: z.string().describe('User name.'), password: z.string().describe(`Password, such as \${PASSWORD}.`) })
      .optional()
      .describe('Sends name and password as the Authorization header. Secrets are filled in before the two are put together.'),
    query: z
      .record(z.string(), z.union([scalar, z.null(), z.array(scalar)]))
      .optional()
      .describe('Query parameters, added to those of the URL. A list is sent as several parameters of the same name, an empty text or null is left out.'),
    body: json.optional().describe(`Body. Objects and lists are sent as JSON. Secrets may stand inside as \${NAME}.`),
    body_from: path.optional().describe('Path of a value that is the whole body, instead of body.'),
    body_format: z
      .enum(['json', 'form', 'text'])
      .optional()
      .describe('How to write the body. Default: JSON for objects, lists and text that already is JSON; other text is sent as text.'),
    timeout: duration.optional().describe('Longest time for this call. The timeout of the step holds as well.'),
    max_response_size: size.optional().describe(`Largest body that is read, for example 512KB. Default and maximum ${LIMITS.upstreamBody / 1024 / 1024}MB.`),
    expected_status: z.array(z.number().int().min(100).max(599)).min(1).optional().describe('Statuses that count as success. Default: all from 200 to 299.'),
  })
  .refine((c) => c.body === undefined || c.body_from === undefined, { message: 'either body or body_from', path: ['body_from'] })
  .refine((c) => !isBodyless(c.method) || (c.body === undefined && c.body_from === undefined), { message: 'GET and HEAD carry no body', path: ['method'] });

interface Input {
  url: string;
  method: string;
  headers?: Record<string, string>;
  basic_auth?: { username: string; password: string };
  query?: Record<string, Json>;
  body?: Json;
  body_format?: 'json' | 'form' | 'text';
  timeout_ms?: number;
  max_response_bytes?: number;
  expected_status?: number[];
}

export const httpCall = defineStep({
  type: 'step.http_call',
  summary: 'Calls a service over HTTP and gives what it answers.',
  pure: false,
  config,
  paths: ['body_from'],
  example: `
name: reserve-inventory
type: step.http_call
config:
  url: http://inventory-service/api/reserve
  method: POST
  headers:
    authorization: "Bearer \${INVENTORY_TOKEN}"
  body:
    sku: "{{ .product_id }}"
    quantity: "{{ .quantity }}"
  timeout: 5s
`,
  output: 'The body where it is a JSON object, otherwise {body}. Status and headers stand at steps.X.response.status_code and steps.X.response.headers.',
  prepare(settings, scope) {
    const body = settings.body_from === undefined ? settings.body : (scope.lookup(settings.body_from) ?? null);
    return compact({
      url: settings.url,
      method: settings.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: settings.headers ? headerText(settings.headers) : undefined,
      basic_auth: settings.basic_auth,
      query: settings.query as Json | undefined,
      body,
      body_format: settings.body_format,
      timeout_ms: settings.timeout === undefined ? undefined : durationMs(settings.timeout),
      max_response_bytes: settings.max_response_size === undefined ? undefined : Math.min(sizeBytes(settings.max_response_size), LIMITS.upstreamBody),
      expected_status: settings.expected_status,
    });
  },
  target: ({ url }: Input) => url,
  async perform(input: Input, context) {
    const request = requestOf(input, context);
    const reply = await context.http.fetch(request);
    const expected = input.expected_status ? input.expected_status.includes(reply.status) : reply.status >= 200 && reply.status < 300;
    return expected ? completed(reply, context) : { kind: 'failed', error: statusError(request.method, request.url, reply, context) };
  },
});

function isBodyless(method: string | undefined): boolean {
  return method === 'GET' || method === 'HEAD';
}

function requestOf(input: Input, context: EffectContext) {
  const { text, type } = isBodyless(input.method) ? {} : encodeBody(input.body, input.body_format);
  // A template without a value is the empty text: there is nothing to send.
  const given = Object.fromEntries(Object.entries(headerText(input.headers)).filter(([, value]) => value !== ''));
  return {
    url: urlOf(input.url, input.query),
    method: input.method,
    headers: {
      accept: 'application/json, */*;q=0.5',
      ...(type ? { 'content-type': type } : {}),
      ...(isBodyless(input.method) ? {} : { 'idempotency-key': headerSafe(context.idempotency_key) }),
      traceparent: `00-${context.trace_id}-${context.span_id}-01`,
      ...(input.basic_auth ? { authorization: basic(input.basic_auth) } : {}),
      ...given,
    },
    ...(text === undefined ? {} : { body: text }),
    ...(input.timeout_ms === undefined ? {} : { timeout_ms: input.timeout_ms }),
    ...(input.max_response_bytes === undefined ? {} : { max_response_bytes: input.max_response_bytes }),
  };
}

function basic({ username, password }: { username: string; password: string }): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

function urlOf(text: string, query: Record<string, Json> | undefined): string {
  if (!query) return text;
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new Problem('invalid_url', `The URL is not valid: ${text.slice(0, 200)}`, { cause });
  }
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== null && one !== '') url.searchParams.append(name, String(one));
  }
  return url.href;
}

function encodeBody(body: Json | undefined, format: Input['body_format']): { text?: string; type?: string } {
  if (body === undefined) return {};
  if (format === 'form') return { text: formText(body), type: 'application/x-www-form-urlencoded' };
  if (format === 'text') return { text: typeof body === 'string' ? body : JSON.stringify(body), type: 'text/plain; charset=utf-8' };
  if (typeof body === 'string' && isJsonText(body)) return { text: body, type: 'application/json' };
  if (typeof body === 'string' && format === undefined) return body === '' ? {} : { text: body, type: 'text/plain; charset=utf-8' };
  return { text: JSON.stringify(body), type: 'application/json' };
}

function isJsonText(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function formText(body: Json): string {
  if (typeof body === 'string') return body;
  if (!isJsonObject(body)) throw new Problem('step_config_invalid', 'A body of the format form is an object of names and values.');
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one === null) continue;
      form.append(name, typeof one === 'object' ? JSON.stringify(one) : String(one));
    }
  }
  return form.toString();
}

function completed(reply: HttpReply, context: EffectContext): StepOutcome {
  const value = bodyValue(reply);
  const output = isJsonObject(value) ? value : reply.encoding ? { body: value, encoding: reply.encoding } : { body: value };
  return { kind: 'completed', output, response: responseOf(reply, context) };
}

function responseOf(reply: HttpReply, context: EffectContext): JsonObject {
  const shown = Object.fromEntries(Object.entries(reply.headers).filter(([name]) => !NEVER_SHOWN.has(name.toLowerCase())));
  return { status_code: reply.status, headers: shown, span_id: context.span_id };
}
