-- Circuit breakers that have seen a failure, as their objects last told: isolates look here, lists are made of it.

CREATE TABLE circuit_breakers (
  tenant TEXT NOT NULL,
  environment TEXT NOT NULL,
  name TEXT NOT NULL,
  revision INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (tenant, environment, name)
) WITHOUT ROWID;
