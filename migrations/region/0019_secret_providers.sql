-- Stores of secrets that companies have elsewhere. What proves who is asking is ciphertext.
CREATE TABLE secret_providers (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  settings TEXT NOT NULL,
  sealed TEXT NOT NULL,
  sealed_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  seen_at INTEGER,
  problem TEXT,
  PRIMARY KEY (tenant, name)
) WITHOUT ROWID;
