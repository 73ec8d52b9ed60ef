/** The hub of a company's live messages in this region. */
import type { LiveHubRpc } from '#contracts/live-rpc';
import type { RegionEnv } from '#workers/env';
import { inRegion, placementOptions } from '#workers/placement';

export function liveHub(env: RegionEnv, tenant: string): LiveHubRpc {
  return inRegion(env.LIVE_HUB, env).getByName(tenant, placementOptions(env)) as unknown as LiveHubRpc;
}
