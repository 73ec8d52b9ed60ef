-- How long a company keeps what has ended (JSON, days; null: as its plan has it), and how far the sweep through it is.
-- A line comes and goes with that of its tenant, so that a sweep never brings one back.

ALTER TABLE tenants ADD COLUMN retention TEXT;
-- Of a guest: what holds at its home.
ALTER TABLE guests ADD COLUMN retention TEXT;

CREATE TABLE retention_sweeps (
  tenant TEXT NOT NULL PRIMARY KEY,
  due_at INTEGER NOT NULL,
  sweep TEXT,
  last TEXT
) WITHOUT ROWID;
CREATE INDEX retention_sweeps_due ON retention_sweeps (due_at);

INSERT INTO retention_sweeps (tenant, due_at) SELECT slug, 0 FROM tenants UNION SELECT tenant, 0 FROM guests;

CREATE TRIGGER retention_tenant_comes AFTER INSERT ON tenants
BEGIN
  INSERT OR IGNORE INTO retention_sweeps (tenant, due_at) VALUES (NEW.slug, 0);
END;

CREATE TRIGGER retention_tenant_goes AFTER DELETE ON tenants
BEGIN
  DELETE FROM retention_sweeps WHERE tenant = OLD.slug;
END;

CREATE TRIGGER retention_guest_comes AFTER INSERT ON guests
BEGIN
  INSERT OR IGNORE INTO retention_sweeps (tenant, due_at) VALUES (NEW.tenant, 0);
END;

CREATE TRIGGER retention_guest_goes AFTER DELETE ON guests
BEGIN
  DELETE FROM retention_sweeps WHERE tenant = OLD.tenant AND NOT EXISTS (SELECT 1 FROM tenants WHERE slug = OLD.tenant);
END;
