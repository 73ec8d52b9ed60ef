-- The router's whole knowledge: which region a tenant lives in.
CREATE TABLE tenants (
  slug TEXT PRIMARY KEY NOT NULL,
  region TEXT NOT NULL
) WITHOUT ROWID;
