-- By what executions are found: those of pipelines that declare attributes, and no others.

ALTER TABLE executions ADD COLUMN attributes TEXT;

CREATE TABLE execution_attributes (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  execution_id TEXT NOT NULL,
  PRIMARY KEY (tenant, name, value, started_at, execution_id)
) WITHOUT ROWID;
