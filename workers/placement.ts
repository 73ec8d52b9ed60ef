/**
 * Where objects are created, from the variable PLACEMENT: `jurisdiction:eu` is a promise of the platform, `hint:enam` a wish.
 * The local runtime knows no jurisdictions; there each region has storage of its own instead.
 */
import type { RegionEnv } from '#workers/env';

type Placed = Pick<RegionEnv, 'PLACEMENT' | 'MODE'>;

/** The namespace in which this region's objects have their ids. Publishers and readers must both go through it. */
export function inRegion<T extends Rpc.DurableObjectBranded | undefined>(namespace: DurableObjectNamespace<T>, env: Placed): DurableObjectNamespace<T> {
  const [kind, place] = (env.PLACEMENT ?? '').split(':');
  if (kind !== 'jurisdiction' || env.MODE !== 'hosted') return namespace;
  return namespace.jurisdiction(place as DurableObjectJurisdiction);
}

/** Options of `get` for an object that may not exist yet. */
export function placementOptions(env: Placed): DurableObjectNamespaceGetDurableObjectOptions {
  const [kind, place] = (env.PLACEMENT ?? '').split(':');
  return kind === 'hint' ? { locationHint: place as DurableObjectLocationHint } : {};
}
