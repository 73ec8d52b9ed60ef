/** Calls the addresses that an event names. A call that fails is made again with the whole event, under the same id. */

import type { EventMessage } from '#contracts/bus-rpc';
import { parseHostAliases } from '#workers/egress/host-aliases';
import { createHttp } from '#workers/egress/http';
import type { RegionEnv } from '#workers/env';
import { hooksOf } from '#workers/events/breakpoint-event';

const TIMEOUT_MS = 10_000;

export async function callHooks(message: EventMessage, env: Pick<RegionEnv, 'MODE' | 'HOST_ALIASES'>): Promise<void> {
  const urls = hooksOf(message);
  if (urls.length === 0) return;
  const hosted = env.MODE === 'hosted';
  const http = createHttp({ hosted, aliases: parseHostAliases(hosted ? undefined : env.HOST_ALIASES) }, AbortSignal.timeout(TIMEOUT_MS));
  const { tenant: _, ...event } = message;
  const headers = { 'content-type': 'application/cloudevents+json', 'idempotency-key': message.id };
  for (const url of urls) {
    const { status } = await http.fetch({ url, method: 'POST', headers, body: JSON.stringify(event) });
    if (status >= 500) throw new Error(`${new URL(url).host} answered ${status}`);
  }
}
