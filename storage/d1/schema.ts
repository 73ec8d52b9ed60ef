/**
 * Tables of a region's D1. `migrations/region/*.sql` is what is applied; a test holds the two equal.
 *
 * What is written is what is paid for: a row, and again each index entry it touches.
 * 1. `executions` is WITHOUT ROWID under (tenant, started_at, execution_id): the table itself is the list, newest first
 *    read backwards, and a completed execution is one row. Only what is not completed has an index entry beside it.
 * 2. Small tables that are read by key have that key as their primary key and no other index, unless a rule needs one.
 */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { DEFAULT_PROJECT } from '#contracts/access';
import type { Attributes } from '#contracts/attributes';
import type { Route } from '#contracts/definition';
import type { EgressRules } from '#contracts/egress';
import type { DeadLetterStatus, ExecutionStatus } from '#contracts/execution';
import type { JsonObject } from '#contracts/json';
import type { PackedMeasure } from '#contracts/metrics';
import type { Replication } from '#contracts/peer';
import type { TenantQuota } from '#contracts/quota';
import type { LastSweep, OwnRetention, Retention, Sweep } from '#contracts/retention';
import type { SecretStoreSettings } from '#contracts/secret-store';
import type { UndeliveredStart } from '#contracts/undelivered';

export const tenants = sqliteTable(
  'tenants',
  {
    slug: text('slug').primaryKey(),
    name: text('name').notNull(),
    region: text('region').notNull(),
    createdAt: integer('created_at').notNull(),
    /** What may leave the home; null: definitions, where a pipeline's residency asks for it. */
    replication: text('replication').$type<Replication>(),
    /** Since when nobody gets in any more: the tenant is being erased. */
    closedAt: integer('closed_at'),
    /** Null: the plan of the platform. */
    quota: text('quota', { mode: 'json' }).$type<TenantQuota>(),
    /** What its applications may call; null: everything. */
    egress: text('egress', { mode: 'json' }).$type<EgressRules>(),
    requiresSecondFactor: integer('requires_second_factor', { mode: 'boolean' }).notNull().default(false),
    /** Null: as its plan has it. */
    retention: text('retention', { mode: 'json' }).$type<OwnRetention>(),
  },
  (table) => [index('tenants_closed').on(table.slug).where(sql`closed_at IS NOT NULL`)],
);

/** At home: where else the tenant has executions, and which state of its deployments that region was sent. */
export const outposts = sqliteTable(
  'outposts',
  {
    tenant: text('tenant').notNull(),
    region: text('region').notNull(),
    since: integer('since').notNull(),
    wanted: integer('wanted').notNull(),
    sent: integer('sent').notNull(),
    /** What lives there is being erased. */
    clearing_at: integer('clearing_at'),
    clearing_by: text('clearing_by'),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.region] })],
);

/** In such a region: whose definitions are here, and where they come from. */
export const guests = sqliteTable('guests', {
  tenant: text('tenant').primaryKey(),
  home: text('home').notNull(),
  since: integer('since').notNull(),
  revision: integer('revision').notNull(),
  egress: text('egress', { mode: 'json' }).$type<EgressRules>(),
  retention: text('retention', { mode: 'json' }).$type<OwnRetention>(),
  /** Since when something of it lives here, beside definitions. */
  livesSince: integer('lives_since'),
});

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

export const DEPLOYMENT_STATUSES = ['active', 'superseded', 'rolled_back', 'removed'] as const;
export type DeploymentStatus = (typeof DEPLOYMENT_STATUSES)[number];

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

/** Ciphertext of a tenant's secrets. `environment` is empty for one that holds in all. */
export const secrets = sqliteTable(
  'secrets',
  {
    tenant: text('tenant').notNull(),
    name: text('name').notNull(),
    environment: text('environment').notNull(),
    version: integer('version').notNull(),
    /** Id of the data key that sealed it. */
    dataKey: text('data_key').notNull(),
    sealed: text('sealed').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    updatedBy: text('updated_by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.name, table.environment] })],
);

/** A tenant's data keys, wrapped by the platform's key. The newest seals; the others still open what they sealed. */
export const dataKeys = sqliteTable(
  'data_keys',
  {
    tenant: text('tenant').notNull(),
    id: text('id').notNull(),
    wrapped: text('wrapped').notNull(),
    /** Fingerprint of the platform's key that wrapped it. */
    wrappedBy: text('wrapped_by').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] })],
);

/** Stores of secrets elsewhere. `seen_at` and `problem`: how it was when it was last looked at. */
export const secretProviders = sqliteTable(
  'secret_providers',
  {
    tenant: text('tenant').notNull(),
    name: text('name').notNull(),
    settings: text('settings', { mode: 'json' }).$type<SecretStoreSettings>().notNull(),
    sealed: text('sealed').notNull(),
    sealedBy: text('sealed_by').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    updatedBy: text('updated_by').notNull(),
    seenAt: integer('seen_at'),
    problem: text('problem', { mode: 'json' }).$type<{ code: string; detail: string }>(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.name] })],
);

