/**
 * The only way out: outbound HTTP over `fetch`.
 *
 * 1. Every address is judged before it is called, the targets of redirects too.
 * 2. Bodies are bounded both ways; an answer is counted while it is read and dropped when it is too large.
 * 3. A redirect to another origin takes no credentials along.
 * 4. Whatever goes wrong is a Problem with a code; nothing of the runtime's own errors is shown but its message.
 */
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { HttpPort, HttpReply } from '#steps/define-step';
import { type Admission, admit } from '#workers/egress/admit';
import { type Deadline, deadlineAfter } from '#workers/egress/deadline';
import { headersOfStep, withheldFrom } from '#workers/egress/headers';
import type { HostAliases } from '#workers/egress/host-aliases';
import { replyOf } from '#workers/egress/reply';
import { type Target, targetOf } from '#workers/egress/target';

export interface EgressSettings extends Admission {
  aliases: HostAliases;
  /** Domain of the platform, by which it knows calls that come back to it. */
  home?: string;
  /** The runtime's fetch; tests hand in their own. */
  fetch?: typeof fetch;
  /** Told of the bytes of each body that goes by, in either direction. */
  counted?: (bytes: number) => void;
  /** Where timeouts come from; tests hand in their own. */
  deadline?: (ms: number) => Deadline;
}

type Request = Parameters<HttpPort['fetch']>[0];
interface Hop {
  target: Target;
  method: string;
  /** By their names in lower case. */
  headers: Record<string, string>;
  body?: string;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** What may go along to another origin: nothing that could prove who is calling. */
const HARMLESS = new Set(['accept', 'accept-language', 'content-type', 'user-agent', 'traceparent', 'tracestate', 'idempotency-key']);

/** The port of one effect: its calls end when `signal` aborts, with the signal's reason. */
export function createHttp(settings: EgressSettings, signal: AbortSignal): HttpPort {
  return { fetch: (request) => call(settings, request, signal) };
}

async function call(settings: EgressSettings, request: Request, signal: AbortSignal): Promise<HttpReply> {
  let hop = firstHop(request, settings.aliases);
  const own = request.timeout_ms === undefined ? undefined : (settings.deadline ?? deadlineAfter)(request.timeout_ms);
  const either = own ? AbortSignal.any([signal, own.signal]) : signal;
  try {
    for (let redirects = 0; ; redirects++) {
      const response = await send(settings, hop, either);
      const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
      if (location === null) return await read(settings, response, hop, Math.min(request.max_response_bytes ?? LIMITS.upstreamBody, LIMITS.upstreamBody));
      await response.body?.cancel();
      if (redirects === MAX_REDIRECTS)
        throw new Problem('upstream_status', `${request.method} ${hop.target.host} redirected more than ${MAX_REDIRECTS} times.`, {
          extra: { status: response.status },
        });
      hop = nextHop(hop, response.status, location, settings.aliases);
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (signal.aborted) throw signal.reason;
    if (own?.signal.aborted)
      throw new Problem('step_timeout', `${request.method} ${hop.target.host} did not answer within ${request.timeout_ms} ms.`, { cause: error });
    throw unsendable(hop) ?? new Problem('connection_failed', `${request.method} ${hop.target.host} could not be reached${reasonOf(error)}.`, { cause: error });
  } finally {
    own?.stop();
  }
}

/** The runtime's own words where they say something; an unknown name is an `internal error; reference = …` to it. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message.replace(/\.+$/, '') : '';
  return message === '' || /internal error/i.test(message) ? '' : `: ${message}`;
}

function firstHop(request: Request, aliases: HostAliases): Hop {
  const target = targetOf(request.url, aliases);
  const headers = headersOfStep(request.headers);
  if (target.credentials !== undefined) headers.authorization ??= `Basic ${basic(target.credentials)}`;
  if (request.body !== undefined && isLargerThan(LIMITS.upstreamBody, request.body))
    throw new Problem('body_too_large', `The body of the call is larger than ${LIMITS.upstreamBody / 1024 / 1024} MB.`);
  return { target, method: request.method, headers, ...(request.body === undefined ? {} : { body: request.body }) };
}

/** The header that HTTP has no room for, if that is why a call could not be made. */
function unsendable({ headers }: Hop): Problem | undefined {
  const name = Object.keys(headers).find((one) => !canBeSent(one, headers[one]!));
  if (name === undefined) return undefined;
  const detail = `The header ${name.slice(0, 100)} cannot be sent: its name or value has characters that HTTP does not allow.`;
  return new Problem('step_config_invalid', detail);
}

function canBeSent(name: string, value: string): boolean {
  try {
    new Headers().set(name, value);
    return true;
  } catch {
    return false;
  }
}

/** In bytes. Most texts are so short that nothing has to be counted. */
function isLargerThan(limit: number, text: string): boolean {
  return text.length * 3 > limit && new TextEncoder().encode(text).byteLength > limit;
}

/** As browsers do: 303 always becomes GET, 301 and 302 make a GET of a POST, 307 and 308 repeat the call as it was. */
function nextHop(hop: Hop, status: number, location: string, aliases: HostAliases): Hop {
  const target = targetOf(location, aliases, hop.target.href);
  const rewrites = status === 303 ? hop.method !== 'GET' && hop.method !== 'HEAD' : status < 303 && hop.method === 'POST';
  const headers = { ...hop.headers };
  if (target.origin !== hop.target.origin) for (const name in headers) if (!HARMLESS.has(name)) delete headers[name];
  if (!rewrites) return { ...hop, target, headers };
  delete headers['content-type'];
  delete headers['idempotency-key'];
  return { target, method: 'GET', headers };
}

function basic(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

async function send(settings: EgressSettings, hop: Hop, signal: AbortSignal): Promise<Response> {
  await admit(hop.target, settings);
  signal.throwIfAborted();
  const headers = { ...hop.headers };
  for (const name of withheldFrom(hop.target.hostname, settings.home)) delete headers[name];
  const init: RequestInit = { method: hop.method, headers, redirect: 'manual', signal };
  if (hop.body !== undefined) {
    init.body = hop.body;
    settings.counted?.(Buffer.byteLength(hop.body));
  }
  return (settings.fetch ?? fetch)(settings.hosted ? hop.target.href : hop.target.called, init);
}

async function read({ counted }: EgressSettings, response: Response, hop: Hop, limit: number): Promise<HttpReply> {
  const tooLarge = () => new Problem('response_too_large', `${hop.method} ${hop.target.host} answered more than ${limit} bytes.`);
  return replyOf(response, { limit, headOnly: hop.method === 'HEAD', tooLarge, ...(counted ? { counted } : {}) });
}
