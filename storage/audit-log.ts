/**
 * A tenant's audit chain on SQLite.
 *
 * 1. Append only: there is no way to change an entry; what is old goes from the front, and a checkpoint says up to where.
 * 2. Reading and appending happen in one turn without an await, so that two entries never follow the same one.
 * 3. A chain begins with entry 1, or behind its checkpoint: an entry that is missing at the front shows, too. Of one that was
 *    shortened before there were checkpoints that cannot be known, and `verify` says so.
 */
import { createHash } from 'node:crypto';
import { type AuditCheckpoint, type AuditEntry, type AuditFact, type AuditQuery, type AuditVerdict, SHORTENED_BEFORE } from '#contracts/audit';
import type { Sql } from '#storage/event-log';

export const FIRST_PREV = '0'.repeat(64);
/** Rows that one page may look at, so that a rare actor costs a page, not the whole log. */
const SCANNED = 2000;
const VERIFIED_AT_ONCE = 500;
const FORGOTTEN_AT_ONCE = 1000;

interface Row extends Record<string, unknown> {
  seq: number;
  at: number;
  prev: string;
  hash: string;
  entry: string;
}

export class AuditLog {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec('CREATE TABLE IF NOT EXISTS entries (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL, entry TEXT NOT NULL)');
    const [known] = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'checkpoint'");
    if (!known) this.#begin();
  }

  /** Once for each log. One that was shortened earlier begins where it begins, and says so. */
  #begin(): void {
    this.#sql.exec(
      'CREATE TABLE checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL, adopted INTEGER NOT NULL DEFAULT 0)',
    );
    const [first] = this.#rows('SELECT * FROM entries ORDER BY seq LIMIT 1');
    if (first && first.seq > 1) this.#sql.exec('INSERT INTO checkpoint (id, seq, hash, adopted) VALUES (1, ?, ?, 1)', first.seq - 1, first.prev);
  }

  append(fact: AuditFact): AuditEntry {
    const [last] = this.#rows('SELECT * FROM entries ORDER BY seq DESC LIMIT 1');
    const seq = (last?.seq ?? 0) + 1;
    const prev = last?.hash ?? FIRST_PREV;
    const text = JSON.stringify({ seq, ...fact });
    const hash = chainHash(prev, text);
    this.#sql.exec('INSERT INTO entries (seq, at, prev, hash, entry) VALUES (?, ?, ?, ?, ?)', seq, fact.at, prev, hash, text);
    return { seq, ...fact, prev, hash };
  }

  page({ before = Number.MAX_SAFE_INTEGER, limit, ...filter }: AuditQuery): { items: AuditEntry[]; next: number | null } {
    const items: AuditEntry[] = [];
    let looked = 0;
    const end = filter.to === undefined ? before : Math.min(before, this.#firstAt(filter.to));
    let last = end;
    for (const row of this.#rows('SELECT * FROM entries WHERE seq < ? ORDER BY seq DESC LIMIT ?', end, SCANNED)) {
      looked++;
      last = row.seq;
      const entry = entryOf(row);
      if (matches(entry, filter)) items.push(entry);
      // Entries are in the order of their time: nothing further back can be in it.
      if (filter.from !== undefined && entry.at < filter.from) return { items, next: null };
      if (items.length === limit) break;
    }
    const more = looked === SCANNED || items.length === limit;
    return { items, next: more && this.#rows('SELECT * FROM entries WHERE seq < ? LIMIT 1', last).length > 0 ? last : null };
  }

  lines(from: number, limit: number): AuditEntry[] {
    return this.#rows('SELECT * FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?', from, limit).map(entryOf);
  }

  /** The last entry that has gone; `null`: all are there. */
  checkpoint(): AuditCheckpoint | null {
    const [row] = this.#sql.exec('SELECT seq, hash, adopted FROM checkpoint');
    return row ? { seq: Number(row.seq), hash: String(row.hash), ...(row.adopted === 1 ? { adopted: true } : {}) } : null;
  }

  verify(): AuditVerdict {
    const checkpoint = this.checkpoint();
    let entries = 0;
    let head = checkpoint?.hash ?? FIRST_PREV;
    let next = (checkpoint?.seq ?? 0) + 1;
    const since = checkpoint ? { since: next, ...(checkpoint.adopted ? { remark: SHORTENED_BEFORE } : {}) } : {};
    for (let from = 0; ; from = next) {
      const rows = this.#rows('SELECT * FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?', from, VERIFIED_AT_ONCE);
      for (const row of rows) {
        const { seq } = JSON.parse(row.entry) as { seq: number };
        if (row.seq !== next || row.prev !== head || seq !== row.seq || chainHash(row.prev, row.entry) !== row.hash)
          return { valid: false, entries, broken_at: next, head, ...since };
        entries++;
        head = row.hash;
        next++;
      }
      if (rows.length < VERIFIED_AT_ONCE) return { valid: true, entries, head, ...since };
    }
  }

  /** Entries before the instant go, so many at a time, from the front and without a gap; the newest stays. Answers how many. */
  forget(before: number): number {
    const old = this.#rows('SELECT * FROM entries WHERE seq < (SELECT max(seq) FROM entries) ORDER BY seq LIMIT ?', FORGOTTEN_AT_ONCE);
    const end = old.findIndex(({ at }) => at >= before);
    const gone = end < 0 ? old : old.slice(0, end);
    const last = gone.at(-1);
    if (!last) return 0;
    this.#sql.exec(
      `INSERT INTO checkpoint (id, seq, hash) VALUES (1, ?, ?)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, adopted = excluded.adopted`,
      last.seq,
      last.hash,
    );
    this.#sql.exec('DELETE FROM entries WHERE seq <= ?', last.seq);
    return gone.length;
  }

  /** Number of the first entry at or after the instant, one beyond the newest where there is none: found by halving, as they are in the order of time. */
  #firstAt(instant: number): number {
    const [ends] = this.#sql.exec('SELECT min(seq) AS first, max(seq) AS last FROM entries');
    let low = Number(ends?.first ?? 0);
    let high = Number(ends?.last ?? -1) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [row] = this.#sql.exec('SELECT at FROM entries WHERE seq >= ? ORDER BY seq LIMIT 1', middle);
      if (Number(row?.at) < instant) low = middle + 1;
      else high = middle;
    }
    return high;
  }

  #rows(query: string, ...bindings: (string | number)[]): Row[] {
    return [...this.#sql.exec(query, ...bindings)] as Row[];
  }
}

/** Hex SHA-256 of one link. */
export function chainHash(prev: string, text: string): string {
  return createHash('sha256').update(`${prev}\n${text}`).digest('hex');
}

function entryOf({ prev, hash, entry }: Row): AuditEntry {
  return { ...(JSON.parse(entry) as Omit<AuditEntry, 'prev' | 'hash'>), prev, hash };
}

function matches(entry: AuditEntry, { actor, action, target, from, to }: Omit<AuditQuery, 'before' | 'limit'>): boolean {
  return (
    (actor === undefined || entry.actor === actor) &&
    (action === undefined || entry.action === action) &&
    (target === undefined || entry.target === target || entry.target.startsWith(`${target}/`)) &&
    (from === undefined || entry.at >= from) &&
    (to === undefined || entry.at < to)
  );
}
