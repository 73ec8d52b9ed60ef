/** Calls that name their tenant in the path. */
import { Problem } from '#contracts/problems';
import type { Call } from '#workers/api/endpoint';

/** Throws Problem('unknown_tenant') where the path names another tenant than the caller acts for. */
export function ownTenant<C extends Call>(call: C): C {
  if (call.params.tenant === call.tenant) return call;
  throw new Problem('unknown_tenant', `There is no tenant ${call.params.tenant!.slice(0, 63)}.`);
}
