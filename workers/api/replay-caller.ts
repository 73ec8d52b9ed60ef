/** The sender of a request as one who replays. */
import type { Call } from '#workers/api/endpoint';
import type { ReplayCaller } from '#workers/api/replay';

export function replayCaller({ env, stores, tenant, actor, request }: Call): ReplayCaller {
  return { env, stores, tenant, by: actor.by, traceparent: request.headers.get('traceparent') };
}
