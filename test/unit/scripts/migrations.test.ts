/** The tables of a state that an older version left: brought up to date while nothing runs, for what is due begins with the runtime. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrateStored } from '../../../scripts/local/migrations.mjs';

let dir: string;
let folder: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workflow-stored-'));
  folder = join(dir, 'migrations');
  const stored = join(dir, 'd1', 'miniflare-D1DatabaseObject');
  file = join(stored, `${'a'.repeat(64)}.sqlite`);
  for (const each of [folder, stored]) mkdirSync(each, { recursive: true });
  written('0001_first.sql', "CREATE TABLE things (name TEXT);\n-- with a row; and a word\nINSERT INTO things VALUES ('a;b');");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const written = (name: string, sql: string) => writeFileSync(join(folder, name), sql);

function stored<T>(work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}
const rows = (sql: string) =>
  stored((database) =>
    database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row })),
  );
const applied = () => rows('SELECT name FROM d1_migrations ORDER BY id').map(({ name }) => name);

it('gives an old database what came since, in order, and once', async () => {
  stored((database) => database.exec('CREATE TABLE older (x)'));
  await migrateStored(dir, folder);
  written('0003_third.sql', "UPDATE things SET kind = 'new';");
  written('0002_second.sql', 'ALTER TABLE things ADD COLUMN kind TEXT;');
  await migrateStored(dir, folder);
  await migrateStored(dir, folder);
  expect(applied()).toEqual(['0001_first.sql', '0002_second.sql', '0003_third.sql']);
  expect(rows('SELECT * FROM things')).toEqual([{ name: 'a;b', kind: 'new' }]);
});

it('leaves nothing of one that fails', async () => {
  stored((database) => database.exec('CREATE TABLE older (x)'));
  written('0002_second.sql', 'ALTER TABLE things ADD COLUMN kind TEXT;\nINSERT INTO nowhere VALUES (1);');
  await expect(migrateStored(dir, folder)).rejects.toThrow(/nowhere/);
  expect([applied(), rows('SELECT * FROM things')]).toEqual([['0001_first.sql'], [{ name: 'a;b' }]]);
});

it('makes no database where there is none, and touches none where there are no migrations', async () => {
  await migrateStored(dir, folder);
  expect(() => stored((database) => database.prepare('SELECT * FROM d1_migrations'))).toThrow(/no such table/);
  await migrateStored(dir, join(dir, 'absent'));
  expect(() => stored((database) => database.prepare('SELECT * FROM d1_migrations'))).toThrow(/no such table/);
});
