-- Executions of one tenant in several regions. A tenant has one home; its definitions go to the other regions where its
-- executions live, and nothing else does.

-- What leaves the home: 'none', 'cross-region' (definitions only); NULL: definitions, where a pipeline's `residency` asks for it.
ALTER TABLE tenants ADD COLUMN replication TEXT;

-- At home: the other regions in which a tenant has executions, and which state of its deployments they were sent.
CREATE TABLE outposts (
  tenant TEXT NOT NULL,
  region TEXT NOT NULL,
  since INTEGER NOT NULL,
  wanted INTEGER NOT NULL,
  sent INTEGER NOT NULL,
  PRIMARY KEY (tenant, region)
) WITHOUT ROWID;

-- In such a region: whose definitions are here, and where they come from.
CREATE TABLE guests (
  tenant TEXT NOT NULL PRIMARY KEY,
  home TEXT NOT NULL,
  since INTEGER NOT NULL,
  revision INTEGER NOT NULL
) WITHOUT ROWID;
