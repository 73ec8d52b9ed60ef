-- What a company has decided about itself: what its applications may call (JSON; NULL: everything), and whether its people
-- need a second factor. The first holds wherever its executions live.
ALTER TABLE tenants ADD COLUMN egress TEXT;
ALTER TABLE tenants ADD COLUMN requires_second_factor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE guests ADD COLUMN egress TEXT;
