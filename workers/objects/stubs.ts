/** From a name to an object in this region, behind the door of its class. */
import type { ErasableRpc } from '#contracts/erasure';
import type { CarriableRpc } from '#contracts/moving';
import type { RegionEnv } from '#workers/env';
import type { CallPlan } from '#workers/objects/calls';
import { inRegion, placementOptions } from '#workers/placement';

type Placed = Pick<RegionEnv, 'PLACEMENT' | 'MODE'>;

/** The object of that name, which is made by its first call. */
export function objectNamed<R, T extends Rpc.DurableObjectBranded | undefined>(
  calls: (open: () => object) => R,
  namespace: DurableObjectNamespace<T>,
  env: Placed,
  name: string,
): R {
  const placed = inRegion(namespace, env);
  const options = placementOptions(env);
  return calls(() => placed.getByName(name, options));
}

/** What is gone is gone. */
export const ERASABLE: CallPlan<ErasableRpc> = { erase: 'again' };

/** Unpacking goes part by part, each behind the one before: who was cut off begins anew with the first. */
export const CARRIABLE: CallPlan<CarriableRpc> = { carry: (args) => (args[0].do === 'unpack' ? undefined : args) };
