/** Places of roles as the reader sees them, with the own role in each. */
import type { RequestEventCommon } from '@builder.io/qwik-city';
import { get } from './api';
import type { MeItem, OrganizationItem, ProjectItem } from './api-types';
import { type PlaceOption, placeOptions } from './places';
import { getAll } from './roster';

export interface Places {
  options: PlaceOption[];
  projects: ProjectItem[];
}

export async function loadPlaces(event: RequestEventCommon): Promise<Places> {
  const [me, organizations, projects] = await Promise.all([
    get<MeItem>(event, '/api/v1/auth/me'),
    getAll<OrganizationItem>(event, '/api/v1/organizations'),
    getAll<ProjectItem>(event, '/api/v1/projects'),
  ]);
  const known = projects.ok ? projects.value : [];
  return { options: placeOptions(organizations.ok ? organizations.value : [], known, me.ok ? me.value.role : null), projects: known };
}
