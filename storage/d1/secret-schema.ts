/** Tables of secrets, their keys, and their stores elsewhere. `migrations/region/*.sql` is what is applied; a test holds the two equal. */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { SecretStoreSettings } from '#contracts/secret-store';

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
