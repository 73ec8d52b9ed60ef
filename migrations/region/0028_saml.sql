-- Answers of SAML providers: each assertion counts once, and each request is answered once, for as long as the assertion holds.
-- Whom it names waits here, for a minute and under a code, until the browser that asked comes for it.

CREATE TABLE saml_answers (
  tenant TEXT NOT NULL,
  provider TEXT NOT NULL,
  assertion TEXT NOT NULL,
  request TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  code_until INTEGER NOT NULL,
  person TEXT,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, provider, assertion)
) WITHOUT ROWID;
CREATE UNIQUE INDEX saml_answers_request ON saml_answers (tenant, provider, request);
CREATE UNIQUE INDEX saml_answers_code ON saml_answers (tenant, code_hash);
CREATE INDEX saml_answers_expires ON saml_answers (tenant, expires_at);
