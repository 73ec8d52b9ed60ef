/** Tables of the instances of state machines. `migrations/region/*.sql` is what is applied; a test holds the two equal. */
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

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
