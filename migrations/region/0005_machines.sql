-- Instances of state machines, newest first, and how many are in each state.
-- The same as storage/d1/schema.ts, which a test checks.

CREATE TABLE machine_instances (
  tenant TEXT NOT NULL,
  environment TEXT NOT NULL,
  workflow TEXT NOT NULL,
  machine TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  id TEXT NOT NULL,
  state TEXT NOT NULL,
  previous_state TEXT,
  seq INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, environment, workflow, machine, created_at, id)
) WITHOUT ROWID;

CREATE INDEX machine_instances_state ON machine_instances (tenant, environment, workflow, machine, state, created_at, id);

CREATE TABLE machine_counts (
  tenant TEXT NOT NULL,
  environment TEXT NOT NULL,
  workflow TEXT NOT NULL,
  machine TEXT NOT NULL,
  state TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (tenant, environment, workflow, machine, state)
) WITHOUT ROWID;
