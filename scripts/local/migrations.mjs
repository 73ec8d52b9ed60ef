/**
 * Applies D1 migrations to a local database, in wrangler's own table, so that `wrangler d1 migrations` reads on. Each is there whole
 * or not at all.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unstable_splitSqlQuery } from 'wrangler';
import { d1In } from './stored-files.mjs';

const TABLE =
  'CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)';
const APPLIED = 'SELECT name FROM d1_migrations';
const NOTE = 'INSERT INTO d1_migrations (name) VALUES (?)';

/** Of a runtime that runs. */
export async function migrate(database, folder) {
  await database.prepare(TABLE).run();
  const { results } = await database.prepare(APPLIED).all();
  // One batch is one transaction.
  for (const { name, statements } of missing(folder, results))
    await database.batch([...statements.map((sql) => database.prepare(sql)), database.prepare(NOTE).bind(name)]);
}

/** Of a runtime that does not run yet, where it has left a database in its state. */
export async function migrateStored(dir, folder) {
  const path = d1In(dir);
  if (!path || !existsSync(folder)) return;
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(path);
  try {
    database.exec(TABLE);
    for (const { name, statements } of missing(folder, database.prepare(APPLIED).all())) {
      // Closing undoes what was not committed.
      database.exec('BEGIN');
      for (const sql of statements) database.exec(sql);
      database.prepare(NOTE).run(name);
      database.exec('COMMIT');
    }
  } finally {
    database.close();
  }
}

/** Those that were not applied, in the order of their names. */
function missing(folder, applied) {
  if (!existsSync(folder)) return [];
  const names = new Set(applied.map(({ name }) => name));
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql') && !names.has(name))
    .sort()
    .map((name) => ({ name, statements: unstable_splitSqlQuery(readFileSync(join(folder, name), 'utf8')) }));
}
