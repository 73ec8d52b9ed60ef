/** An object goes from one place to another: everything that it has on disk, as it is, and its alarm when it wakes. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { CarriableRpc, Parcel } from '#contracts/moving';

const object = (name: string) => env.APP_DATABASE.getByName(name) as unknown as CarriableRpc & DurableObjectStub;
const inside = <T>(name: string, work: (state: DurableObjectState) => T | Promise<T>) =>
  runInDurableObject(env.APP_DATABASE.getByName(name) as unknown as DurableObjectStub, (_, state) => work(state));

/** As one region sends it to the other: as JSON, part by part. The instance that it came to has ended then. */
async function carried(from: string, to: string): Promise<number> {
  let parts = 0;
  let instance: DurableObjectState | undefined;
  await inside(to, (state) => {
    instance = state;
  });
  for (let at: string | null = null, first = true; first || at !== null; first = false) {
    const parcel = JSON.parse(JSON.stringify(await object(from).carry({ do: 'pack', from: at }))) as Parcel;
    await object(to).carry({ do: 'unpack', parcel, first });
    at = parcel.next;
    parts++;
  }
  await expect.poll(() => inside(to, (state) => state !== instance).catch(() => false)).toBe(true);
  return parts;
}

it('keeps types, row ids, tables without them, generated columns, indexes, triggers, keys and the alarm', async () => {
  const due = Date.now() + 3_600_000;
  await inside('from', ({ storage }) => {
    const { sql } = storage;
    sql.exec('CREATE TABLE things (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT, number REAL, anything, bytes BLOB, twice AS (number * 2))');
    sql.exec("INSERT INTO things (text, number, anything, bytes) VALUES (?, 2.0, 3.0, x'00ff10')", 'ünï\u0000code "quoted"');
    sql.exec('INSERT INTO things (id, text, number, anything) VALUES (9007199254740993, NULL, 0.1, 7)');
    sql.exec('CREATE TABLE loose (word TEXT)');
    sql.exec("INSERT INTO loose (rowid, word) VALUES (5, 'five'), (-3, 'minus three')");
    sql.exec('CREATE TABLE pairs (a TEXT, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID');
    for (let i = 0; i < 1200; i++) sql.exec('INSERT INTO pairs VALUES (?, ?)', `a${i % 7}`, i);
    sql.exec('CREATE INDEX by_text ON things (text)');
    sql.exec("CREATE TRIGGER loud AFTER INSERT ON loose BEGIN INSERT INTO loose VALUES ('echo'); END");
    sql.exec('CREATE VIEW words AS SELECT word FROM loose');
    storage.kv.put('plan', { deep: [1, 'two', null] });
    return storage.setAlarm(due);
  });
  expect(await carried('from', 'to')).toBe(1);
  expect(await object('to').carry({ do: 'digest' })).toBe(await object('from').carry({ do: 'digest' }));
  const found = await inside('to', async ({ storage }) => ({
    rows: storage.sql
      .exec('SELECT CAST(id AS TEXT) AS id, text, typeof(number) AS n, typeof(anything) AS a, hex(bytes) AS bytes, twice FROM things ORDER BY id')
      .toArray(),
    loose: storage.sql.exec('SELECT rowid, word FROM loose ORDER BY rowid').toArray(),
    pairs: storage.sql.exec('SELECT count(*) AS n, sum(b) AS sum FROM pairs').one(),
    names: storage.sql.exec("SELECT name FROM sqlite_master WHERE type IN ('index', 'trigger', 'view') AND sql IS NOT NULL ORDER BY name").toArray(),
    plan: storage.kv.get('plan'),
    alarm: await storage.getAlarm(),
  }));
  expect(found).toEqual({
    rows: [
      { id: '1', text: 'ünï\u0000code "quoted"', n: 'real', a: 'real', bytes: '00FF10', twice: 4 },
      { id: '9007199254740993', text: null, n: 'real', a: 'integer', bytes: '', twice: 0.2 },
    ],
    loose: [
      { rowid: -3, word: 'minus three' },
      { rowid: 5, word: 'five' },
    ],
    pairs: { n: 1200, sum: 719_400 },
    names: [{ name: 'by_text' }, { name: 'loud' }, { name: 'words' }],
    plan: { deep: [1, 'two', null] },
    alarm: null,
  });
  // At a halt on both sides, until one of them wakes.
  expect(await inside('from', ({ storage }) => storage.getAlarm())).toBeNull();
  await object('to').carry({ do: 'wake' });
  expect(await inside('to', ({ storage }) => storage.getAlarm())).toBe(due);
});

it('goes in several parts when it is large, and begins from nothing when it is sent again', async () => {
  await inside('large', ({ storage }) => {
    storage.sql.exec('CREATE TABLE notes (text TEXT)');
    for (let i = 0; i < 6; i++) storage.sql.exec('INSERT INTO notes VALUES (?)', String(i).repeat(300_000));
  });
  await inside('large-to', ({ storage }) => {
    storage.sql.exec('CREATE TABLE stale (x)');
    storage.kv.put('stale', 1);
  });
  expect(await carried('large', 'large-to')).toBeGreaterThan(2);
  expect(await carried('large', 'large-to')).toBeGreaterThan(2);
  const digest = await object('large').carry({ do: 'digest' });
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(await object('large-to').carry({ do: 'digest' })).toBe(digest);
});

it('is nothing when there is nothing, and is stilled once', async () => {
  expect(await object('empty').carry({ do: 'digest' })).toBe('');
  await inside('once', ({ storage }) => storage.kv.put('a', 1));
  expect(await object('once').carry({ do: 'still' })).toBe(true);
  expect(await object('once').carry({ do: 'still' })).toBe(false);
});
