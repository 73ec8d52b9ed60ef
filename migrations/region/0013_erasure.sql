-- Objects that have a name and no list of their own, so that all of a tenant's are found: kind and name.
CREATE TABLE named_objects (
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (tenant, kind, name)
) WITHOUT ROWID;

-- Since when nobody gets in any more, epoch ms: the tenant is being erased.
ALTER TABLE tenants ADD COLUMN closed_at INTEGER;

-- What is left of erased tenants: who, when, how much, in a chain of hashes.
CREATE TABLE erasure_certificates (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  slug TEXT NOT NULL,
  certificate TEXT NOT NULL
);
CREATE INDEX erasure_certificates_slug ON erasure_certificates (slug);
