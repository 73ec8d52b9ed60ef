/** Memory twin of the workflows. */
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { NewVersion, Page, PageRequest, Workflow, WorkflowRef, WorkflowStore, WorkflowVersion } from '#storage/platform-ports';

interface Entry {
  tenant: string;
  workflow: Workflow;
  versions: WorkflowVersion[];
  deleted: boolean;
}

export class MemoryWorkflows implements WorkflowStore {
  readonly #entries = new Map<string, Entry>();

  async create(
    tenant: string,
    workflow: { id: string; name: string; project: string },
    version: NewVersion,
  ): Promise<{ created: true } | { created: false; id: string }> {
    const holder = this.#of(tenant).find((entry) => entry.workflow.name === workflow.name);
    if (holder) return { created: false, id: holder.workflow.id };
    this.#entries.set(workflow.id, {
      tenant,
      workflow: { ...workflow, latest_version: 1, created_at: version.created_at, updated_at: version.created_at },
      versions: [{ ...version, workflow_id: workflow.id, version: 1 }],
      deleted: false,
    });
    return { created: true };
  }

  async addVersion(tenant: string, id: string, version: NewVersion): Promise<{ version: WorkflowVersion; changed: boolean } | null> {
    const entry = this.#entry(tenant, id);
    if (!entry) return null;
    const latest = entry.versions.at(-1)!;
    if (latest.hash === version.hash) return { version: latest, changed: false };
    const next = { ...version, workflow_id: id, version: latest.version + 1 };
    entry.versions.push(next);
    entry.workflow = { ...entry.workflow, latest_version: next.version, updated_at: version.created_at };
    return { version: next, changed: true };
  }

  async find(tenant: string, idOrName: string): Promise<Workflow | null> {
    const entry = this.#entry(tenant, idOrName) ?? this.#of(tenant).find(({ workflow }) => workflow.name === idOrName);
    return entry?.workflow ?? null;
  }

  async list(tenant: string, page: PageRequest & { projects?: readonly string[] }): Promise<Page<Workflow & { latest: WorkflowVersion }>> {
    const after = page.cursor === undefined ? '' : decodeCursor('workflows', ['string'], page.cursor)[0];
    const items = this.#of(tenant)
      .filter(({ workflow }) => workflow.name > after && (page.projects?.includes(workflow.project) ?? true))
      .sort((left, right) => (left.workflow.name < right.workflow.name ? -1 : 1))
      .slice(0, page.limit + 1)
      .map(({ workflow, versions }) => ({ ...workflow, latest: versions.at(-1)! }));
    return pageOf(items, page.limit, (last) => encodeCursor('workflows', [last.name]));
  }

  async versions(tenant: string, id: string, page: PageRequest): Promise<Page<WorkflowVersion>> {
    const before = page.cursor === undefined ? Number.POSITIVE_INFINITY : decodeCursor('versions', ['number'], page.cursor)[0];
    const rows = (this.#entry(tenant, id)?.versions ?? []).filter(({ version }) => version < before).reverse();
    return pageOf(rows.slice(0, page.limit + 1), page.limit, (last) => encodeCursor('versions', [last.version]));
  }

  async version(tenant: string, id: string, version: number): Promise<WorkflowVersion | null> {
    return this.#entry(tenant, id)?.versions.find((known) => known.version === version) ?? null;
  }

  async move(tenant: string, id: string, project: string): Promise<boolean> {
    const entry = this.#entry(tenant, id);
    if (entry) entry.workflow = { ...entry.workflow, project };
    return entry !== undefined;
  }

  async refOf(tenant: string, id: string): Promise<WorkflowRef | null> {
    const entry = this.#entries.get(id);
    return entry?.tenant === tenant ? refOf(entry) : null;
  }

  async refsIn(tenant: string, projects: readonly string[]): Promise<WorkflowRef[]> {
    return [...this.#entries.values()].filter((entry) => entry.tenant === tenant && projects.includes(entry.workflow.project)).map(refOf);
  }

  async remove(tenant: string, id: string, _now: number): Promise<boolean> {
    const entry = this.#entry(tenant, id);
    if (entry) entry.deleted = true;
    return entry !== undefined;
  }

  #entry(tenant: string, id: string): Entry | undefined {
    const entry = this.#entries.get(id);
    return entry && entry.tenant === tenant && !entry.deleted ? entry : undefined;
  }

  #of(tenant: string): Entry[] {
    return [...this.#entries.values()].filter((entry) => entry.tenant === tenant && !entry.deleted);
  }
}

function refOf({ workflow: { id, name, project }, deleted }: Entry): WorkflowRef {
  return { id, name, project, deleted };
}
