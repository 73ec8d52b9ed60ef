-- What the operator has set for the tenant, JSON: its plan, and numbers that differ from it. Null: the platform's own plan.
ALTER TABLE tenants ADD COLUMN quota TEXT;
