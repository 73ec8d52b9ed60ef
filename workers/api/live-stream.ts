/** A stream of live messages as an answer: of the tenant's hub here, and of those in its other regions as far as they answer. */
import type { LiveFilter, LiveHubRpc } from '#contracts/execution-rpc';
import type { Call } from '#workers/api/endpoint';
import { inRegion, placementOptions } from '#workers/placement';
import { REGION_HEADER } from '#workers/regions/elsewhere';
import { mergeStreams } from '#workers/regions/live';
import { Peer } from '#workers/regions/peers';

export async function liveStream(call: Call, tenant: string, filter: LiveFilter): Promise<Response> {
  const hub = inRegion(call.env.LIVE_HUB, call.env).getByName(tenant, placementOptions(call.env)) as unknown as LiveHubRpc;
  const stream = await hub.subscribe(filter);
  const others = await otherStreams(call);
  return new Response(others.length > 0 ? mergeStreams(stream, others) : stream, {
    headers: { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache, no-transform', 'X-Accel-Buffering': 'no' },
  });
}

async function otherStreams(call: Call): Promise<ReadableStream<Uint8Array>[]> {
  if (call.from !== undefined || call.request.headers.has(REGION_HEADER)) return [];
  const outposts = await call.stores.links.outposts(call.tenant);
  if (outposts.length === 0) return [];
  const actor = await call.access.handedOver();
  const answers = await Promise.allSettled(outposts.map(({ region }) => new Peer(call.env, region, call.tenant).forward(call.request, actor)));
  return answers.flatMap((answer) => (answer.status === 'fulfilled' && answer.value.ok && answer.value.body ? [answer.value.body] : []));
}
