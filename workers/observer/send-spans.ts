/**
 * Spans on their way to the collector of an application, through the guard that every call goes through.
 *
 * 1. What a collector says is worth another try is tried again (OTLP: 429, 502, 503, 504), and so is one that cannot be
 *    reached; what it refuses otherwise would be refused again.
 * 2. No header's value is in what is said of a failure.
 */
import type { AskingApplication, TracePolicy } from '#contracts/observation';
import { PROBLEMS, Problem } from '#contracts/problems';
import type { Span } from '#engine/spans';
import type { SentSpans } from '#objects/observer/observer';
import type { HttpPort } from '#steps/define-step';
import { traceRequest } from '#workers/observer/otlp';

export interface SendPorts {
  http: HttpPort;
  /** Fills in secrets. Throws Problem: secret_missing, and what a store of secrets says. */
  filled(
    application: AskingApplication,
    settings: { endpoint: string; headers: { [name: string]: string } },
  ): Promise<{ endpoint: string; headers: { [name: string]: string } }>;
}

const WORTH_ANOTHER = new Set([429, 502, 503, 504]);
const TIMEOUT_MS = 10_000;

export async function sendSpans(ports: SendPorts, application: AskingApplication, policy: TracePolicy, spans: Span[]): Promise<SentSpans> {
  try {
    const { endpoint, headers } = await ports.filled(application, { endpoint: policy.endpoint, headers: policy.headers });
    const reply = await ports.http.fetch({
      url: endpoint,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: traceRequest(policy.service, spans),
      timeout_ms: TIMEOUT_MS,
      max_response_bytes: 64 * 1024,
    });
    if (reply.status >= 200 && reply.status < 300) return { ok: true };
    const after = Number(reply.headers['retry-after']);
    return {
      ok: false,
      again: WORTH_ANOTHER.has(reply.status),
      message: `The collector answered ${reply.status}.`,
      ...(Number.isFinite(after) ? { retry_after_ms: after * 1000 } : {}),
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // A secret that is not set yet, or a store of secrets that is away, may be there the next time.
    const again = error.code === 'secret_missing' || PROBLEMS[error.code].retryable;
    return { ok: false, again, message: `${PROBLEMS[error.code].title} (${error.code}).` };
  }
}
