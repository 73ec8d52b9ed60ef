/** Tables of who may do what. `migrations/region/*.sql` is what is applied; a test holds the two equal. */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { KeyScope, Level, Role } from '#contracts/access';

export const organizations = sqliteTable(
  'organizations',
  {
    tenant: text('tenant').notNull(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] }), uniqueIndex('organizations_name').on(table.tenant, table.name)],
);

export const projects = sqliteTable(
  'projects',
  {
    tenant: text('tenant').notNull(),
    id: text('id').notNull(),
    organization: text('organization').notNull(),
    name: text('name').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] }), uniqueIndex('projects_name').on(table.tenant, table.organization, table.name)],
);

/** `placeId` is empty for the company. */
export const members = sqliteTable(
  'members',
  {
    tenant: text('tenant').notNull(),
    level: text('level').$type<Level>().notNull(),
    placeId: text('place_id').notNull(),
    subject: text('subject').notNull(),
    role: text('role').$type<Role>().notNull(),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.level, table.placeId, table.subject] }), index('members_subject').on(table.tenant, table.subject)],
);

/** Open ones: an invitation that is taken or withdrawn is gone. */
export const invitations = sqliteTable(
  'invitations',
  {
    tenant: text('tenant').notNull(),
    id: text('id').notNull(),
    /** Hex SHA-256 of the token; the token itself is nowhere. */
    tokenHash: text('token_hash').notNull(),
    email: text('email').notNull(),
    level: text('level').$type<Level>().notNull(),
    placeId: text('place_id').notNull(),
    role: text('role').$type<Role>().notNull(),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.id] }),
    uniqueIndex('invitations_token').on(table.tenant, table.tokenHash),
    uniqueIndex('invitations_place').on(table.tenant, table.email, table.level, table.placeId),
  ],
);

export const serviceAccounts = sqliteTable(
  'service_accounts',
  {
    tenant: text('tenant').notNull(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] }), uniqueIndex('service_accounts_name').on(table.tenant, table.name)],
);

export const apiKeys = sqliteTable(
  'api_keys',
  {
    /** Hex SHA-256 of the key; the key itself is nowhere. */
    hash: text('hash').primaryKey(),
    id: text('id').notNull(),
    tenant: text('tenant').notNull(),
    role: text('role').$type<Role>(),
    name: text('name').notNull(),
    /** Its first characters, to tell keys apart. */
    prefix: text('prefix').notNull(),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by'),
    scopes: text('scopes', { mode: 'json' }).$type<KeyScope[]>(),
    project: text('project'),
    serviceAccount: text('service_account'),
    expiresAt: integer('expires_at'),
    lastUsedAt: integer('last_used_at'),
    replacedBy: text('replaced_by'),
    organization: text('organization'),
    /** When people are to be told that it runs out; null: never, or they have been. */
    noticeAt: integer('notice_at'),
  },
  (table) => [
    index('api_keys_notice').on(table.noticeAt).where(sql`notice_at IS NOT NULL`),
    uniqueIndex('api_keys_id').on(table.tenant, table.id),
    index('api_keys_account').on(table.tenant, table.serviceAccount).where(sql`service_account IS NOT NULL`),
  ],
);
