/**
 * Organizations and projects.
 *
 * 1. Names are unique by index, so that of two at the same moment one is refused.
 * 2. What is removed is empty at that moment: the statement that removes it looks itself.
 */
import { and, asc, eq, gt, ne, notExists, or, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { DEFAULT_ORGANIZATION, DEFAULT_PROJECT } from '#contracts/access';
import type { Changed, HierarchyStore, Made, Organization, Project, ProjectFilter, Removed } from '#storage/access-ports';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { organizations, projects } from '#storage/d1/access-schema';
import { inTexts } from '#storage/d1/text-list';
import { workflows } from '#storage/d1/workflow-schema';
import type { Page, PageRequest } from '#storage/platform-ports';

const DEFAULT_NAME = 'Default';

export class D1Hierarchy implements HierarchyStore {
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#db = drizzle(d1);
  }

  async begin(tenant: string, now: number): Promise<void> {
    await this.#db.batch([
      this.#db.insert(organizations).values({ tenant, id: DEFAULT_ORGANIZATION, name: DEFAULT_NAME, createdAt: now }).onConflictDoNothing(),
      this.#db
        .insert(projects)
        .values({ tenant, id: DEFAULT_PROJECT, organization: DEFAULT_ORGANIZATION, name: DEFAULT_NAME, createdAt: now })
        .onConflictDoNothing(),
    ]);
  }

  async organization(tenant: string, id: string): Promise<Organization | null> {
    const row = await this.#db
      .select()
      .from(organizations)
      .where(and(eq(organizations.tenant, tenant), eq(organizations.id, id)))
      .get();
    return row ? organizationOf(row) : null;
  }

  async organizations(tenant: string, { limit, cursor, ids }: PageRequest & { ids?: readonly string[] }): Promise<Page<Organization>> {
    const after = cursor === undefined ? undefined : decodeCursor('organizations', ['string'], cursor)[0];
    const rows = await this.#db
      .select()
      .from(organizations)
      .where(
        and(
          eq(organizations.tenant, tenant),
          after === undefined ? undefined : gt(organizations.name, after),
          ids === undefined ? undefined : inTexts(organizations.id, ids),
        ),
      )
      .orderBy(asc(organizations.name))
      .limit(limit + 1);
    return pageOf(rows.map(organizationOf), limit, (last) => encodeCursor('organizations', [last.name]));
  }

  async createOrganization(tenant: string, { id, name, created_at }: Organization): Promise<Made> {
    const made = await this.#db.insert(organizations).values({ tenant, id, name, createdAt: created_at }).onConflictDoNothing().returning();
    return made.length === 1 ? 'made' : 'name_taken';
  }

  async renameOrganization(tenant: string, id: string, name: string): Promise<Changed> {
    const taken = this.#db
      .select({ one: sql`1` })
      .from(sql`organizations AS other`)
      .where(sql`other.tenant = ${tenant} AND other.name = ${name} AND other.id <> ${id}`);
    const changed = await this.#db
      .update(organizations)
      .set({ name })
      .where(and(eq(organizations.tenant, tenant), eq(organizations.id, id), notExists(taken)))
      .returning();
    if (changed.length === 1) return 'changed';
    return (await this.organization(tenant, id)) ? 'name_taken' : 'unknown';
  }

  async removeOrganization(tenant: string, id: string): Promise<Removed> {
    const inside = this.#db
      .select({ one: sql`1` })
      .from(projects)
      .where(and(eq(projects.tenant, tenant), eq(projects.organization, id)));
    const removed = await this.#db
      .delete(organizations)
      .where(and(eq(organizations.tenant, tenant), eq(organizations.id, id), ne(organizations.id, DEFAULT_ORGANIZATION), notExists(inside)))
      .returning();
    if (removed.length === 1) return 'removed';
    return (await this.organization(tenant, id)) ? 'not_empty' : 'unknown';
  }

  async project(tenant: string, id: string): Promise<Project | null> {
    const row = await this.#db
      .select()
      .from(projects)
      .where(and(eq(projects.tenant, tenant), eq(projects.id, id)))
      .get();
    return row ? projectOf(row) : null;
  }

  async projects(tenant: string, { limit, cursor, organization, ids }: ProjectFilter): Promise<Page<Project>> {
    const after = cursor === undefined ? undefined : decodeCursor('projects', ['string', 'string'], cursor);
    const rows = await this.#db
      .select()
      .from(projects)
      .where(
        and(
          eq(projects.tenant, tenant),
          organization === undefined ? undefined : eq(projects.organization, organization),
          ids === undefined ? undefined : inTexts(projects.id, ids),
          after && or(gt(projects.organization, after[0]), and(eq(projects.organization, after[0]), gt(projects.name, after[1]))),
        ),
      )
      .orderBy(asc(projects.organization), asc(projects.name))
      .limit(limit + 1);
    return pageOf(rows.map(projectOf), limit, (last) => encodeCursor('projects', [last.organization, last.name]));
  }

  async createProject(tenant: string, { id, organization, name, created_at }: Project): Promise<Made> {
    const made = await this.#db.insert(projects).values({ tenant, id, organization, name, createdAt: created_at }).onConflictDoNothing().returning();
    return made.length === 1 ? 'made' : 'name_taken';
  }

  async changeProject(tenant: string, id: string, { name, organization }: { name: string; organization: string }): Promise<Changed> {
    const taken = this.#db
      .select({ one: sql`1` })
      .from(sql`projects AS other`)
      .where(sql`other.tenant = ${tenant} AND other.organization = ${organization} AND other.name = ${name} AND other.id <> ${id}`);
    const changed = await this.#db
      .update(projects)
      .set({ name, organization })
      .where(and(eq(projects.tenant, tenant), eq(projects.id, id), notExists(taken)))
      .returning();
    if (changed.length === 1) return 'changed';
    return (await this.project(tenant, id)) ? 'name_taken' : 'unknown';
  }

  async removeProject(tenant: string, id: string): Promise<Removed> {
    const inside = this.#db
      .select({ one: sql`1` })
      .from(workflows)
      .where(and(eq(workflows.tenant, tenant), eq(workflows.project, id), sql`${workflows.deletedAt} IS NULL`));
    const removed = await this.#db
      .delete(projects)
      .where(and(eq(projects.tenant, tenant), eq(projects.id, id), ne(projects.id, DEFAULT_PROJECT), notExists(inside)))
      .returning();
    if (removed.length === 1) return 'removed';
    return (await this.project(tenant, id)) ? 'not_empty' : 'unknown';
  }

  async counts(tenant: string): Promise<{ organizations: number; projects: number }> {
    const [first, second] = await Promise.all([
      this.#db.$count(organizations, eq(organizations.tenant, tenant)),
      this.#db.$count(projects, eq(projects.tenant, tenant)),
    ]);
    return { organizations: first, projects: second };
  }
}

function organizationOf({ id, name, createdAt }: typeof organizations.$inferSelect): Organization {
  return { id, name, created_at: createdAt };
}

function projectOf({ id, organization, name, createdAt }: typeof projects.$inferSelect): Project {
  return { id, organization, name, created_at: createdAt };
}
