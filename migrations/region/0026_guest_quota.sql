-- Plan and quota of a guest, as its home has said (JSON; null: it has not said anything yet): what it has at work here is bounded by them, too.
ALTER TABLE guests ADD COLUMN quota TEXT;
