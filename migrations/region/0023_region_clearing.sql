-- A region in which executions of the tenant live is erased: since when, and who asked.

ALTER TABLE outposts ADD COLUMN clearing_at INTEGER;
ALTER TABLE outposts ADD COLUMN clearing_by TEXT;