/** What failed for good, by pipeline. Every list is a range of the key or of an index; the key decides what a page's cursor holds. */
export const deadLetters = sqliteTable(
  'dead_letters',
  {
    tenant: text('tenant').notNull(),
    environment: text('environment').notNull(),
    workflow: text('workflow').notNull(),
    pipeline: text('pipeline').notNull(),
    failedAt: integer('failed_at').notNull(),
    executionId: text('execution_id').notNull(),
    /** Last event folded in; guards against older messages. */
    seq: integer('seq').notNull(),
    trigger: text('trigger_type').notNull(),
    status: text('status').$type<DeadLetterStatus>().notNull(),
    step: text('step'),
    attempts: integer('attempts').notNull(),
    errorCode: text('error_code').notNull(),
    errorMessage: text('error_message').notNull(),
    replayable: integer('replayable', { mode: 'boolean' }).notNull(),
    alertThreshold: integer('alert_threshold'),
    expiresAt: integer('expires_at').notNull(),
    replayedAs: text('replayed_as'),
    closedAt: integer('closed_at'),
    closedBy: text('closed_by'),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.environment, table.workflow, table.pipeline, table.failedAt, table.executionId] }),
    index('dead_letters_status').on(table.tenant, table.environment, table.workflow, table.pipeline, table.status, table.failedAt, table.executionId),
    index('dead_letters_expiry').on(table.tenant, table.expiresAt),
  ],
);

/** Events that could not be delivered, by the id of their dead letter; a trigger removes them with it. */
export const undeliveredEvents = sqliteTable(
  'undelivered_events',
  {
    tenant: text('tenant').notNull(),
    id: text('id').notNull(),
    environment: text('environment').notNull(),
    workflow: text('workflow').notNull(),
    pipeline: text('pipeline').notNull(),
    failedAt: integer('failed_at').notNull(),
    event: text('event', { mode: 'json' }).$type<UndeliveredStart>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] })],
);

/** How many letters of a pipeline wait; kept by triggers on `dead_letters`. */
export const deadLetterDepths = sqliteTable(
  'dead_letter_depths',
  {
    tenant: text('tenant').notNull(),
    environment: text('environment').notNull(),
    workflow: text('workflow').notNull(),
    pipeline: text('pipeline').notNull(),
    depth: integer('depth').notNull(),
    alertThreshold: integer('alert_threshold'),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.environment, table.workflow, table.pipeline] })],
);

/** A fold of the histories of the instances; under the time of their creation, which never changes. */
export const machineInstances = sqliteTable(
  'machine_instances',
  {
    tenant: text('tenant').notNull(),
    environment: text('environment').notNull(),
    workflow: text('workflow').notNull(),
    machine: text('machine').notNull(),
    createdAt: integer('created_at').notNull(),
    id: text('id').notNull(),
    state: text('state').notNull(),
    previousState: text('previous_state'),
    /** Last entry folded in; guards against older messages. */
    seq: integer('seq').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.environment, table.workflow, table.machine, table.createdAt, table.id] }),
    index('machine_instances_state').on(table.tenant, table.environment, table.workflow, table.machine, table.state, table.createdAt, table.id),
  ],
);

/** Kept with the instances, in the same transaction, so that nobody has to count them. */
export const machineCounts = sqliteTable(
  'machine_counts',
  {
    tenant: text('tenant').notNull(),
    environment: text('environment').notNull(),
    workflow: text('workflow').notNull(),
    machine: text('machine').notNull(),
    state: text('state').notNull(),
    count: integer('count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.environment, table.workflow, table.machine, table.state] })],
);

/** Mails that went out or could not, without their text. */
export const mails = sqliteTable(
  'mails',
  {
    tenant: text('tenant').notNull(),
    key: text('key').notNull(),
    kind: text('kind').notNull(),
    recipient: text('recipient').notNull(),
    status: text('status').$type<'sending' | 'sent' | 'failed'>().notNull(),
    attempts: integer('attempts').notNull(),
    at: integer('at').notNull(),
    leaseUntil: integer('lease_until').notNull(),
    sentAt: integer('sent_at'),
    error: text('error'),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.key] }), index('mails_at').on(table.tenant, table.at, table.key)],
);

/** How many mails a tenant has asked for in the hour. */
export const mailHours = sqliteTable('mail_hours', {
  tenant: text('tenant').primaryKey(),
  hour: integer('hour').notNull(),
  count: integer('count').notNull(),
});

/** Mail of local development, which goes nowhere else. */
export const mailbox = sqliteTable(
  'mailbox',
  {
    tenant: text('tenant').notNull(),
    key: text('key').notNull(),
    id: text('id').notNull(),
    at: integer('at').notNull(),
    kind: text('kind').notNull(),
    recipient: text('recipient').notNull(),
    subject: text('subject').notNull(),
    text: text('text').notNull(),
    html: text('html').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.key] }),
    uniqueIndex('mailbox_id').on(table.tenant, table.id),
    index('mailbox_at').on(table.tenant, table.at, table.id),
  ],
);

/** How far the sweep through what a tenant has here is. A line comes and goes with that of the tenant, by triggers. */
export const retentionSweeps = sqliteTable(
  'retention_sweeps',
  {
    tenant: text('tenant').primaryKey(),
    /** When the next piece of work is to be done; while one is, when it would be taken up by another. */
    dueAt: integer('due_at').notNull(),
    sweep: text('sweep', { mode: 'json' }).$type<Sweep>(),
    announced: text('announced', { mode: 'json' }).$type<Retention>(),
    last: text('last', { mode: 'json' }).$type<LastSweep>(),
  },
  (table) => [index('retention_sweeps_due').on(table.dueAt)],
);
