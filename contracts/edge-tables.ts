/** Tables that a module declares and steps work on: both sides read them here. */

/** What is past its time is as if it were not there; it is removed now and then. */
export const CACHE_TABLE = 'CREATE TABLE IF NOT EXISTS cache (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID';

/** Documents under their key. */
export const NOSQL_TABLE = 'CREATE TABLE IF NOT EXISTS items (key TEXT PRIMARY KEY, item TEXT NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID';
