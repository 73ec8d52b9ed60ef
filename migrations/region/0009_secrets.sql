-- Secrets of tenants: ciphertext only. Each tenant has data keys of its own, wrapped by the platform's key, which is in no table.

CREATE TABLE secrets (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  environment TEXT NOT NULL,
  version INTEGER NOT NULL,
  data_key TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  PRIMARY KEY (tenant, name, environment)
) WITHOUT ROWID;

CREATE TABLE data_keys (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  wrapped TEXT NOT NULL,
  wrapped_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
