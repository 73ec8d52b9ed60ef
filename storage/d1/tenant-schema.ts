/** Tables of companies in this region, and of guests from others. `migrations/region/*.sql` is what is applied; a test holds the two equal. */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { EgressRules } from '#contracts/egress';
import type { Replication } from '#contracts/peer';
import type { PlannedQuota, TenantQuota } from '#contracts/quota';
import type { LastSweep, OwnRetention, Retention, Sweep } from '#contracts/retention';

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
  quota: text('quota', { mode: 'json' }).$type<PlannedQuota>(),
});

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
