/**
 * Calls the addresses that an event names, each whatever becomes of the others. A call that fails is made again with the whole
 * event, under the same id; one that would be refused again is given up.
 */

import type { EventMessage } from '#contracts/bus-rpc';
import { PROBLEMS, Problem } from '#contracts/problems';
import type { HttpPort } from '#steps/define-step';
import { createHttp } from '#workers/egress/http';
import { type EgressEnv, wayOut } from '#workers/egress/way-out';
import { hooksOf } from '#workers/events/breakpoint-event';

const TIMEOUT_MS = 10_000;

/** `http`: tests hand in their own. */
export async function callHooks(message: EventMessage, env: EgressEnv, http: HttpPort = hookHttp(message, env)): Promise<void> {
  const { tenant: _, ...event } = message;
  const headers = { 'content-type': 'application/cloudevents+json', 'idempotency-key': message.id };
  const call = async (url: string) => {
    const { status } = await http.fetch({ url, method: 'POST', headers, body: JSON.stringify(event) });
    if (status >= 500) throw new Error(`${new URL(url).host} answered ${status}`);
  };
  // There are ten at the most.
  const calls = await Promise.allSettled(hooksOf(message).map(call));
  const failures = calls.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  for (const { code } of failures.filter(isFinal))
    console.warn(JSON.stringify({ level: 'warn', message: `hook of an event: ${code}`, tenant: message.tenant, event: message.id }));
  const passing = failures.filter((failure) => !isFinal(failure));
  if (passing.length > 0) throw passing[0];
}

function hookHttp({ tenant }: EventMessage, env: EgressEnv): HttpPort {
  return createHttp(wayOut(env, tenant), AbortSignal.timeout(TIMEOUT_MS));
}

/** It would be refused again. */
function isFinal(failure: unknown): failure is Problem {
  return failure instanceof Problem && !PROBLEMS[failure.code].retryable;
}
