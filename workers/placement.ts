/**
 * Where objects are.
 *
 * 1. PLACEMENT says where they are created: `jurisdiction:eu` is a promise of the platform, `hint:enam` a wish.
 * 2. The local runtime knows no jurisdictions; there each region has storage of its own instead.
 * 3. Who makes an object and who finds it go through the same function, or they would speak to different ones.
 */
import type { RegionEnv } from '#workers/env';
import { isHosted } from '#workers/mode';

type Placed = Pick<RegionEnv, 'PLACEMENT' | 'MODE'>;

/** The part of the namespace in which this region's objects live. */
export function inRegion<T extends Rpc.DurableObjectBranded | undefined>(namespace: DurableObjectNamespace<T>, env: Placed): DurableObjectNamespace<T> {
  const [kind, place] = (env.PLACEMENT ?? '').split(':');
  if (kind !== 'jurisdiction' || !isHosted(env)) return namespace;
  return namespace.jurisdiction(place as DurableObjectJurisdiction);
}

/** Options of `get` for an object that may not exist yet. */
export function placementOptions(env: Placed): DurableObjectNamespaceGetDurableObjectOptions {
  const [kind, place] = (env.PLACEMENT ?? '').split(':');
  return kind === 'hint' ? { locationHint: place as DurableObjectLocationHint } : {};
}
