/**
 * The keys of a shard in its object's SQLite.
 *
 * 1. Looking makes no table: an object that is only asked stays empty.
 * 2. A key is one row, and an entry of the index by time, which is written when the key is taken and not again when its
 *    result comes. A long result goes over several rows, of which the first alone is in the index.
 * 3. A list reads the index and the rows' beginnings: results, which may be long, stand last in the row.
 */
import type { KeyPlace } from '#contracts/key-store';
import type { KeyLine } from '#objects/key-list';
import type { KeyRecord, KeyRecords } from '#objects/key-store-core';

/** A row ends at 2 MB, and a character takes up to three bytes. */
const PART_CHARACTERS = 600_000;

/** Part 0 carries all but the rest of the result, which is NULL while the claim is open. `at` is 0 where it is in no list. */
const TABLE = `CREATE TABLE IF NOT EXISTS keys (key TEXT NOT NULL, part INTEGER NOT NULL, at INTEGER NOT NULL DEFAULT 0, holder TEXT NOT NULL,
until INTEGER NOT NULL, workflow_id TEXT, workflow TEXT, pipeline TEXT, result TEXT, PRIMARY KEY (key, part)) WITHOUT ROWID`;
const INDEX = 'CREATE INDEX IF NOT EXISTS keys_by_time ON keys (at, key) WHERE at > 0';
/** What a table has not that was made before there was a list. */
const LATER = ['at INTEGER NOT NULL DEFAULT 0', 'workflow_id TEXT', 'workflow TEXT', 'pipeline TEXT'];

/** For a place and a number of rows. */
export const NEWEST = `SELECT at, key, holder, until, workflow_id, workflow, pipeline, result IS NOT NULL AS has_result FROM keys INDEXED BY keys_by_time
WHERE at > 0 AND (at, key) < (?, ?) ORDER BY at DESC, key DESC LIMIT ?`;

/** For an instant, a key and a number of keys: what a sweep finds behind the key. */
export const LOOKED_AT = `SELECT count(*) AS keys, max(key) AS last, min(CASE WHEN until >= ? THEN until END) AS next
FROM (SELECT key, until FROM keys WHERE key > ? AND part = 0 ORDER BY key LIMIT ?)`;
/** For the keys from behind one to another, and an instant. */
export const OVER = 'DELETE FROM keys WHERE key > ? AND key <= ? AND until < ?';

interface Row {
  [column: string]: SqlStorageValue;
  at: number;
  key: string;
  holder: string;
  until: number;
  workflow_id: string | null;
  workflow: string | null;
  pipeline: string | null;
}

export class KeyTable implements KeyRecords {
  #isThere: boolean;

  constructor(private readonly sql: SqlStorage) {
    const columns = sql
      .exec<{ name: string }>("SELECT name FROM pragma_table_info('keys')")
      .toArray()
      .map(({ name }) => name);
    this.#isThere = columns.length > 0;
    if (!this.#isThere || columns.includes('at')) return;
    for (const column of LATER) sql.exec(`ALTER TABLE keys ADD COLUMN ${column}`);
    sql.exec(INDEX);
  }

  get(key: string): KeyRecord | undefined {
    if (!this.#isThere) return undefined;
    const parts = this.sql.exec<Row & { result: string | null }>('SELECT * FROM keys WHERE key = ? ORDER BY part', key).toArray();
    const [first] = parts;
    if (!first) return undefined;
    const { holder, until } = first;
    const record: KeyRecord = { holder, until, ...(first.at > 0 ? { at: first.at, owner: ownerOf(first) } : {}) };
    if (first.result !== null) record.result = parts.map((part) => part.result).join('');
    return record;
  }

  put(key: string, { holder, until, result, at = 0, owner }: KeyRecord): void {
    this.#make();
    const { workflow_id = null, workflow = null, pipeline = null } = owner ?? {};
    const [first = null, ...rest] = result === undefined ? [] : partsOf(result);
    const known = this.sql.exec<{ last: number | null; at: number | null }>('SELECT max(part) AS last, max(at) AS at FROM keys WHERE key = ?', key).one();
    if ((known.last ?? 0) > 0) this.sql.exec('DELETE FROM keys WHERE key = ? AND part > 0', key);
    // What is taken at the same time stands in the index already.
    if (known.last !== null && known.at === at) {
      this.sql.exec(
        'UPDATE keys SET holder = ?, until = ?, workflow_id = ?, workflow = ?, pipeline = ?, result = ? WHERE key = ? AND part = 0',
        ...[holder, until, workflow_id, workflow, pipeline, first, key],
      );
    } else {
      this.sql.exec(
        'INSERT OR REPLACE INTO keys (key, part, at, holder, until, workflow_id, workflow, pipeline, result) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?)',
        ...[key, at, holder, until, workflow_id, workflow, pipeline, first],
      );
    }
    for (const [index, text] of rest.entries())
      this.sql.exec('INSERT INTO keys (key, part, holder, until, result) VALUES (?, ?, ?, ?, ?)', key, index + 1, holder, until, text);
  }

  delete(key: string): void {
    if (this.#isThere) this.sql.exec('DELETE FROM keys WHERE key = ?', key);
  }

  newest(before: KeyPlace | undefined, limit: number): KeyLine[] {
    if (!this.#isThere) return [];
    const { at, key } = before ?? { at: Number.MAX_SAFE_INTEGER, key: '' };
    return this.sql
      .exec<Row & { has_result: number }>(NEWEST, at, key, limit)
      .toArray()
      .map((row) => ({ at: row.at, key: row.key, holder: row.holder, until: row.until, has_result: row.has_result === 1, owner: ownerOf(row) }));
  }

  removeBefore(instant: number, after: string, limit: number): { next?: number; place?: string } {
    if (!this.#isThere) return {};
    const { keys, last, next } = this.sql.exec<{ keys: number; last: string | null; next: number | null }>(LOOKED_AT, instant, after, limit).one();
    if (last === null) return {};
    this.sql.exec(OVER, after, last, instant);
    return { ...(next === null ? {} : { next }), ...(keys < limit ? {} : { place: last }) };
  }

  #make(): void {
    if (this.#isThere) return;
    this.sql.exec(TABLE);
    this.sql.exec(INDEX);
    this.#isThere = true;
  }
}

/** No part ends in the middle of a character: halves of a surrogate pair are not stored as they are. */
function partsOf(result: string): string[] {
  const parts = [];
  let from = 0;
  do {
    const end = from + PART_CHARACTERS;
    const to = isSecondHalf(result.charCodeAt(end)) ? end - 1 : end;
    parts.push(result.slice(from, to));
    from = to;
  } while (from < result.length);
  return parts;
}

function isSecondHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function ownerOf({ workflow_id, workflow, pipeline }: Row) {
  return { workflow_id: workflow_id ?? '', workflow: workflow ?? '', pipeline: pipeline ?? '' };
}
