/** Tables of people and how they sign in. `migrations/region/0011_sign_in.sql` and `0028_saml.sql` are what is applied. */
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { IdentityProvider, SamlPerson, SignInTokenKind, UserSession } from '#storage/identity-ports';

export const users = sqliteTable(
  'users',
  {
    tenant: text('tenant').notNull(),
    id: text('id').notNull(),
    email: text('email').notNull(),
    name: text('name').notNull(),
    /** Salted scrypt; `null` for somebody who signs in through a provider only. */
    passwordHash: text('password_hash'),
    createdAt: integer('created_at').notNull(),
    verifiedAt: integer('verified_at'),
    disabledAt: integer('disabled_at'),
    lastSignInAt: integer('last_sign_in_at'),
    secondFactor: integer('second_factor', { mode: 'boolean' }).notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] }), uniqueIndex('users_email').on(table.tenant, table.email)],
);

export const userIdentities = sqliteTable(
  'user_identities',
  {
    tenant: text('tenant').notNull(),
    provider: text('provider').notNull(),
    subject: text('subject').notNull(),
    user: text('user').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.provider, table.subject] }), index('user_identities_user').on(table.tenant, table.user)],
);

export const secondFactors = sqliteTable(
  'second_factors',
  {
    tenant: text('tenant').notNull(),
    user: text('user').notNull(),
    sealed: text('sealed').notNull(),
    sealedBy: text('sealed_by').notNull(),
    enabledAt: integer('enabled_at'),
    lastStep: integer('last_step').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.user] })],
);

export const recoveryCodes = sqliteTable(
  'recovery_codes',
  { tenant: text('tenant').notNull(), user: text('user').notNull(), hash: text('hash').notNull() },
  (table) => [primaryKey({ columns: [table.tenant, table.user, table.hash] })],
);

export const userSessions = sqliteTable(
  'user_sessions',
  {
    tenant: text('tenant').notNull(),
    id: text('id').notNull(),
    user: text('user').notNull(),
    kind: text('kind').$type<UserSession['kind']>().notNull(),
    method: text('method').notNull(),
    userAgent: text('user_agent').notNull(),
    address: text('address'),
    createdAt: integer('created_at').notNull(),
    lastSeenAt: integer('last_seen_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    refreshHash: text('refresh_hash'),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] }), index('user_sessions_user').on(table.tenant, table.user)],
);

export const signInTokens = sqliteTable(
  'sign_in_tokens',
  {
    tenant: text('tenant').notNull(),
    hash: text('hash').notNull(),
    kind: text('kind').$type<SignInTokenKind>().notNull(),
    subject: text('subject').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.hash] }), uniqueIndex('sign_in_tokens_subject').on(table.tenant, table.kind, table.subject)],
);

export const signInAttempts = sqliteTable(
  'sign_in_attempts',
  {
    tenant: text('tenant').notNull(),
    subject: text('subject').notNull(),
    since: integer('since').notNull(),
    count: integer('count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.subject] }), index('sign_in_attempts_since').on(table.tenant, table.since)],
);

export const identityProviders = sqliteTable(
  'identity_providers',
  {
    tenant: text('tenant').notNull(),
    id: text('id').notNull(),
    settings: text('settings', { mode: 'json' }).$type<IdentityProvider['settings']>().notNull(),
    sealed: text('sealed'),
    sealedBy: text('sealed_by'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] })],
);

export const samlAnswers = sqliteTable(
  'saml_answers',
  {
    tenant: text('tenant').notNull(),
    provider: text('provider').notNull(),
    /** Hash of its id. */
    assertion: text('assertion').notNull(),
    request: text('request').notNull(),
    codeHash: text('code_hash').notNull(),
    codeUntil: integer('code_until').notNull(),
    /** `null` once somebody came for it. */
    person: text('person', { mode: 'json' }).$type<SamlPerson>(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.provider, table.assertion] }),
    uniqueIndex('saml_answers_request').on(table.tenant, table.provider, table.request),
    uniqueIndex('saml_answers_code').on(table.tenant, table.codeHash),
    index('saml_answers_expires').on(table.tenant, table.expiresAt),
  ],
);
