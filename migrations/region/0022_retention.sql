-- How long a company keeps what has ended (JSON, days; null: as its plan has it), and how far the sweep through it is.
-- A line comes and goes with that of its tenant, so that a sweep never brings one back.

ALTER TABLE tenants ADD COLUMN retention TEXT;
-- Of a guest: what holds at its home.
ALTER TABLE guests ADD COLUMN retention TEXT;

-- `announced`: by what the last sweep went, or what the next one will go by (JSON, days).
CREATE TABLE retention_sweeps (
  tenant TEXT NOT NULL PRIMARY KEY,
  due_at INTEGER NOT NULL,
  sweep TEXT,
  announced TEXT,
  last TEXT
) WITHOUT ROWID;
CREATE INDEX retention_sweeps_due ON retention_sweeps (due_at);

-- Who is here already has a week, in which the page Security says what will go.
INSERT INTO retention_sweeps (tenant, due_at)
SELECT tenant, (unixepoch() + 6 * 86400) * 1000 FROM (SELECT slug AS tenant FROM tenants UNION SELECT tenant FROM guests);

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
