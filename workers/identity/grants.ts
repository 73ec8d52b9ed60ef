/**
 * What somebody's roles come to in a place. Pure, but for `grantsOf`, which reads them.
 *
 * A role holds where it was given and everywhere below; of several the highest counts.
 */
import { type Grants, higherOf, type PlaceRef, type Role } from '#contracts/access';
import type { RegionEnv } from '#workers/env';
import { storesOf } from '#workers/stores';

/** Of a person (`usr_…`) or service account (`svc_…`). A change made elsewhere holds two seconds later at the latest. */
export function grantsOf(env: Pick<RegionEnv, 'DB' | 'STORE'>, tenant: string, subject: string): Promise<Grants> {
  return storesOf(env).members.grantsOf(tenant, subject);
}

/** In the place itself. A project's organization need not be named: what it gives is in `projects` already. */
export function roleAt(grants: Grants, place: PlaceRef): Role | undefined {
  if (place.level === 'company') return grants.company;
  const own = place.level === 'organization' ? grants.organizations : grants.projects;
  return higherOf(grants.company, Object.hasOwn(own, place.id) ? own[place.id] : undefined);
}

/** The highest that they have anywhere. */
export function strongestOf(grants: Grants): Role | undefined {
  return [...Object.values(grants.organizations), ...Object.values(grants.projects)].reduce<Role | undefined>(higherOf, grants.company);
}
