/** From a pipeline and key to the gate's object. */
import type { GateRpc } from '#contracts/admission';
import type { RegionEnv } from '#workers/env';
import { callsOf } from '#workers/objects/calls';
import { objectNamed } from '#workers/objects/stubs';

/** Who is known to the gate is known by their id. */
const calls = callsOf<GateRpc>('gate of the pipeline', { enter: 'again', leave: 'again', standing: 'again' });

export function gateStub(env: RegionEnv, name: string): GateRpc {
  return objectNamed(calls, env.GATE, env, name);
}
