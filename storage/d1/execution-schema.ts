/** Tables of executions: the list, what they are found by, what they took, and what holds or waits for them. `migrations/region/*.sql` is what is applied; a test holds the two equal. */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Attributes } from '#contracts/attributes';
import type { ExecutionStatus } from '#contracts/execution';
import type { PackedMeasure } from '#contracts/metrics';

export const executions = sqliteTable(
  'executions',
  {
    tenant: text('tenant').notNull(),
    startedAt: integer('started_at').notNull(),
    executionId: text('execution_id').notNull(),
    /** Last event folded in; guards against older messages. */
    seq: integer('seq').notNull(),
    workflow: text('workflow').notNull(),
    workflowId: text('workflow_id').notNull(),
    version: integer('version').notNull(),
    environment: text('environment').notNull(),
    pipeline: text('pipeline').notNull(),
    status: text('status').$type<ExecutionStatus>().notNull(),
    trigger: text('trigger_type').notNull(),
    completedAt: integer('completed_at'),
    durationMs: integer('duration_ms'),
    currentStep: text('current_step'),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    /** Of one that has ended: what it took, packed. Last, so that lists need not read it. */
    measure: text('measure', { mode: 'json' }).$type<PackedMeasure>(),
    attributes: text('attributes', { mode: 'json' }).$type<Attributes>(),
    /** The key that it was started with, and until when that holds; null: without one. */
    idempotencyKey: text('idempotency_key'),
    idempotencyUntil: integer('idempotency_until'),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.startedAt, table.executionId] }),
    index('executions_open').on(table.tenant, table.status, table.startedAt).where(sql`status <> 'completed'`),
  ],
);

/** By what executions are found; a row for each attribute, of those alone that have some. */
export const executionAttributes = sqliteTable(
  'execution_attributes',
  {
    tenant: text('tenant').notNull(),
    name: text('name').notNull(),
    value: text('value').notNull(),
    startedAt: integer('started_at').notNull(),
    executionId: text('execution_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.name, table.value, table.startedAt, table.executionId] })],
);

/** Hours with many executions, added up when somebody looked at them; dropped when an execution of theirs changes. */
export const metricHours = sqliteTable(
  'metric_hours',
  {
    tenant: text('tenant').notNull(),
    /** Its beginning, epoch ms. */
    hour: integer('hour').notNull(),
    span: text('span').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.hour] })],
);

/** Jobs over many executions, as they were last heard of. */
export const bulkJobs = sqliteTable(
  'bulk_jobs',
  {
    tenant: text('tenant').notNull(),
    createdAt: integer('created_at').notNull(),
    id: text('id').notNull(),
    job: text('job').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.createdAt, table.id] })],
);

/** Breakpoints and mocks, under the board of their pipeline. */
export const debugEntries = sqliteTable(
  'debug_entries',
  {
    tenant: text('tenant').notNull(),
    environment: text('environment').notNull(),
    workflow: text('workflow').notNull(),
    pipeline: text('pipeline').notNull(),
    kind: text('kind').$type<'breakpoint' | 'mock'>().notNull(),
    step: text('step').notNull(),
    id: text('id').notNull(),
    body: text('body').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.environment, table.workflow, table.pipeline, table.kind, table.step, table.id] })],
);

/** Steps that events of the bus may be for; the key is what an event is looked up by. */
export const eventWaits = sqliteTable(
  'event_waits',
  {
    tenant: text('tenant').notNull(),
    environment: text('environment').notNull(),
    event: text('event').notNull(),
    paths: text('paths').notNull(),
    values: text('values').notNull(),
    executionId: text('execution_id').notNull(),
    step: text('step').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.environment, table.event, table.paths, table.values, table.executionId, table.step] })],
);
