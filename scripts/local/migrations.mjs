/** Applies D1 migrations to a local database, in wrangler's own table, so that `wrangler d1 migrations` reads on. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unstable_splitSqlQuery } from 'wrangler';

export async function migrate(database, folder) {
  if (!existsSync(folder)) return;
  await database
    .prepare(
      'CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)',
    )
    .run();
  const { results } = await database.prepare('SELECT name FROM d1_migrations').all();
  const applied = new Set(results.map((row) => row.name));
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  for (const name of files.filter((file) => !applied.has(file))) {
    const statements = unstable_splitSqlQuery(readFileSync(join(folder, name), 'utf8')).map((sql) => database.prepare(sql));
    // One batch is one transaction: a migration is there whole or not at all.
    await database.batch([...statements, database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name)]);
  }
}
