-- People: who they are, how they sign in, and what they are signed in with. Passwords, tokens and codes only as hashes.

CREATE TABLE users (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  password_hash TEXT,
  created_at INTEGER NOT NULL,
  verified_at INTEGER,
  disabled_at INTEGER,
  last_sign_in_at INTEGER,
  second_factor INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX users_email ON users (tenant, email);

CREATE TABLE user_identities (
  tenant TEXT NOT NULL,
  provider TEXT NOT NULL,
  subject TEXT NOT NULL,
  user TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, provider, subject)
) WITHOUT ROWID;
CREATE INDEX user_identities_user ON user_identities (tenant, user);

CREATE TABLE second_factors (
  tenant TEXT NOT NULL,
  user TEXT NOT NULL,
  sealed TEXT NOT NULL,
  sealed_by TEXT NOT NULL,
  enabled_at INTEGER,
  last_step INTEGER NOT NULL,
  PRIMARY KEY (tenant, user)
) WITHOUT ROWID;

CREATE TABLE recovery_codes (
  tenant TEXT NOT NULL,
  user TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (tenant, user, hash)
) WITHOUT ROWID;

CREATE TABLE user_sessions (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  user TEXT NOT NULL,
  kind TEXT NOT NULL,
  method TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  address TEXT,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  refresh_hash TEXT,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX user_sessions_user ON user_sessions (tenant, user);

CREATE TABLE sign_in_tokens (
  tenant TEXT NOT NULL,
  hash TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, hash)
) WITHOUT ROWID;
CREATE UNIQUE INDEX sign_in_tokens_subject ON sign_in_tokens (tenant, kind, subject);

CREATE TABLE sign_in_attempts (
  tenant TEXT NOT NULL,
  subject TEXT NOT NULL,
  since INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (tenant, subject)
) WITHOUT ROWID;
CREATE INDEX sign_in_attempts_since ON sign_in_attempts (tenant, since);

CREATE TABLE identity_providers (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  settings TEXT NOT NULL,
  sealed TEXT,
  sealed_by TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
