/** Places of roles, as requests name them and as answers show them. */
import { COMPANY, type PlaceRef } from '#contracts/access';
import { unknownOrganization, unknownProject } from '#workers/api/unknown';
import type { Access } from '#workers/identity/access';
import type { Stores } from '#workers/stores';

export interface NamedPlace {
  organization?: string;
  project?: string;
}

/** The company when neither is named. */
export function placeOf({ organization, project }: NamedPlace): PlaceRef {
  if (project !== undefined) return { level: 'project', id: project };
  return organization === undefined ? COMPANY : { level: 'organization', id: organization };
}

export function namedPlace({ level, id }: PlaceRef): NamedPlace {
  return level === 'company' ? {} : { [level]: id };
}

/** The caller's role there; throws Problem when there is no such place, none for the caller, or the role is too low. */
export async function roleIn(call: { access: Access; stores: Pick<Stores, 'hierarchy'>; tenant: string }, place: PlaceRef) {
  const { access, stores, tenant } = call;
  if (place.level === 'company') return access.inCompany();
  const unknown = place.level === 'project' ? unknownProject(place.id) : unknownOrganization(place.id);
  const role = access.at(place, unknown);
  const found = place.level === 'project' ? await stores.hierarchy.project(tenant, place.id) : await stores.hierarchy.organization(tenant, place.id);
  if (!found) throw unknown;
  return role;
}
