/** What every database of an application keeps to. */
import { describe, expect, it } from 'vitest';
import type { AppDatabaseRpc } from '#contracts/app-database-rpc';
import type { Json } from '#contracts/json';

export interface AppDatabaseUnderTest {
  database: AppDatabaseRpc;
  /** A new instance over the same storage. */
  restart(): Promise<AppDatabaseRpc>;
}

const setup = ['CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT UNIQUE, amount REAL, note)'];

export function appDatabaseConformance(name: string, make: () => Promise<AppDatabaseUnderTest>): void {
  const fresh = async () => (await make()).database;

  describe(`application database: ${name}`, () => {
    it('is set up before its first statement, and once', async () => {
      const { database, restart } = await make();
      expect(await database.exec("INSERT INTO orders (name) VALUES ('a')", [], 'k1', setup)).toMatchObject({ ok: true, affected_rows: 1, last_id: 1 });
      expect(await database.query('SELECT id, name FROM orders', [], setup)).toMatchObject({ ok: true, rows: [{ id: 1, name: 'a' }] });
      const next = await restart();
      expect(await next.query('SELECT count(*) AS n FROM orders', [], setup)).toMatchObject({ ok: true, rows: [{ n: 1 }] });
    });

    it('does a statement that is added to the setup later', async () => {
      const { database, restart } = await make();
      await database.exec("INSERT INTO orders (name) VALUES ('a')", [], 'k1', setup);
      const more = [...setup, "ALTER TABLE orders ADD COLUMN city TEXT; INSERT INTO orders (name) VALUES ('b');"];
      expect(await (await restart()).query('SELECT name, city FROM orders ORDER BY id', [], more)).toMatchObject({
        rows: [
          { name: 'a', city: null },
          { name: 'b', city: null },
        ],
      });
    });

    it('says which statement of the setup is wrong, and leaves nothing half done', async () => {
      const { database } = await make();
      const result = await database.query('SELECT 1 AS one', [], ['CREATE TABLE a (x); CREATE TABLE a (y)']);
      expect(result).toMatchObject({ ok: false, message: expect.stringContaining('Statement 1 of the setup') });
      expect(await database.query("SELECT name FROM sqlite_master WHERE name = 'a'", [], [])).toMatchObject({ rows: [] });
      expect(await database.query('SELECT 1 AS one', [], ['CREATE TABLE a (x)'])).toMatchObject({ ok: true, rows: [{ one: 1 }] });
    });

    it('makes an effect once under a key', async () => {
      const { database, restart } = await make();
      const insert = (on: AppDatabaseRpc) => on.exec('INSERT INTO orders (amount) VALUES (?) RETURNING id, amount', [2.5], 'exec_1:save', setup);
      const first = await insert(database);
      expect(first).toEqual({ ok: true, rows: [{ id: 1, amount: 2.5 }], affected_rows: 1, last_id: 1, reused: false });
      expect(await insert(database)).toEqual({ ...first, reused: true });
      expect(await insert(await restart())).toEqual({ ...first, reused: true });
      expect(await database.query('SELECT count(*) AS n FROM orders', [], setup)).toMatchObject({ rows: [{ n: 1 }] });
    });

    it('makes an effect under each key', async () => {
      const database = await fresh();
      for (const key of ['a', 'b', 'c']) await database.exec('INSERT INTO orders (amount) VALUES (1)', [], key, setup);
      expect(await database.query('SELECT count(*) AS n FROM orders', [], setup)).toMatchObject({ rows: [{ n: 3 }] });
    });

    it('keeps no key of a statement that was refused', async () => {
      const database = await fresh();
      await database.exec("INSERT INTO orders (name) VALUES ('a')", [], 'k1', setup);
      const again = () => database.exec("INSERT INTO orders (name) VALUES ('a')", [], 'k2', setup);
      expect(await again()).toMatchObject({ ok: false, message: expect.stringContaining('UNIQUE constraint failed') });
      await database.exec('DELETE FROM orders', [], 'k3', setup);
      expect(await again()).toMatchObject({ ok: true, reused: false });
    });

    it('counts what was changed', async () => {
      const database = await fresh();
      const exec = (sql: string, key: string) => database.exec(sql, [], key, setup);
      expect(await exec('INSERT INTO orders (amount) VALUES (1), (2), (3)', '1')).toMatchObject({ affected_rows: 3, last_id: 3 });
      expect(await exec('UPDATE orders SET amount = 0 WHERE amount > 1', '2')).toMatchObject({ affected_rows: 2, last_id: null });
      expect(await exec('UPDATE orders SET amount = 0 WHERE amount > 9', '3')).toMatchObject({ affected_rows: 0, last_id: null });
      expect(await exec('DELETE FROM orders WHERE id = 1', '4')).toMatchObject({ affected_rows: 1, last_id: null });
      expect(await exec('CREATE TABLE t (a)', '5')).toMatchObject({ affected_rows: 0, last_id: null });
      expect(await exec('INSERT OR IGNORE INTO orders (id) VALUES (2)', '6')).toMatchObject({ affected_rows: 0, last_id: null });
      expect(await exec('WITH x AS (SELECT 40 AS id) INSERT INTO orders (id) SELECT id FROM x', '7')).toMatchObject({ affected_rows: 1, last_id: 40 });
    });

    it.each<[string, string, Json[], Json]>([
      ['? in order', 'SELECT ? AS a, ? AS b', ['x', 'y'], { a: 'x', b: 'y' }],
      ['$1 by number', 'SELECT $2 AS a, $1 AS b, $2 AS c', ['x', 'y'], { a: 'y', b: 'x', c: 'y' }],
      ['?1 by number', 'SELECT ?2 AS a, ?1 AS b', ['x', 'y'], { a: 'y', b: 'x' }],
      [
        '$10 is not $1',
        `SELECT ${Array.from({ length: 11 }, (_, i) => `$${i + 1} AS c${i + 1}`).join(', ')}`,
        [...'abcdefghijk'],
        Object.fromEntries([...'abcdefghijk'].map((c, i) => [`c${i + 1}`, c])),
      ],
      [
        'values of every type',
        'SELECT ? AS t, ? AS f, ? AS n, ? AS i, ? AS r, ? AS s',
        [true, false, null, 5, 1.5, "it's; -- ok"],
        { t: 1, f: 0, n: null, i: 5, r: 1.5, s: "it's; -- ok" },
      ],
      ['whole numbers stay whole', "SELECT typeof(?) AS a, 'n' || ? AS b, typeof(?) AS c", [5, 7, 1.5], { a: 'integer', b: 'n7', c: 'real' }],
      ['a negative number after a minus', 'SELECT 3 - ? AS a, 3 -? AS b', [-5, -5], { a: 8, b: 8 }],
      ['objects and lists as JSON', "SELECT ? AS a, json_extract(?, '$[1]') AS b", [{ x: 1 }, [1, 2]], { a: '{"x":1}', b: 2 }],
      ['a limit', 'SELECT value FROM json_each(?) LIMIT ?', [[1, 2], 1], { value: 1 }],
      ['no placeholder inside text, names and comments', 'SELECT \'?\' AS a, "$1" AS b /* ? */ FROM (SELECT ? AS "$1") -- $2', ['x'], { a: '?', b: 'x' }],
      ['a semicolon at the end', 'SELECT ? AS a ; ', ['x'], { a: 'x' }],
      ['text of other scripts', 'SELECT ? AS ä', ['日本'], { ä: '日本' }],
      ['bytes as base64', "SELECT x'fffe00' AS a", [], { a: '//4A' }],
      ['what is no number in JSON', 'SELECT 9e999 AS a', [], { a: null }],
    ])('binds %s', async (_name, sql, params, row) => {
      expect(await (await fresh()).query(sql, params, [])).toEqual({ ok: true, rows: [row], affected_rows: 0, last_id: null, reused: false });
    });

    it('stores numbers in text columns as they are written', async () => {
      const database = await fresh();
      await database.exec('INSERT INTO orders (name, note) VALUES (?, ?)', [5, 6], 'k', setup);
      expect(await database.query('SELECT name, note FROM orders', [], setup)).toMatchObject({ rows: [{ name: '5', note: 6 }] });
    });

    it.each<[string, string, Json[], string]>([
      ['too few values', 'SELECT ?, ?', [1], 'Placeholder 2 has no value: 1 parameter given.'],
      ['a number without a value', 'SELECT $3', [1, 2], '$3 has no value: 2 parameters given.'],
      ['number zero', 'SELECT $0', [1], '$0 has no value'],
      ['values that are not used', 'SELECT ?', [1, 2], 'uses 1 of the 2 parameters'],
      ['two styles', 'SELECT ?, $1', [1, 2], 'either ? or $1'],
      ['names', 'SELECT :id', [1], ':id is not a placeholder'],
      ['nothing', ' -- nothing', [], 'The statement is empty.'],
      ['a mistake', 'SELEC 1', [], 'SELEC is not a query'],
      ['a table that is not there', 'SELECT * FROM nowhere', [], 'no such table: nowhere'],
    ])('refuses %s', async (_name, sql, params, message) => {
      expect(await (await fresh()).query(sql, params, [])).toEqual({ ok: false, message: expect.stringContaining(message) });
    });

    it.each([
      "INSERT INTO orders (name) VALUES ('x')",
      "INSERT INTO orders (name) VALUES ('x') RETURNING id",
      'DELETE FROM orders',
      "WITH x AS (SELECT 1) INSERT INTO orders (name) VALUES ('x') RETURNING id",
      'WITH x AS (SELECT 1) DELETE FROM orders RETURNING id',
      'CREATE TABLE t (a)',
      'DROP TABLE orders',
    ])('changes nothing by a query: %s', async (sql) => {
      const database = await fresh();
      await database.exec("INSERT INTO orders (name) VALUES ('kept')", [], 'k', setup);
      expect(await database.query(sql, [], setup)).toMatchObject({ ok: false, message: expect.stringContaining('step.db_exec') });
      expect(await database.query('SELECT name FROM orders', [], setup)).toMatchObject({ rows: [{ name: 'kept' }] });
    });

    it.each([
      'SELECT * FROM _wf_effects',
      'SELECT * FROM "_wf_effects"',
      'SELECT * FROM [_WF_effects]',
      'SELECT * FROM `_wf_effects`',
      "SELECT * FROM '_wf_effects'",
      'SELECT * FROM main._wf_effects',
      'DELETE FROM/**/_wf_effects',
      'DROP TABLE _wf_meta',
      'CREATE TABLE _wf_mine (a)',
      'CREATE VIEW v AS SELECT * FROM _wf_effects',
      "ATTACH DATABASE 'other.db' AS o",
      'attach database ":memory:" as o',
      'PRAGMA writable_schema = 1',
      '/* x */ PRAGMA user_version',
      'BEGIN',
      'COMMIT',
      'SAVEPOINT a',
      'VACUUM',
      'SELECT 1; DROP TABLE orders',
      "INSERT INTO orders (name) VALUES ('a'); DELETE FROM orders",
    ])('is out of reach: %s', async (sql) => {
      const database = await fresh();
      expect(await database.exec(sql, [], 'k', setup)).toMatchObject({ ok: false });
      expect(await database.exec("INSERT INTO orders (name) VALUES ('a')", [], 'k', setup)).toMatchObject({ ok: true, reused: false });
    });

    it('makes triggers, whose bodies have semicolons', async () => {
      const database = await fresh();
      const trigger = `CREATE TRIGGER t AFTER INSERT ON orders BEGIN
        UPDATE orders SET note = CASE WHEN new.amount > 1 THEN 'big' ELSE 'small' END WHERE id = new.id;
        UPDATE orders SET amount = 0 WHERE id = new.id;
      END;`;
      expect(await database.exec('INSERT INTO orders (amount) VALUES (2)', [], 'k', [...setup, trigger])).toMatchObject({
        ok: true,
        affected_rows: 1,
        last_id: 1,
      });
      expect(await database.query('SELECT note, amount FROM orders', [], setup)).toMatchObject({ rows: [{ note: 'big', amount: 0 }] });
    });

    const numbers = (n: number) => `WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${n})`;

    it('bounds the rows', async () => {
      const database = await fresh();
      expect(await database.query(`${numbers(10_001)} SELECT n FROM s`, [], [])).toEqual({ ok: false, message: expect.stringContaining('Add LIMIT') });
      const full = await database.query(`${numbers(10_000)} SELECT n FROM s`, [], []);
      expect(full.ok && full.rows.length).toBe(10_000);
    });

    it('stops an endless query at the bound', async () => {
      const sql = 'WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s) SELECT n FROM s';
      expect(await (await fresh()).query(sql, [], [])).toEqual({ ok: false, message: expect.stringContaining('Add LIMIT') });
    });

    it('goes on working after a query that was too large', async () => {
      const database = await fresh();
      await database.query(`${numbers(20_000)} SELECT n FROM s LIMIT 15000`, [], []);
      expect(await database.exec('INSERT INTO orders (amount) VALUES (1)', [], 'k', setup)).toMatchObject({ ok: true });
      expect(await database.query('SELECT n FROM (SELECT 1 AS n UNION SELECT 2 LIMIT 1)', [], [])).toMatchObject({ rows: [{ n: 1 }] });
    });

    it('bounds the bytes', async () => {
      const database = await fresh();
      expect(await database.query(`${numbers(50)} SELECT hex(zeroblob(50000)) AS x FROM s`, [], [])).toEqual({
        ok: false,
        message: expect.stringContaining('more than 4 MB'),
      });
    });

    it('undoes a change whose rows are too many to keep', async () => {
      const database = await fresh();
      const sql = `${numbers(20)} INSERT INTO orders (note) SELECT hex(zeroblob(50000)) FROM s RETURNING note`;
      expect(await database.exec(sql, [], 'k', setup)).toEqual({ ok: false, message: expect.stringContaining('more than 1 MB') });
      expect(await database.query('SELECT count(*) AS n FROM orders', [], setup)).toMatchObject({ rows: [{ n: 0 }] });
    });
  });
}
