/** Places of roles as the pages name them: `company`, `organization/org_…`, `project/prj_…`. Pure. */
import type { OrganizationItem, ProjectItem } from './api-types';

export const COMPANY = 'company';

export interface PlaceOption {
  value: string;
  label: string;
}

/** The company first, then each organization with its projects. Somebody may see a project and not its organization. */
export function placeOptions(organizations: OrganizationItem[], projects: ProjectItem[]): PlaceOption[] {
  const ids = new Set([...organizations.map(({ id }) => id), ...projects.map(({ organization }) => organization)]);
  const known = new Map(organizations.map(({ id, name }) => [id, name]));
  const options: PlaceOption[] = [{ value: COMPANY, label: 'The company' }];
  for (const id of ids) {
    const within = projects.filter(({ organization }) => organization === id);
    const name = known.get(id) ?? within[0]!.organization_name;
    if (known.has(id)) options.push({ value: `organization/${id}`, label: name });
    for (const project of within) options.push({ value: `project/${project.id}`, label: `${name} / ${project.name}` });
  }
  return options;
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
