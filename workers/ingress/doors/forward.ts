/**
 * Requests that are sent on whole: the same guard as for calls of steps, but body and answer stream.
 *
 * 1. The answer is bounded in size and time. Once its head is out nothing else can be said to the client: then it is
 *    broken off. Whatever goes wrong, before or then, the log of the application says why.
 * 2. It goes by the lanes of the company like any call: its bytes count in both directions, and are held back part by part
 *    where the company has had more than it may.
 */
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { DoorHttp } from '#modules/door';
import { admit } from '#workers/egress/admit';
import { boundedStream } from '#workers/egress/bounded-stream';
import type { Turn } from '#workers/egress/bulkhead';
import { type Deadline, deadlineAfter } from '#workers/egress/deadline';
import { passedHeaders, sentHeaders, withheldFrom } from '#workers/egress/headers';
import { resolveAlias } from '#workers/egress/host-aliases';
import type { EgressSettings } from '#workers/egress/http';
import type { Passage } from '#workers/egress/passage';

export interface ForwarderPorts {
  /** Gives what to wait for before the answer ends, if anything. */
  log(level: 'error', message: string, fields: JsonObject): Promise<void> | undefined;
  /** A text without secrets, for whoever is told of a failure. */
  masked?(text: string): string;
  /** Resolves when the call may go out. Throws Problem('egress_busy'), or the signal's reason. */
  passage(turn: Omit<Turn, 'most'>): Promise<Passage>;
  /** The runtime's fetch and clock; tests hand in their own. */
  fetch?: typeof fetch;
  deadline?: (ms: number) => Deadline;
}

/** A stream that is quiet for so long has no place among the calls under way until it goes on, ms. */
const QUIET_MS = 10_000;

export function forwarder(settings: EgressSettings, ports: ForwarderPorts): DoorHttp {
  const { hosted, aliases } = settings;
  const after = ports.deadline ?? deadlineAfter;
  const masked = (problem: Problem) => {
    const message = ports.masked?.(problem.message) ?? problem.message;
    return message === problem.message ? problem : new Problem(problem.code, message, { extra: problem.extra, cause: problem.cause });
  };
  return {
    async forward(target, { method, headers, body, timeout_ms, total_timeout_ms = LIMITS.proxiedMs, max_response_bytes = LIMITS.proxiedBody }) {
      const url = urlOf(target);
      const tooLarge = () => new Problem('response_too_large', `${url.host} answered more than ${max_response_bytes} bytes.`);
      const tooLate = (ms: number) => new Problem('step_timeout', `${url.host} did not answer within ${ms} ms.`);
      const head = after(timeout_ms);
      const whole = after(total_timeout_ms);
      const problemOf = (cause: unknown) => {
        // Its host may be a secret of the module's.
        if (cause instanceof Problem) return masked(cause);
        if (head.signal.aborted) return masked(tooLate(timeout_ms));
        if (whole.signal.aborted) return masked(tooLate(total_timeout_ms));
        // Its name, its port or its certificate: the runtime does not say which, and it is nothing for strangers.
        return masked(new Problem('connection_failed', `${url.host} could not be reached.`, { cause }));
      };
      let streams = false;
      let passage: Passage | undefined;
      try {
        const signal = AbortSignal.any([head.signal, whole.signal]);
        await admit(url, settings);
        passage = await ports.passage({ lasts_ms: timeout_ms + QUIET_MS, patience_ms: timeout_ms / 2, signal });
        signal.throwIfAborted();
        const sent = sentHeaders(headers);
        for (const name of withheldFrom(url.hostname, settings.home)) sent.delete(name);
        // A redirect is the client's to follow.
        const init: RequestInit = { method, headers: sent, body: paid(body, headers, passage), redirect: 'manual', signal };
        const answer = await (ports.fetch ?? fetch)((hosted ? url : resolveAlias(url, aliases)).href, init);
        const passed = { status: answer.status, headers: passedHeaders(answer.headers) };
        if (answer.body === null) return new Response(null, passed);
        if (method !== 'HEAD' && Number(answer.headers.get('content-length') ?? 0) > max_response_bytes) {
          await answer.body.cancel();
          throw tooLarge();
        }
        streams = true;
        const through = passage;
        const bounded = boundedStream(answer.body as ReadableStream<Uint8Array>, {
          limit: max_response_bytes,
          deadline: whole,
          tooLarge,
          tooLate: () => new Problem('step_timeout', `The answer of ${url.host} was not through within ${total_timeout_ms} ms.`),
          lost: (cause) => new Problem('connection_failed', `${url.host} broke its answer off.`, { cause }),
          broken: ({ code, message }, bytes) => ports.log('error', message, { code, host: url.host, bytes }),
          ...(through.isPaid ? { pace: (over) => through.pace({ patience_ms: Number.POSITIVE_INFINITY, signal: over }) } : {}),
          passed(bytes) {
            through.keep(QUIET_MS);
            through.spend(bytes);
          },
          ended: () => through.end(),
        });
        return new Response(bounded, passed);
      } catch (cause) {
        const problem = problemOf(cause);
        ports.log('error', problem.message, { code: problem.code, host: url.host });
        throw problem;
      } finally {
        head.stop();
        if (!streams) {
          whole.stop();
          passage?.end();
        }
      }
    },
  };
}

function urlOf(target: string): URL {
  try {
    return new URL(target);
  } catch (cause) {
    throw new Problem('invalid_url', 'What the request is to be sent on to is no URL. Mend the address in the settings of the module.', { cause });
  }
}

/** The body on its way out. One that says how long it is, is never longer, and is paid for at once; another while it goes by. */
function paid(body: ReadableStream | null, headers: Headers, passage: Passage): ReadableStream | null {
  if (body === null || !passage.isPaid) return body;
  const length = Number(headers.get('content-length') ?? Number.NaN);
  if (Number.isSafeInteger(length)) {
    passage.spend(length);
    return body;
  }
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, controller) {
      passage.spend(part.byteLength);
      controller.enqueue(part);
    },
  });
  return body.pipeThrough(counted);
}
