/** Places of roles as the pages name them: `company`, `organization/org_…`, `project/prj_…`. Pure. */
import { atLeast, type Role } from '#contracts/access';
import type { OrganizationItem, ProjectItem } from './api-types';

export const COMPANY = 'company';

export interface PlaceOption {
  value: string;
  label: string;
  /** The reader's own role there, as far as it is known. */
  role?: Role;
}

/** The company first, then each organization with its projects. Somebody may see a project and not its organization. */
export function placeOptions(organizations: OrganizationItem[], projects: ProjectItem[], company?: Role | null): PlaceOption[] {
  const ids = new Set([...organizations.map(({ id }) => id), ...projects.map(({ organization }) => organization)]);
  const known = new Map(organizations.map((organization) => [organization.id, organization]));
  const options: PlaceOption[] = [{ value: COMPANY, label: 'The company', ...(company ? { role: company } : {}) }];
  for (const id of ids) {
    const within = projects.filter(({ organization }) => organization === id);
    const own = known.get(id);
    const name = own?.name ?? within[0]!.organization_name;
    if (own) options.push({ value: `organization/${id}`, label: name, role: own.your_role });
    for (const project of within) options.push({ value: `project/${project.id}`, label: `${name} / ${project.name}`, role: project.your_role });
  }
  return options;
}

/** Those in which the reader may give roles and make keys. */
export function placesOfAdmin(options: readonly PlaceOption[]): PlaceOption[] {
  return options.filter(({ role }) => atLeast(role, 'admin'));
}

/** What the API is told of a place: nothing for the company. */
export function placeFields(value: string): { organization?: string; project?: string } {
  const [level, id] = value.split('/');
  if (!id) return {};
  return level === 'project' ? { project: id } : { organization: id };
}

/** Path of the members of a place. */
export function membersPath(value: string): string {
  const [level, id] = value.split('/');
  return id ? `/api/v1/${level === 'project' ? 'projects' : 'organizations'}/${encodeURIComponent(id)}/members` : '/api/v1/members';
}

/** Where roles hold in `value` as well: the company, and the organization of a project. */
export function placesAbove(value: string, projects: readonly Pick<ProjectItem, 'id' | 'organization'>[]): string[] {
  if (value === COMPANY) return [];
  const project = projects.find(({ id }) => value === `project/${id}`);
  return project ? [COMPANY, `organization/${project.organization}`] : [COMPANY];
}

export function placeOf({ organization, project }: { organization?: string; project?: string }): string {
  if (project) return `project/${project}`;
  return organization ? `organization/${organization}` : COMPANY;
}

/** Within a sentence. */
export function whereOf(options: PlaceOption[], value: string): string {
  return value === COMPANY ? 'the company' : labelOf(options, value);
}

/** Its name where it is known, else its id. */
export function labelOf(options: PlaceOption[], value: string): string {
  return options.find((option) => option.value === value)?.label ?? value.split('/')[1] ?? value;
}
