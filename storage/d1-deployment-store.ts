/**
 * What runs where, and what ran before.
 *
 * 1. One transaction moves the pointer: the new deployment's row, the old one's status, the active row; all or none.
 * 2. What a request reads is one row under its own key, kept in the isolate for at most two seconds, and dropped at once
 *    where this isolate deploys. What is not deployed is not remembered.
 */
import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { inTexts } from '#storage/d1/text-list';
import { activeDeployments, deployments } from '#storage/d1/workflow-schema';
import { IsolateCache } from '#storage/isolate-cache';
import type { Deployment, DeploymentFilter, DeploymentLedger, NewDeployment, Page } from '#storage/platform-ports';
import type { ActiveDeployment } from '#storage/ports';

const ACTIVE_LIFETIME_MS = 2000;

type ActiveRow = typeof activeDeployments.$inferSelect;
interface Active {
  deployment: ActiveDeployment;
  pipelines: string[];
}

/** Keys: `{tenant}/{environment}/{workflow}`, and `{tenant}/{environment}/` for the list. */
export type DeploymentCache = IsolateCache<Active[]>;

export function createDeploymentCache(now?: () => number): DeploymentCache {
  return new IsolateCache({ max: 2000, ttlMs: ACTIVE_LIFETIME_MS, now });
}

export class D1DeploymentStore implements DeploymentLedger {
  readonly #d1: D1Database;
  readonly #db: DrizzleD1Database;
  readonly #cache: DeploymentCache;

  constructor(d1: D1Database, cache: DeploymentCache = createDeploymentCache()) {
    this.#d1 = d1;
    this.#db = drizzle(d1);
    this.#cache = cache;
  }

  async active(tenant: string, workflow: string, environment: string): Promise<ActiveDeployment | null> {
    const found = await this.#cached(tenant, environment, workflow);
    return found[0]?.deployment ?? null;
  }

