/**
 * Hands the request on to another service and gives its answer. Any status is an answer; the step after it sends it back.
 *
 * Headers that belong to one connection, and credentials, are not handed on: the log does not have them.
 */
import { z } from 'zod';
import { hopByHop } from '#contracts/hop-by-hop';
import type { Json, JsonObject } from '#contracts/json';
import { isJsonObject } from '#contracts/json';
import { compact, duration, durationMs, headers, headerText } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { headerSafe } from '#steps/header-safe';

const config = z.strictObject({
  backend_url: z.string().min(1).describe('The other service: http or https, with the beginning of the path.'),
  url: z.string().optional().meta({ deprecated: true, use: 'backend_url' }).describe('Another spelling of backend_url.'),
  path: z.string().optional().describe('Path behind backend_url. Default: that of the request.'),
  method: z.string().optional().describe('HTTP method. Default: that of the request.'),
  forward_headers: z.array(z.string()).optional().describe('Headers of the request that are handed on. Default: content-type, accept and accept-language.'),
  headers: headers.optional().describe(`Further headers. Secrets belong here as \${NAME}.`),
  timeout: duration.optional().describe('Longest time for the call. The timeout of the step holds as well.'),
});

interface Input {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
  timeout_ms?: number;
}

const USUAL = ['content-type', 'accept', 'accept-language'];
/** Of the address that was asked, or of a body that is written anew. */
const NOT_HANDED_ON = new Set(['host', 'content-length', 'content-encoding']);
const REDACTED = '[redacted]';

export const httpProxy = defineStep({
  type: 'step.http_proxy',
  summary: 'Hands the request on to another service and gives its answer, whatever its status.',
  pure: false,
  config,
  example: `
name: forward
type: step.http_proxy
config:
  backend_url: http://inventory-service
`,
  output:
    '{status_code, headers, body, content_type}; bytes come as base64, and `encoding` says so. `step.raw_response` with status_from, body_from and content_type sends it back.',
  prepare(settings, scope) {
    const trigger = scope.context.trigger;
    const request: JsonObject = isJsonObject(trigger) ? trigger : {};
    const method = (settings.method ?? text(request.method) ?? 'GET').toUpperCase();
    const path = settings.path ?? text(request.path) ?? '';
    return compact({
      url: `${settings.backend_url.replace(/\/+$/, '')}${path === '' || path.startsWith('/') ? path : `/${path}`}${queryOf(request.query)}`,
      method,
      headers: { ...handedOn(request.headers, settings.forward_headers ?? USUAL), ...(settings.headers ? headerText(settings.headers) : {}) },
      body: method === 'GET' || method === 'HEAD' ? undefined : bodyOf(request.body),
      timeout_ms: settings.timeout === undefined ? undefined : durationMs(settings.timeout),
    });
  },
  target: ({ url }: Input) => url,
  async perform(input: Input, context) {
    const reply = await context.http.fetch({ ...input, headers: { ...input.headers, 'idempotency-key': headerSafe(context.idempotency_key) } });
    const staysBehind = hopByHop(reply.headers.connection);
    const kept = Object.fromEntries(Object.entries(reply.headers).filter(([name]) => !staysBehind(name) && !NOT_HANDED_ON.has(name) && name !== 'set-cookie'));
    return {
      kind: 'completed',
      output: {
        status_code: reply.status,
        headers: kept,
        body: reply.body,
        content_type: reply.headers['content-type'] ?? 'application/octet-stream',
        ...(reply.encoding ? { encoding: reply.encoding } : {}),
      },
    };
  },
});

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function handedOn(given: Json | undefined, names: readonly string[]): Record<string, string> {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const out: Record<string, string> = {};
  const headers = isJsonObject(given) ? given : {};
  const staysBehind = hopByHop(text(headers.connection));
  for (const [written, value] of Object.entries(headers)) {
    const name = written.toLowerCase();
    if (wanted.has(name) && !staysBehind(name) && !NOT_HANDED_ON.has(name) && typeof value === 'string' && value !== REDACTED) out[name] = value;
  }
  return out;
}

function queryOf(query: Json | undefined): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(isJsonObject(query) ? query : {})) for (const each of [value].flat()) params.append(name, String(each));
  return params.size > 0 ? `?${params}` : '';
}

function bodyOf(body: Json | undefined): string | undefined {
  if (body === undefined || body === null) return undefined;
  return typeof body === 'string' ? body : JSON.stringify(body);
}
