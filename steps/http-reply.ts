/** What an HTTP answer means for a step: which statuses are failures, and which of those are worth another attempt. */

import { type Json, nestsDeeperThan } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { type ErrorInfo, errorInfo, Problem } from '#contracts/problems';
import { compact } from '#steps/config-schemas';
import type { EffectContext, HttpReply } from '#steps/define-step';

const RETRYABLE = new Set([408, 425, 429]);
/** How much of an error's body the log keeps, characters. */
const EXCERPT = 2000;

/** Throws Problem('upstream_status') unless the status is from 200 to 299. */
export function expectSuccess(method: string, url: string, reply: HttpReply, context: EffectContext): void {
  if (reply.status >= 200 && reply.status < 300) return;
  const { code, message, ...extra } = statusError(method, url, reply, context);
  throw new Problem('upstream_status', message, { extra });
}

export function statusError(method: string, url: string, reply: HttpReply, context: EffectContext): ErrorInfo {
  const retryAfter = parseRetryAfter(reply.headers['retry-after'], context.now());
  const excerpt = reply.encoding ? '' : reply.body.slice(0, EXCERPT);
  return errorInfo('upstream_status', `${method} ${new URL(url).host} answered ${reply.status}.`, {
    status: reply.status,
    retryable: RETRYABLE.has(reply.status) || reply.status >= 500,
    ...(retryAfter === undefined ? {} : { retry_after_ms: retryAfter }),
    details: compact({
      body: excerpt === '' ? undefined : excerpt,
      truncated: reply.body.length > EXCERPT || undefined,
      trace_id: context.trace_id,
      span_id: context.span_id,
    }),
  });
}

/** The decoded body where it says that it is JSON and is; its text otherwise, `null` when there is none. */
export function bodyValue(reply: HttpReply): Json {
  if (reply.body === '') return null;
  if (reply.encoding) return reply.body;
  const type = (reply.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (!/[/+]json$/.test(type) && !(type === '' && /^\s*[[{]/.test(reply.body))) return reply.body;
  if (nestsDeeperThan(LIMITS.jsonDepth, reply.body)) return reply.body;
  try {
    return JSON.parse(reply.body) as Json;
  } catch {
    return reply.body;
  }
}

/** Seconds, or an HTTP date; ms from now, at least 0. `undefined` when absent or neither. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
