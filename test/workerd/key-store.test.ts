/** The store of keys in its object: the runtime's SQLite under the time of the test. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { KeyStoreRpc } from '#contracts/key-store';
import { SWEPT_AT_ONCE } from '#objects/key-store-core';
import { KeyTable, LOOKED_AT, NEWEST, OVER } from '#objects/key-table';
import { keyStoreConformance } from '../conformance/key-store.ts';

let count = 0;
const open = () => env.KEY_STORE.get(env.KEY_STORE.idFromName(`acme/${count++}`));
// The type of a stub over recursive JSON is too deep for the checker; the stub has the methods all the same.
const doorOf = (stub: unknown) => stub as KeyStoreRpc;

const owner = { workflow_id: 'wf_1', workflow: 'orders', pipeline: 'pay' };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

keyStoreConformance('object', async () => {
  const stub = open();
  const store = doorOf(stub);
  return {
    store,
    // Timers of the object have to fire where the object may touch its storage.
    advance: (ms) => runInDurableObject(stub, () => void vi.advanceTimersByTime(ms)),
    async restart() {
      await evictDurableObject(stub);
      return store;
    },
  };
});

it('sets an alarm that removes what is over', async () => {
  const stub = open();
  await doorOf(stub).claim({ key: 'k', holder: 'a', lease_ms: 1000, owner });
  await doorOf(stub).settle({ key: 'k', holder: 'a', result: { output: 1 }, ttl_ms: 2000 });
  vi.setSystemTime(Date.now() + 2 * 3_600_000);
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect(await runInDurableObject(stub, (_object, state) => state.storage.sql.exec<{ n: number }>('SELECT count(*) AS n FROM keys').one().n)).toBe(0);
  expect(await runDurableObjectAlarm(stub)).toBe(false);
});

const rowsOf = (stub: DurableObjectStub, sql: string) => runInDurableObject(stub, (_object, { storage }) => storage.sql.exec(sql).toArray());

it('makes nothing when it is only looked at', async () => {
  const stub = open();
  expect(await doorOf(stub).look('k')).toBeNull();
  expect(await doorOf(stub).list({ limit: 10 })).toEqual({ items: [], next: null });
  expect(await doorOf(stub).release({ key: 'k', holder: 'a' })).toBe('gone');
  expect(await rowsOf(stub, "SELECT name FROM sqlite_master WHERE name LIKE 'keys%'")).toEqual([]);
});

it('reads a list from its index, without sorting', async () => {
  const stub = open();
  await doorOf(stub).claim({ key: 'k', holder: 'a', lease_ms: 1000, owner });
  const plan = await rowsOf(stub, `EXPLAIN QUERY PLAN ${NEWEST.replaceAll('?', '1')}`);
  expect(plan.map(({ detail }) => detail)).toEqual(['SEARCH keys USING INDEX keys_by_time (at>? AND (at,key)<(?,?))']);
});

it('removes what is over a bounded number of keys at a time, without a look at all of them', async () => {
  const stub = open();
  await doorOf(stub).claim({ key: 'z', holder: 'a', lease_ms: 100_000_000, owner });
  await rowsOf(
    stub,
    `WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < ${SWEPT_AT_ONCE + 10})
    INSERT INTO keys (key, part, holder, until, result) SELECT 'k' || n, 0, 'a', 1, '{}' FROM n UNION ALL SELECT 'k' || n, 1, 'a', 1, '{}' FROM n WHERE n <= 10`,
  );
  const left = async () => (await rowsOf(stub, 'SELECT count(*) AS rows FROM keys'))[0]!.rows;
  for (const sql of [LOOKED_AT, OVER]) {
    const plan = (await rowsOf(stub, `EXPLAIN QUERY PLAN ${sql.replaceAll('?', '1')}`)).map(({ detail }) => String(detail));
    expect(plan.filter((line) => /\bkeys\b/.test(line))).toEqual([expect.stringMatching(/^SEARCH keys USING PRIMARY KEY \(key>\?/)]);
  }
  const first = await runInDurableObject(stub, (object, { storage }) => {
    void (object as unknown as { alarm(): Promise<void> }).alarm();
    return storage.sql.exec('SELECT count(*) AS rows FROM keys').one().rows;
  });
  expect(first).toBe(11);
  // What is left it takes by itself, in the next millisecond.
  await expect.poll(left).toBe(1);
});

it('takes a key in two rows and its result in one: the bill', async () => {
  const stub = open();
  const rows = await runInDurableObject(stub, (_object, { storage }) => {
    const cursors: { rowsWritten: number }[] = [];
    const exec = (...given: Parameters<SqlStorage['exec']>) => {
      const cursor = storage.sql.exec(...given);
      cursors.push(cursor);
      return cursor;
    };
    const table = new KeyTable({ exec } as unknown as SqlStorage);
    const written = (work: () => void) => {
      cursors.length = 0;
      work();
      return cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0);
    };
    table.put('first', { holder: 'a', until: 1, at: 1, owner });
    const record = { holder: 'a', until: 10, at: 2, owner };
    return [written(() => table.put('k', record)), written(() => table.put('k', { ...record, result: '{}' })), written(() => table.delete('k'))];
  });
  expect(rows).toEqual([2, 1, 1]);
});

it('goes on with a table that was made before there was a list', async () => {
  const stub = open();
  await runInDurableObject(stub, (_object, { storage: { sql } }) => {
    sql.exec(
      'CREATE TABLE keys (key TEXT NOT NULL, part INTEGER NOT NULL, holder TEXT NOT NULL, until INTEGER NOT NULL, result TEXT, PRIMARY KEY (key, part)) WITHOUT ROWID',
    );
    sql.exec("INSERT INTO keys (key, part, holder, until, result) VALUES ('old', 0, 'a', ?, ?)", Date.now() + 60_000, JSON.stringify({ output: 1 }));
  });
  await evictDurableObject(stub);
  expect(await doorOf(stub).claim({ key: 'old', holder: 'b', lease_ms: 1000, owner })).toMatchObject({ kind: 'stored', output: 1 });
  await doorOf(stub).claim({ key: 'new', holder: 'a', lease_ms: 1000, owner });
  expect((await doorOf(stub).list({ limit: 10 })).items.map(({ key }) => key)).toEqual(['new']);
});
