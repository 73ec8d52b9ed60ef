-- Tables of a region. The same as storage/d1/schema.ts, which a test checks.
-- WITHOUT ROWID: the table is its primary key's index, so a row is written once, not twice.

CREATE TABLE tenants (
  slug TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  region TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE api_keys (
  hash TEXT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  tenant TEXT NOT NULL,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX api_keys_id ON api_keys (tenant, id);

CREATE TABLE workflows (
  id TEXT NOT NULL PRIMARY KEY,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  latest_version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX workflows_name ON workflows (tenant, name) WHERE deleted_at IS NULL;

CREATE TABLE workflow_versions (
  workflow_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  hash TEXT NOT NULL,
  pipelines TEXT NOT NULL,
  routes TEXT NOT NULL,
  label TEXT,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (workflow_id, version)
) WITHOUT ROWID;

CREATE TABLE deployments (
  tenant TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  id TEXT NOT NULL,
  workflow_id TEXT NOT NULL,
  workflow TEXT NOT NULL,
  version INTEGER NOT NULL,
  hash TEXT NOT NULL,
  environment TEXT NOT NULL,
  status TEXT NOT NULL,
  created_by TEXT NOT NULL,
  origin TEXT NOT NULL,
  replaces TEXT,
  overrides TEXT,
  approved_by TEXT,
  pipelines TEXT NOT NULL,
  PRIMARY KEY (tenant, created_at, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX deployments_id ON deployments (tenant, id);

CREATE TABLE active_deployments (
  tenant TEXT NOT NULL,
  environment TEXT NOT NULL,
  workflow TEXT NOT NULL,
  workflow_id TEXT NOT NULL,
  deployment_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  hash TEXT NOT NULL,
  pipelines TEXT NOT NULL,
  PRIMARY KEY (tenant, environment, workflow)
) WITHOUT ROWID;

CREATE TABLE executions (
  tenant TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  execution_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  workflow TEXT NOT NULL,
  workflow_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  environment TEXT NOT NULL,
  pipeline TEXT NOT NULL,
  status TEXT NOT NULL,
  trigger_type TEXT NOT NULL,
  completed_at INTEGER,
  duration_ms INTEGER,
  current_step TEXT,
  error_code TEXT,
  error_message TEXT,
  PRIMARY KEY (tenant, started_at, execution_id)
) WITHOUT ROWID;
CREATE INDEX executions_open ON executions (tenant, status, started_at) WHERE status <> 'completed';
