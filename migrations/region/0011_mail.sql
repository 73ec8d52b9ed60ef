-- Mails: that they went out, and in local development what they say.

CREATE TABLE mails (
  tenant TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  recipient TEXT NOT NULL,
  status TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  at INTEGER NOT NULL,
  lease_until INTEGER NOT NULL,
  sent_at INTEGER,
  error TEXT,
  PRIMARY KEY (tenant, key)
) WITHOUT ROWID;
CREATE INDEX mails_at ON mails (tenant, at, key);

CREATE TABLE mail_hours (
  tenant TEXT NOT NULL PRIMARY KEY,
  hour INTEGER NOT NULL,
  count INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE mailbox (
  tenant TEXT NOT NULL,
  key TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  html TEXT NOT NULL,
  PRIMARY KEY (tenant, key)
) WITHOUT ROWID;
CREATE UNIQUE INDEX mailbox_id ON mailbox (tenant, id);
CREATE INDEX mailbox_at ON mailbox (tenant, at, id);
