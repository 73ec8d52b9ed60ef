-- Steering executions: what stands on the boards of pipelines, who waits for which event, and jobs over many executions.

CREATE TABLE debug_entries (
  tenant TEXT NOT NULL,
  environment TEXT NOT NULL,
  workflow TEXT NOT NULL,
  pipeline TEXT NOT NULL,
  kind TEXT NOT NULL,
  step TEXT NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, environment, workflow, pipeline, kind, step, id)
) WITHOUT ROWID;

CREATE TABLE event_waits (
  tenant TEXT NOT NULL,
  environment TEXT NOT NULL,
  event TEXT NOT NULL,
  paths TEXT NOT NULL,
  "values" TEXT NOT NULL,
  execution_id TEXT NOT NULL,
  step TEXT NOT NULL,
  PRIMARY KEY (tenant, environment, event, paths, "values", execution_id, step)
) WITHOUT ROWID;

CREATE TABLE bulk_jobs (
  tenant TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  id TEXT NOT NULL,
  job TEXT NOT NULL,
  PRIMARY KEY (tenant, created_at, id)
) WITHOUT ROWID;
