/** From a pipeline and key to the gate's object. */
import type { GateRpc } from '#contracts/admission';
import type { RegionEnv } from '#workers/env';
import { inRegion, placementOptions } from '#workers/placement';

export function gateStub(env: RegionEnv, name: string): GateRpc {
  return inRegion(env.GATE, env).getByName(name, placementOptions(env)) as unknown as GateRpc;
}
