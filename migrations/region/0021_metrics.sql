-- What is measured of an execution, beside its row, and hours that have been added up.

ALTER TABLE executions ADD COLUMN measure TEXT;

CREATE TABLE metric_hours (
  tenant TEXT NOT NULL,
  hour INTEGER NOT NULL,
  span TEXT NOT NULL,
  PRIMARY KEY (tenant, hour)
) WITHOUT ROWID;
