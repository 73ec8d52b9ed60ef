-- Before an API key runs out, who made it and the admins are told, once: when that is due. Null: never, or it is done.
ALTER TABLE api_keys ADD COLUMN notice_at INTEGER;
UPDATE api_keys SET notice_at = expires_at - 604800000 WHERE expires_at - created_at > 604800000 AND replaced_by IS NULL;
CREATE INDEX api_keys_notice ON api_keys (notice_at) WHERE notice_at IS NOT NULL;
