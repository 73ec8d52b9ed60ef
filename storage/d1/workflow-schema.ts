/** Tables of documents, their versions, and what runs where. `migrations/region/*.sql` is what is applied; a test holds the two equal. */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { DEFAULT_PROJECT } from '#contracts/access';
import type { Route } from '#contracts/definition';
import type { JsonObject } from '#contracts/json';
import type { DeploymentStatus } from '#storage/platform-ports';

export const workflows = sqliteTable(
  'workflows',
  {
    id: text('id').primaryKey(),
    tenant: text('tenant').notNull(),
    name: text('name').notNull(),
    latestVersion: integer('latest_version').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    deletedAt: integer('deleted_at'),
    project: text('project').notNull().default(DEFAULT_PROJECT),
  },
  (table) => [
    uniqueIndex('workflows_name').on(table.tenant, table.name).where(sql`deleted_at IS NULL`),
    index('workflows_project').on(table.tenant, table.project),
  ],
);

export const workflowVersions = sqliteTable(
  'workflow_versions',
  {
    workflowId: text('workflow_id').notNull(),
    version: integer('version').notNull(),
    hash: text('hash').notNull(),
    pipelines: text('pipelines', { mode: 'json' }).$type<string[]>().notNull(),
    routes: text('routes', { mode: 'json' }).$type<Route[]>().notNull(),
    label: text('label'),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workflowId, table.version] })],
);

/** What was deployed, ever. Under (tenant, created_at, id), so that the table is the list. */
export const deployments = sqliteTable(
  'deployments',
  {
    tenant: text('tenant').notNull(),
    createdAt: integer('created_at').notNull(),
    id: text('id').notNull(),
    workflowId: text('workflow_id').notNull(),
    workflow: text('workflow').notNull(),
    version: integer('version').notNull(),
    hash: text('hash').notNull(),
    environment: text('environment').notNull(),
    status: text('status').$type<DeploymentStatus>().notNull(),
    createdBy: text('created_by').notNull(),
    origin: text('origin').$type<'deploy' | 'promote' | 'rollback'>().notNull(),
    /** What was active before it, and what a rollback goes to. */
    replaces: text('replaces'),
    overrides: text('overrides', { mode: 'json' }).$type<JsonObject>(),
    approvedBy: text('approved_by'),
    pipelines: text('pipelines', { mode: 'json' }).$type<string[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.createdAt, table.id] }), uniqueIndex('deployments_id').on(table.tenant, table.id)],
);

/** What runs where: one row for a workflow in an environment, with all that a request needs. */
export const activeDeployments = sqliteTable(
  'active_deployments',
  {
    tenant: text('tenant').notNull(),
    environment: text('environment').notNull(),
    workflow: text('workflow').notNull(),
    workflowId: text('workflow_id').notNull(),
    deploymentId: text('deployment_id').notNull(),
    version: integer('version').notNull(),
    hash: text('hash').notNull(),
    pipelines: text('pipelines', { mode: 'json' }).$type<string[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.environment, table.workflow] })],
);
