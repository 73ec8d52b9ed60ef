/** The real gate, for the tests of the API. */
import { env } from 'cloudflare:workers';
import { GateObjectBase } from '#objects/gate';
import type { GatePeers } from '#objects/gate-core';
import type { RegionEnv } from '#workers/env';
import { gatePeers } from '#workers/gate-peers';

export class ApiGateObject extends GateObjectBase<unknown> {
  protected override readonly peers: GatePeers = gatePeers(env as unknown as RegionEnv);
}
