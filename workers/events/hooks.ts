/** Calls the addresses that an event names. A call that fails is made again with the whole event, under the same id. */

import type { EventMessage } from '#contracts/bus-rpc';
import { createHttp } from '#workers/egress/http';
import { type EgressEnv, wayOut } from '#workers/egress/way-out';
import { hooksOf } from '#workers/events/breakpoint-event';

const TIMEOUT_MS = 10_000;

export async function callHooks(message: EventMessage, env: EgressEnv): Promise<void> {
  const urls = hooksOf(message);
  if (urls.length === 0) return;
  const http = createHttp(wayOut(env, message.tenant), AbortSignal.timeout(TIMEOUT_MS));
  const { tenant: _, ...event } = message;
  const headers = { 'content-type': 'application/cloudevents+json', 'idempotency-key': message.id };
  for (const url of urls) {
    const { status } = await http.fetch({ url, method: 'POST', headers, body: JSON.stringify(event) });
    if (status >= 500) throw new Error(`${new URL(url).host} answered ${status}`);
  }
}
