/** A state that an older version left: its tables are brought up to date before a runtime begins over it, or none does. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrateStored } from '../../scripts/local/migrations.mjs';
import { startPlatform } from '../../scripts/local/platform.mjs';

const MIGRATIONS = join(import.meta.dirname, '../../migrations/region');

let stateDir: string;

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'workflow-older-'));
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

it('begins no region whose tables cannot be brought up to date, and leaves them as they are', async () => {
  const region = join(stateDir, 'us');
  const folder = join(region, 'd1', 'miniflare-D1DatabaseObject');
  const older = join(stateDir, 'older');
  mkdirSync(folder, { recursive: true });
  cpSync(MIGRATIONS, older, { recursive: true });
  const last = readdirSync(older).sort().at(-1)!;
  rmSync(join(older, last));
  const database = new DatabaseSync(join(folder, `${'a'.repeat(64)}.sqlite`));
  database.exec('CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT UNIQUE, applied_at TIMESTAMP)');
  await migrateStored(region, older);
  // Nothing more can be noted as done.
  database.exec("CREATE TRIGGER full BEFORE INSERT ON d1_migrations BEGIN SELECT RAISE(ABORT, 'the disk of the test is full'); END");
  const applied = () => database.prepare('SELECT name FROM d1_migrations ORDER BY id').all();
  const before = applied();
  expect(before.at(-1)!.name).not.toBe(last);

  const starting = startPlatform({ port: 0, stateDir, pages: false, secrets: { ADMIN_API_KEY: 'operator', SESSION_SECRET: 'for the sessions of a test' } });
  await expect(starting.then((platform) => platform.stop())).rejects.toThrow('the disk of the test is full');

  expect(applied()).toEqual(before);
  database.close();
  expect(readdirSync(region), 'nothing but its tables: no runtime was there').toEqual(['d1']);
  expect(existsSync(join(stateDir, 'run.json')), 'what had begun beside it has ended').toBe(false);
});
