-- Who may do what: organizations and projects of a company, roles in them, invitations, service accounts, and more of keys.

CREATE TABLE organizations (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX organizations_name ON organizations (tenant, name);

CREATE TABLE projects (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  organization TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX projects_name ON projects (tenant, organization, name);

-- A role in the company (place_id is empty), an organization or a project.
CREATE TABLE members (
  tenant TEXT NOT NULL,
  level TEXT NOT NULL,
  place_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  role TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (tenant, level, place_id, subject)
) WITHOUT ROWID;
CREATE INDEX members_subject ON members (tenant, subject);

-- Open invitations: one that is taken or withdrawn is gone.
CREATE TABLE invitations (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  email TEXT NOT NULL,
  level TEXT NOT NULL,
  place_id TEXT NOT NULL,
  role TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX invitations_token ON invitations (tenant, token_hash);
CREATE UNIQUE INDEX invitations_place ON invitations (tenant, email, level, place_id);

CREATE TABLE service_accounts (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX service_accounts_name ON service_accounts (tenant, name);

-- The key of a service account has the roles of the account, so a key need not have one.
CREATE TABLE api_keys_new (
  hash TEXT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  tenant TEXT NOT NULL,
  role TEXT,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT,
  scopes TEXT,
  project TEXT,
  service_account TEXT,
  expires_at INTEGER,
  last_used_at INTEGER,
  replaced_by TEXT
) WITHOUT ROWID;
INSERT INTO api_keys_new (hash, id, tenant, role, name, prefix, created_at) SELECT hash, id, tenant, role, name, prefix, created_at FROM api_keys;
DROP TABLE api_keys;
ALTER TABLE api_keys_new RENAME TO api_keys;
CREATE UNIQUE INDEX api_keys_id ON api_keys (tenant, id);
CREATE INDEX api_keys_account ON api_keys (tenant, service_account) WHERE service_account IS NOT NULL;

ALTER TABLE workflows ADD COLUMN project TEXT NOT NULL DEFAULT 'prj_default';
CREATE INDEX workflows_project ON workflows (tenant, project);

INSERT INTO organizations (tenant, id, name, created_at) SELECT slug, 'org_default', 'Default', created_at FROM tenants;
INSERT INTO projects (tenant, id, organization, name, created_at) SELECT slug, 'prj_default', 'org_default', 'Default', created_at FROM tenants;
