/**
 * Requests that are sent on whole: the same guard as for calls of steps, but body and answer stream.
 *
 * The answer is bounded in size and time. Once its head is out nothing else can be said to the client: then it is broken
 * off, and the log says why.
 */
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { DoorHttp } from '#modules/door';
import { admit } from '#workers/egress/admit';
import { boundedStream } from '#workers/egress/bounded-stream';
import { type Deadline, deadlineAfter } from '#workers/egress/deadline';
import { passedHeaders, sentHeaders } from '#workers/egress/headers';
import { resolveAlias } from '#workers/egress/host-aliases';
import type { EgressSettings } from '#workers/egress/http';

export interface ForwarderPorts {
  log(level: 'error', message: string, fields: JsonObject): void;
  /** The runtime's fetch and clock; tests hand in their own. */
  fetch?: typeof fetch;
  deadline?: (ms: number) => Deadline;
}

export function forwarder(settings: EgressSettings, ports: ForwarderPorts): DoorHttp {
  const { hosted, aliases } = settings;
  const after = ports.deadline ?? deadlineAfter;
  return {
    async forward(target, { method, headers, body, timeout_ms, total_timeout_ms = LIMITS.proxiedMs, max_response_bytes = LIMITS.proxiedBody }) {
      const url = new URL(target);
      const tooLarge = () => new Problem('response_too_large', `${url.host} answered more than ${max_response_bytes} bytes.`);
      const tooLate = (ms: number) => new Problem('step_timeout', `${url.host} did not answer within ${ms} ms.`);
      const head = after(timeout_ms);
      const whole = after(total_timeout_ms);
      let streams = false;
      try {
        const signal = AbortSignal.any([head.signal, whole.signal]);
        await admit(url, settings);
        signal.throwIfAborted();
        // A redirect is the client's to follow.
        const init: RequestInit = { method, headers: sentHeaders(headers), body, redirect: 'manual', signal };
        const answer = await (ports.fetch ?? fetch)((hosted ? url : resolveAlias(url, aliases)).href, init);
        const passed = { status: answer.status, headers: passedHeaders(answer.headers) };
        if (answer.body === null) return new Response(null, passed);
        if (method !== 'HEAD' && Number(answer.headers.get('content-length') ?? 0) > max_response_bytes) {
          await answer.body.cancel();
          throw tooLarge();
        }
        streams = true;
        const bounded = boundedStream(answer.body as ReadableStream<Uint8Array>, {
          limit: max_response_bytes,
          deadline: whole,
          tooLarge,
          tooLate: () => new Problem('step_timeout', `The answer of ${url.host} was not through within ${total_timeout_ms} ms.`),
          lost: (cause) => new Problem('connection_failed', `${url.host} broke its answer off.`, { cause }),
          broken: ({ code, message }, bytes) => ports.log('error', message, { code, host: url.host, bytes }),
        });
        return new Response(bounded, passed);
      } catch (cause) {
        if (cause instanceof Problem) throw cause;
        if (head.signal.aborted) throw tooLate(timeout_ms);
        if (whole.signal.aborted) throw tooLate(total_timeout_ms);
        throw new Problem('connection_failed', `${url.host} could not be reached.`, { cause });
      } finally {
        head.stop();
        if (!streams) whole.stop();
      }
    },
  };
}
