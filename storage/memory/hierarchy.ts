/** Memory twin of organizations and projects. */
import { DEFAULT_ORGANIZATION, DEFAULT_PROJECT } from '#contracts/access';
import type { Changed, HierarchyStore, Made, Organization, Project, ProjectFilter, Removed } from '#storage/access-ports';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { Page, PageRequest, WorkflowStore } from '#storage/platform-ports';

interface Company {
  organizations: Map<string, Organization>;
  projects: Map<string, Project>;
}

export class MemoryHierarchy implements HierarchyStore {
  readonly #companies = new Map<string, Company>();
  readonly #workflows: Pick<WorkflowStore, 'refsIn'>;

  constructor(workflows: Pick<WorkflowStore, 'refsIn'>) {
    this.#workflows = workflows;
  }

  async begin(tenant: string, now: number): Promise<void> {
    const { organizations, projects } = this.#of(tenant);
    if (!organizations.has(DEFAULT_ORGANIZATION)) organizations.set(DEFAULT_ORGANIZATION, { id: DEFAULT_ORGANIZATION, name: 'Default', created_at: now });
    if (!projects.has(DEFAULT_PROJECT))
      projects.set(DEFAULT_PROJECT, { id: DEFAULT_PROJECT, organization: DEFAULT_ORGANIZATION, name: 'Default', created_at: now });
  }

  async organization(tenant: string, id: string): Promise<Organization | null> {
    return this.#of(tenant).organizations.get(id) ?? null;
  }

  async organizations(tenant: string, { limit, cursor, ids }: PageRequest & { ids?: readonly string[] }): Promise<Page<Organization>> {
    const after = cursor === undefined ? '' : decodeCursor('organizations', ['string'], cursor)[0];
    const rows = [...this.#of(tenant).organizations.values()]
      .filter(({ id, name }) => name > after && (ids?.includes(id) ?? true))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
    return pageOf(rows.slice(0, limit + 1), limit, (last) => encodeCursor('organizations', [last.name]));
  }

  async createOrganization(tenant: string, organization: Organization): Promise<Made> {
    const { organizations } = this.#of(tenant);
    if ([...organizations.values()].some(({ name }) => name === organization.name)) return 'name_taken';
    organizations.set(organization.id, { ...organization });
    return 'made';
  }

  async renameOrganization(tenant: string, id: string, name: string): Promise<Changed> {
    const { organizations } = this.#of(tenant);
    const known = organizations.get(id);
    if (!known) return 'unknown';
    if ([...organizations.values()].some((other) => other.id !== id && other.name === name)) return 'name_taken';
    organizations.set(id, { ...known, name });
    return 'changed';
  }

  async removeOrganization(tenant: string, id: string): Promise<Removed> {
    const { organizations, projects } = this.#of(tenant);
    if (!organizations.has(id)) return 'unknown';
    if (id === DEFAULT_ORGANIZATION || [...projects.values()].some(({ organization }) => organization === id)) return 'not_empty';
    organizations.delete(id);
    return 'removed';
  }

  async project(tenant: string, id: string): Promise<Project | null> {
    return this.#of(tenant).projects.get(id) ?? null;
  }

  async projects(tenant: string, { limit, cursor, organization, ids }: ProjectFilter): Promise<Page<Project>> {
    const after = cursor === undefined ? '' : decodeCursor('projects', ['string', 'string'], cursor).join('\u0000');
    const rows = [...this.#of(tenant).projects.values()]
      .filter((project) => (organization === undefined || project.organization === organization) && (ids?.includes(project.id) ?? true))
      .filter((project) => placeOf(project) > after)
      .sort((left, right) => (placeOf(left) < placeOf(right) ? -1 : 1));
    return pageOf(rows.slice(0, limit + 1), limit, (last) => encodeCursor('projects', [last.organization, last.name]));
  }

  async createProject(tenant: string, project: Project): Promise<Made> {
    const { projects } = this.#of(tenant);
    if ([...projects.values()].some((other) => placeOf(other) === placeOf(project))) return 'name_taken';
    projects.set(project.id, { ...project });
    return 'made';
  }

  async changeProject(tenant: string, id: string, change: { name: string; organization: string }): Promise<Changed> {
    const { projects } = this.#of(tenant);
    const known = projects.get(id);
    if (!known) return 'unknown';
    const changed = { ...known, ...change };
    if ([...projects.values()].some((other) => other.id !== id && placeOf(other) === placeOf(changed))) return 'name_taken';
    projects.set(id, changed);
    return 'changed';
  }

  async removeProject(tenant: string, id: string): Promise<Removed> {
    const { projects } = this.#of(tenant);
    if (!projects.has(id)) return 'unknown';
    const inside = await this.#workflows.refsIn(tenant, [id]);
    if (id === DEFAULT_PROJECT || inside.some(({ deleted }) => !deleted)) return 'not_empty';
    projects.delete(id);
    return 'removed';
  }

  async counts(tenant: string): Promise<{ organizations: number; projects: number }> {
    const { organizations, projects } = this.#of(tenant);
    return { organizations: organizations.size, projects: projects.size };
  }

  #of(tenant: string): Company {
    const company = this.#companies.get(tenant) ?? { organizations: new Map(), projects: new Map() };
    this.#companies.set(tenant, company);
    return company;
  }
}

function placeOf({ organization, name }: Project): string {
  return `${organization}\u0000${name}`;
}