  async list(tenant: string, environment: string): Promise<ActiveDeployment[]> {
    return (await this.#all(tenant, environment)).map((active) => active.deployment);
  }

  async withPipeline(tenant: string, environment: string, pipeline: string): Promise<ActiveDeployment[]> {
    const all = await this.#all(tenant, environment);
    return all.filter((active) => active.pipelines.includes(pipeline)).map((active) => active.deployment);
  }

  async deploy(tenant: string, deployment: NewDeployment): Promise<Deployment> {
    const made = await this.#activate(tenant, deployment, { replaces: null, from: null });
    return made!;
  }

  rollBack(tenant: string, from: string, deployment: NewDeployment, replaces: string | null): Promise<Deployment | null> {
    return this.#activate(tenant, deployment, { replaces, from });
  }

  async get(tenant: string, deploymentId: string): Promise<Deployment | null> {
    const row = await this.#db
      .select()
      .from(deployments)
      .where(and(eq(deployments.tenant, tenant), eq(deployments.id, deploymentId)))
      .get();
    return row ? deploymentOf(row) : null;
  }

  async history(tenant: string, filter: DeploymentFilter): Promise<Page<Deployment>> {
    const conditions: SQL[] = [eq(deployments.tenant, tenant)];
    if (filter.workflow_ids !== undefined) conditions.push(inTexts(deployments.workflowId, filter.workflow_ids));
    if (filter.environment !== undefined) conditions.push(eq(deployments.environment, filter.environment));
    if (filter.status !== undefined) conditions.push(eq(deployments.status, filter.status));
    if (filter.cursor !== undefined) {
      const [createdAt, id] = decodeCursor('deployments', ['number', 'string'], filter.cursor);
      conditions.push(sql`(${deployments.createdAt}, ${deployments.id}) < (${createdAt}, ${id})`);
    }
    const rows = await this.#db
      .select()
      .from(deployments)
      .where(and(...conditions))
      .orderBy(desc(deployments.createdAt), desc(deployments.id))
      .limit(filter.limit + 1);
    return pageOf(rows.map(deploymentOf), filter.limit, (last) => encodeCursor('deployments', [last.created_at, last.deployment_id]));
  }

  async activeOf(tenant: string, workflowIds: string[]): Promise<ActiveDeployment[]> {
    const found: ActiveDeployment[] = [];
    // Parameters of a statement end at 100.
    for (let from = 0; from < workflowIds.length; from += 90) {
      const rows = await this.#db
        .select()
        .from(activeDeployments)
        .where(and(eq(activeDeployments.tenant, tenant), inArray(activeDeployments.workflowId, workflowIds.slice(from, from + 90))));
      found.push(...rows.map((row) => activeOf(row).deployment));
    }
    return found;
  }

  async everywhere(tenant: string): Promise<(ActiveDeployment & { pipelines: string[] })[]> {
    const rows = await this.#db.select().from(activeDeployments).where(eq(activeDeployments.tenant, tenant));
    return rows.map((row) => ({ ...activeOf(row).deployment, pipelines: row.pipelines }));
  }

  async removeWorkflow(tenant: string, workflowId: string): Promise<void> {
    await this.#db.batch([
      this.#db
        .update(deployments)
        .set({ status: 'removed' })
        .where(and(eq(deployments.tenant, tenant), eq(deployments.workflowId, workflowId), eq(deployments.status, 'active'))),
      this.#db.delete(activeDeployments).where(and(eq(activeDeployments.tenant, tenant), eq(activeDeployments.workflowId, workflowId))),
    ]);
    this.#cache.deletePrefix(`${tenant}/`);
  }

  /** `from`: only when this one is still active, which becomes `rolled_back`. */
  async #activate(tenant: string, next: NewDeployment, order: { from: string | null; replaces: string | null }): Promise<Deployment | null> {
    const current = 'SELECT deployment_id FROM active_deployments WHERE tenant = ?1 AND environment = ?2 AND workflow = ?3';
    const place = [tenant, next.environment, next.workflow] as const;
    // The statements after the first do something only if the first did.
    const made = 'EXISTS (SELECT 1 FROM deployments WHERE tenant = ?1 AND id = ?4)';
    const pipelines = JSON.stringify(next.pipelines);
    const [inserted] = await this.#d1.batch<{ replaces: string | null }>([
      this.#d1
        .prepare(
          `INSERT INTO deployments (tenant, environment, workflow, id, workflow_id, version, hash, created_at, status, created_by, origin, overrides, approved_by, pipelines, replaces)
           SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'active', ?9, ?10, ?11, ?12, ?13, CASE WHEN ?14 IS NULL THEN (${current}) ELSE ?15 END
           WHERE ?14 IS NULL OR ?14 = (${current}) RETURNING replaces`,
        )
        .bind(
          ...place,
          next.deployment_id,
          next.workflow_id,
          next.version,
          next.hash,
          next.created_at,
          next.created_by,
          next.origin,
          next.config_overrides ? JSON.stringify(next.config_overrides) : null,
          next.approved_by ?? null,
          pipelines,
          order.from,
          order.replaces,
        ),
      this.#d1
        .prepare(`UPDATE deployments SET status = ?5 WHERE tenant = ?1 AND id = (${current}) AND ${made}`)
        .bind(...place, next.deployment_id, order.from === null ? 'superseded' : 'rolled_back'),
      this.#d1
        .prepare(
          `INSERT OR REPLACE INTO active_deployments (tenant, environment, workflow, deployment_id, workflow_id, version, hash, pipelines)
           SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE ${made}`,
        )
        .bind(...place, next.deployment_id, next.workflow_id, next.version, next.hash, pipelines),
    ]);
    this.#cache.deletePrefix(`${tenant}/${next.environment}/`);
    const row = inserted!.results[0];
    return row ? { ...next, status: 'active', replaces: row.replaces } : null;
  }

  #all(tenant: string, environment: string): Promise<Active[]> {
    return this.#cached(tenant, environment);
  }

  /** Of one workflow, or of all. */
  async #cached(tenant: string, environment: string, workflow?: string): Promise<Active[]> {
    const key = `${tenant}/${environment}/${workflow ?? ''}`;
    const cached = this.#cache.get(key);
    if (cached) return cached;
    const conditions = [eq(activeDeployments.tenant, tenant), eq(activeDeployments.environment, environment)];
    if (workflow !== undefined) conditions.push(eq(activeDeployments.workflow, workflow));
    const rows = await this.#db
      .select()
      .from(activeDeployments)
      .where(and(...conditions));
    const found = rows.map(activeOf);
    if (found.length > 0) this.#cache.set(key, found);
    return found;
  }
}

function activeOf(row: ActiveRow): Active {
  return {
    deployment: {
      deployment_id: row.deploymentId,
      workflow: row.workflow,
      workflow_id: row.workflowId,
      version: row.version,
      hash: row.hash,
      environment: row.environment,
    },
    pipelines: row.pipelines,
  };
}

function deploymentOf(row: typeof deployments.$inferSelect): Deployment {
  return {
    deployment_id: row.id,
    workflow: row.workflow,
    workflow_id: row.workflowId,
    version: row.version,
    hash: row.hash,
    environment: row.environment,
    status: row.status,
    created_at: row.createdAt,
    created_by: row.createdBy,
    origin: row.origin,
    replaces: row.replaces,
    ...(row.overrides === null ? {} : { config_overrides: row.overrides }),
    ...(row.approvedBy === null ? {} : { approved_by: row.approvedBy }),
    pipelines: row.pipelines,
  };
}
