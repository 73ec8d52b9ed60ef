/** The real circuit breaker over the region's rows, on the clock of the test. */
import { env } from 'cloudflare:workers';
import { BreakerObjectBase, type BreakerObjectPorts } from '#objects/breaker';
import type { RegionEnv } from '#workers/env';
import { storesOf } from '#workers/stores';

const region = env as unknown as RegionEnv;

export class ApiBreakerObject extends BreakerObjectBase {
  protected override readonly ports: BreakerObjectPorts;

  constructor(ctx: DurableObjectState, bindings: object) {
    super(ctx, bindings);
    this.ports = { rows: storesOf(region).breakers, now: () => Date.now() };
  }
}
