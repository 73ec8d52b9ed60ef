-- Dead letters: what failed for good, by pipeline, newest last. The letter itself is in its execution's log.

CREATE TABLE dead_letters (
  tenant TEXT NOT NULL,
  environment TEXT NOT NULL,
  workflow TEXT NOT NULL,
  pipeline TEXT NOT NULL,
  failed_at INTEGER NOT NULL,
  execution_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  trigger_type TEXT NOT NULL,
  status TEXT NOT NULL,
  step TEXT,
  attempts INTEGER NOT NULL,
  error_code TEXT NOT NULL,
  error_message TEXT NOT NULL,
  replayable INTEGER NOT NULL,
  alert_threshold INTEGER,
  expires_at INTEGER NOT NULL,
  replayed_as TEXT,
  closed_at INTEGER,
  closed_by TEXT,
  PRIMARY KEY (tenant, environment, workflow, pipeline, failed_at, execution_id)
) WITHOUT ROWID;
CREATE INDEX dead_letters_status ON dead_letters (tenant, environment, workflow, pipeline, status, failed_at, execution_id);
CREATE INDEX dead_letters_expiry ON dead_letters (tenant, expires_at);

-- How many of a pipeline's letters wait. The triggers keep it, so that a message that comes twice counts once.
CREATE TABLE dead_letter_depths (
  tenant TEXT NOT NULL,
  environment TEXT NOT NULL,
  workflow TEXT NOT NULL,
  pipeline TEXT NOT NULL,
  depth INTEGER NOT NULL,
  alert_threshold INTEGER,
  PRIMARY KEY (tenant, environment, workflow, pipeline)
) WITHOUT ROWID;

CREATE TRIGGER dead_letter_comes AFTER INSERT ON dead_letters
BEGIN
  INSERT INTO dead_letter_depths (tenant, environment, workflow, pipeline, depth, alert_threshold)
  VALUES (NEW.tenant, NEW.environment, NEW.workflow, NEW.pipeline, NEW.status = 'waiting', NEW.alert_threshold)
  ON CONFLICT DO UPDATE SET depth = depth + excluded.depth, alert_threshold = excluded.alert_threshold;
END;

CREATE TRIGGER dead_letter_closes AFTER UPDATE OF status ON dead_letters WHEN OLD.status = 'waiting' AND NEW.status <> 'waiting'
BEGIN
  UPDATE dead_letter_depths SET depth = depth - 1
  WHERE tenant = OLD.tenant AND environment = OLD.environment AND workflow = OLD.workflow AND pipeline = OLD.pipeline;
END;

CREATE TRIGGER dead_letter_expires AFTER DELETE ON dead_letters WHEN OLD.status = 'waiting'
BEGIN
  UPDATE dead_letter_depths SET depth = depth - 1
  WHERE tenant = OLD.tenant AND environment = OLD.environment AND workflow = OLD.workflow AND pipeline = OLD.pipeline;
END;
