/**
 * What of a tenant's rows never leaves the platform in an export: everything that opens something, sealed or hashed. The
 * rows themselves are there, so names are. A test holds both lists against the migrations: a new column that looks like one of these is put on one of the lists.
 */
const WITHHELD: { readonly [table: string]: readonly string[] } = {
  api_keys: ['hash'],
  data_keys: ['wrapped', 'wrapped_by'],
  identity_providers: ['sealed', 'sealed_by'],
  invitations: ['token_hash'],
  // A mail may hold a link that signs somebody in, and its key a part of the hash of that.
  mailbox: ['key', 'text', 'html'],
  mails: ['key'],
  recovery_codes: ['hash'],
  saml_answers: ['code_hash'],
  second_factors: ['sealed', 'sealed_by', 'last_step'],
  secret_providers: ['sealed', 'sealed_by'],
  secrets: ['sealed', 'data_key'],
  sign_in_tokens: ['hash'],
  user_sessions: ['refresh_hash'],
  users: ['password_hash'],
};

/** Columns that only sound so: hashes of definitions, and what names a key without being it. */
export const HARMLESS: { readonly [table: string]: readonly string[] } = {
  active_deployments: ['hash'],
  api_keys: ['prefix'],
  deployments: ['hash'],
  executions: ['idempotency_key', 'idempotency_until'],
  tenants: ['requires_second_factor'],
  users: ['second_factor'],
  workflow_versions: ['hash'],
};

/** Names that a column has which opens something. */
export const SUSPICIOUS = /hash|seal|wrap|secret|token|password|credential|private|salt|recovery_code|key|factor|prefix/;

export function withheldColumns(table: string): readonly string[] {
  return WITHHELD[table] ?? [];
}
