/** The real object of a state machine for the tests of the API; its rows go straight into the index. */
import { env } from 'cloudflare:workers';
import { StateMachineObjectBase } from '#objects/state-machine';
import type { RegionEnv } from '#workers/env';
import { machineObjectPorts } from '#workers/machines/object-ports';
import { storesOf } from '#workers/stores';

const region = env as unknown as RegionEnv;

export class ApiStateMachineObject extends StateMachineObjectBase<unknown> {
  protected override readonly ports = machineObjectPorts(region, (row) => storesOf(region).machines.project([row]));
}
