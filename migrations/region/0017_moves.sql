-- Tenants on their way from one region to another, as each of the two regions knows it.
CREATE TABLE tenant_moves (
  tenant TEXT NOT NULL PRIMARY KEY,
  peer TEXT NOT NULL,
  status TEXT NOT NULL,
  at INTEGER NOT NULL,
  report TEXT
) WITHOUT ROWID;
-- What every isolate looks at; those that have come are looked up one by one.
CREATE INDEX tenant_moves_open ON tenant_moves (status, tenant) WHERE status <> 'arrived';
