/**
 * Workflows and their versions.
 *
 * 1. Versions are 1, 2, 3, … without a gap: the number is the table's key, and who comes second reads again and takes the next.
 * 2. A version never changes; deleting a workflow hides it and frees its name.
 */
import { and, asc, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { Problem } from '#contracts/problems';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { inTexts } from '#storage/d1/text-list';
import { workflows, workflowVersions } from '#storage/d1/workflow-schema';
import type { NewVersion, Page, PageRequest, Workflow, WorkflowRef, WorkflowStore, WorkflowVersion } from '#storage/platform-ports';

/** Writers of one workflow at the same moment that are let through in turn. */
const MAX_TURNS = 5;

type WorkflowRow = typeof workflows.$inferSelect;
type VersionRow = typeof workflowVersions.$inferSelect;

export class D1Workflows implements WorkflowStore {
  readonly #d1: D1Database;
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#d1 = d1;
    this.#db = drizzle(d1);
  }

  async create(
    tenant: string,
    workflow: { id: string; name: string; project: string },
    version: NewVersion,
  ): Promise<{ created: true } | { created: false; id: string }> {
    const { id, name, project } = workflow;
    const [made] = await this.#d1.batch([
      this.#d1
        .prepare(
          'INSERT INTO workflows (id, tenant, name, latest_version, created_at, updated_at, project) VALUES (?1, ?2, ?3, 1, ?4, ?4, ?5) ON CONFLICT DO NOTHING RETURNING id',
        )
        .bind(id, tenant, name, version.created_at, project),
      this.#insertVersion(id, 1, version, 'EXISTS (SELECT 1 FROM workflows WHERE id = ?1)'),
    ]);
    if (made!.results.length === 1) return { created: true };
    const holder = await this.#named(tenant, name);
    if (!holder) throw new Problem('internal', 'The name of the workflow was freed at the same moment. Try again.');
    return { created: false, id: holder.id };
  }

  async addVersion(tenant: string, id: string, version: NewVersion): Promise<{ version: WorkflowVersion; changed: boolean } | null> {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const workflow = await this.#byId(tenant, id);
      if (!workflow) return null;
      const latest = await this.version(tenant, id, workflow.latestVersion);
      if (latest?.hash === version.hash) return { version: latest, changed: false };
      const next = workflow.latestVersion + 1;
      const [made] = await this.#d1.batch([
        this.#insertVersion(id, next, version, 'EXISTS (SELECT 1 FROM workflows WHERE id = ?1 AND deleted_at IS NULL)'),
        this.#d1
          .prepare('UPDATE workflows SET latest_version = ?1, updated_at = ?2 WHERE id = ?3 AND latest_version = ?1 - 1 AND deleted_at IS NULL')
          .bind(next, version.created_at, id),
      ]);
      if (made!.results.length === 1) return { version: { ...version, workflow_id: id, version: next }, changed: true };
    }
    throw new Problem('internal', 'The workflow is being changed by many at once. Try again.');
  }

  async find(tenant: string, idOrName: string): Promise<Workflow | null> {
    const row = (await this.#byId(tenant, idOrName)) ?? (await this.#named(tenant, idOrName));
    return row ? workflowOf(row) : null;
  }

  async list(tenant: string, page: PageRequest & { projects?: readonly string[] }): Promise<Page<Workflow & { latest: WorkflowVersion }>> {
    const after = page.cursor === undefined ? undefined : decodeCursor('workflows', ['string'], page.cursor)[0];
    const rows = await this.#db
      .select({ workflow: workflows, latest: workflowVersions })
      .from(workflows)
      .innerJoin(workflowVersions, and(eq(workflowVersions.workflowId, workflows.id), eq(workflowVersions.version, workflows.latestVersion)))
      .where(
        and(
          eq(workflows.tenant, tenant),
          sql`${workflows.deletedAt} IS NULL`,
          after === undefined ? undefined : gt(workflows.name, after),
          page.projects === undefined ? undefined : inTexts(workflows.project, page.projects),
        ),
      )
      .orderBy(asc(workflows.name))
      .limit(page.limit + 1);
    const items = rows.map((row) => ({ ...workflowOf(row.workflow), latest: versionOf(row.latest) }));
    return pageOf(items, page.limit, (last) => encodeCursor('workflows', [last.name]));
  }

  async versions(tenant: string, id: string, page: PageRequest): Promise<Page<WorkflowVersion>> {
    if (!(await this.#byId(tenant, id))) return { items: [], next_cursor: null };
    const before = page.cursor === undefined ? undefined : decodeCursor('versions', ['number'], page.cursor)[0];
    const rows = await this.#db
      .select()
      .from(workflowVersions)
      .where(and(eq(workflowVersions.workflowId, id), before === undefined ? undefined : lt(workflowVersions.version, before)))
      .orderBy(desc(workflowVersions.version))
      .limit(page.limit + 1);
    return pageOf(rows.map(versionOf), page.limit, (last) => encodeCursor('versions', [last.version]));
  }

  async version(tenant: string, id: string, version: number): Promise<WorkflowVersion | null> {
    const row = await this.#db
      .select({ version: workflowVersions })
      .from(workflowVersions)
      .innerJoin(workflows, eq(workflows.id, workflowVersions.workflowId))
      .where(and(eq(workflowVersions.workflowId, id), eq(workflowVersions.version, version), eq(workflows.tenant, tenant), isNull(workflows.deletedAt)))
      .get();
    return row ? versionOf(row.version) : null;
  }

  async move(tenant: string, id: string, project: string): Promise<boolean> {
    const moved = await this.#db
      .update(workflows)
      .set({ project })
      .where(and(eq(workflows.id, id), eq(workflows.tenant, tenant), isNull(workflows.deletedAt)))
      .returning({ id: workflows.id });
    return moved.length === 1;
  }

  async refOf(tenant: string, id: string): Promise<WorkflowRef | null> {
    const row = await this.#db
      .select()
      .from(workflows)
      .where(and(eq(workflows.id, id), eq(workflows.tenant, tenant)))
      .get();
    return row ? refOf(row) : null;
  }

  async refsIn(tenant: string, projects: readonly string[]): Promise<WorkflowRef[]> {
    const rows = await this.#db
      .select()
      .from(workflows)
      .where(and(eq(workflows.tenant, tenant), inTexts(workflows.project, projects)));
    return rows.map(refOf);
  }

  async remove(tenant: string, id: string, now: number): Promise<boolean> {
    const removed = await this.#db
      .update(workflows)
      .set({ deletedAt: now })
      .where(and(eq(workflows.id, id), eq(workflows.tenant, tenant), isNull(workflows.deletedAt)))
      .returning({ id: workflows.id });
    return removed.length === 1;
  }

  #byId(tenant: string, id: string): Promise<WorkflowRow | undefined> {
    return this.#db
      .select()
      .from(workflows)
      .where(and(eq(workflows.id, id), eq(workflows.tenant, tenant), isNull(workflows.deletedAt)))
      .get();
  }

  #named(tenant: string, name: string): Promise<WorkflowRow | undefined> {
    return this.#db
      .select()
      .from(workflows)
      .where(and(eq(workflows.tenant, tenant), eq(workflows.name, name), sql`${workflows.deletedAt} IS NULL`))
      .get();
  }

  /** Nothing where the number is taken or the condition does not hold. */
  #insertVersion(id: string, number: number, version: NewVersion, condition: string): D1PreparedStatement {
    return this.#d1
      .prepare(
        `INSERT INTO workflow_versions (workflow_id, version, hash, pipelines, routes, label, created_at, created_by)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE ${condition} ON CONFLICT DO NOTHING RETURNING version`,
      )
      .bind(
        id,
        number,
        version.hash,
        JSON.stringify(version.pipelines),
        JSON.stringify(version.routes),
        version.label ?? null,
        version.created_at,
        version.created_by,
      );
  }
}

function workflowOf(row: WorkflowRow): Workflow {
  return { id: row.id, name: row.name, project: row.project, latest_version: row.latestVersion, created_at: row.createdAt, updated_at: row.updatedAt };
}

function refOf(row: WorkflowRow): WorkflowRef {
  return { id: row.id, name: row.name, project: row.project, deleted: row.deletedAt !== null };
}

function versionOf(row: VersionRow): WorkflowVersion {
  return {
    workflow_id: row.workflowId,
    version: row.version,
    hash: row.hash,
    pipelines: row.pipelines,
    routes: row.routes,
    ...(row.label === null ? {} : { label: row.label }),
    created_at: row.createdAt,
    created_by: row.createdBy,
  };
}
