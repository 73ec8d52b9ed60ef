-- Events that could not be delivered to a pipeline: what each would have started. Its letter stands among the dead letters under the
-- same id, and takes it along when it leaves.

CREATE TABLE undelivered_events (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  environment TEXT NOT NULL,
  workflow TEXT NOT NULL,
  pipeline TEXT NOT NULL,
  failed_at INTEGER NOT NULL,
  event TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

CREATE TRIGGER undelivered_event_leaves AFTER DELETE ON dead_letters WHEN OLD.execution_id LIKE 'und!_%' ESCAPE '!'
BEGIN
  DELETE FROM undelivered_events WHERE tenant = OLD.tenant AND id = OLD.execution_id;
END;
