-- Tenants that are being erased: every isolate looks at all of them.
CREATE INDEX tenants_closed ON tenants (slug) WHERE closed_at IS NOT NULL;

-- Since when something of a guest lives here: written before it does. Of guests who were here before this, the lists say it.
ALTER TABLE guests ADD COLUMN lives_since INTEGER;

-- A key whose role holds in an organization.
ALTER TABLE api_keys ADD COLUMN organization TEXT;
