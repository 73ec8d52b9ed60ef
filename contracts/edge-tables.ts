/** Tables that a module declares and steps work on: both sides read them here. */

/** What is past its time is as if it were not there; it is removed now and then. */
export const CACHE_TABLE = 'CREATE TABLE IF NOT EXISTS cache (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID';

/** States of resources, as a tracker notes them. */
export const STATE_TABLE =
  'CREATE TABLE IF NOT EXISTS states (resource_type TEXT NOT NULL, resource_id TEXT NOT NULL, state TEXT NOT NULL, previous_state TEXT, data TEXT NOT NULL, updated_at INTEGER NOT NULL, PRIMARY KEY (resource_type, resource_id)) WITHOUT ROWID';

/** Documents under their key. */
export const NOSQL_TABLE = 'CREATE TABLE IF NOT EXISTS items (key TEXT PRIMARY KEY, item TEXT NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID';
