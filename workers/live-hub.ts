/** The hub of a company's live messages in this region. */
import type { LiveHubRpc } from '#contracts/live-rpc';
import type { RegionEnv } from '#workers/env';
import { callsOf } from '#workers/objects/calls';
import { objectNamed } from '#workers/objects/stubs';

/** A message twice would be seen twice; without one, the log has it. Whoever watched a hub that has gone connects anew. */
const calls = callsOf<LiveHubRpc>('hub of live messages', { publish: 'once', subscribe: 'again', watching: 'again' });

export function liveHub(env: RegionEnv, tenant: string): LiveHubRpc {
  return objectNamed(calls, env.LIVE_HUB, env, tenant);
}
