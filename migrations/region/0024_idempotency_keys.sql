-- The idempotency key that an execution was started with, and until when it holds: a part of its row, so that a list of keys costs no row more.

ALTER TABLE executions ADD COLUMN idempotency_key TEXT;
ALTER TABLE executions ADD COLUMN idempotency_until INTEGER;
