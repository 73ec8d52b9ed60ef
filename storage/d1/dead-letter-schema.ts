/** Tables of what failed for good. `migrations/region/*.sql` is what is applied; a test holds the two equal. */
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { DeadLetterStatus } from '#contracts/execution';
import type { UndeliveredStart } from '#contracts/undelivered';

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
