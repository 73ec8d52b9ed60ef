/**
 * A stream of live messages as an answer: of the tenant's hub here, and of those in its other regions as far as they answer.
 * Throws Problem('too_many_streams').
 */
import type { LiveFilter, LiveWatch } from '#contracts/live-rpc';
import { Problem } from '#contracts/problems';
import { CREDENTIAL_SHARE } from '#contracts/quota';
import type { Call } from '#workers/api/endpoint';
import { liveHub } from '#workers/live-hub';
import { tenantQuota } from '#workers/quota/bounds';
import { credentialOf } from '#workers/quota/calls';
import { REGION_HEADER } from '#workers/regions/elsewhere';
import { mergeStreams } from '#workers/regions/live';
import { Peer } from '#workers/regions/peers';

export async function liveStream(call: Call, tenant: string, filter: LiveFilter): Promise<Response> {
  const watch = await watchOf(call);
  const stream = await liveHub(call.env, tenant).subscribe(filter, watch);
  if (!stream) {
    const { most, most_each } = watch!;
    throw new Problem('too_many_streams', `The company may have ${most} live streams open at the same time, ${most_each} of them by one credential.`);
  }
  const others = await otherStreams(call);
  return new Response(others.length > 0 ? mergeStreams(stream, others) : stream, {
    headers: { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache, no-transform', 'X-Accel-Buffering': 'no' },
  });
}

/** Counted where the company is at home. `undefined`: without a bound. */
async function watchOf({ env, actor, from }: Call): Promise<LiveWatch | undefined> {
  if (from !== undefined || actor.kind === 'operator') return undefined;
  const { live_streams: most } = (await tenantQuota(env, actor.tenant)).quota;
  return most === null ? undefined : { by: credentialOf(actor), most, most_each: Math.max(1, Math.floor(most * CREDENTIAL_SHARE)) };
}

async function otherStreams(call: Call): Promise<ReadableStream<Uint8Array>[]> {
  if (call.from !== undefined || call.request.headers.has(REGION_HEADER)) return [];
  const outposts = await call.stores.links.outposts(call.tenant);
  if (outposts.length === 0) return [];
  const actor = await call.access.handedOver();
  const answers = await Promise.allSettled(outposts.map(({ region }) => new Peer(call.env, region, call.tenant).forward(call.request, actor)));
  return answers.flatMap((answer) => (answer.status === 'fulfilled' && answer.value.ok && answer.value.body ? [answer.value.body] : []));
}
