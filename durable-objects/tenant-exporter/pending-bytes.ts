/** Bytes of the archive that do not fill a part yet, in rows, on the disk of the object. */

/** R2 takes parts of at least 5 MiB, all of one size but the last. */
export const PART = 8 * 1024 * 1024;
/** Bytes of one row; SQLite takes up to 2 MB. */
const CHUNK = 1024 * 1024;

export class PendingBytes {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec('CREATE TABLE IF NOT EXISTS pending (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL)');
  }

  put(seq: number, bytes: Uint8Array): void {
    this.#sql.exec('INSERT OR REPLACE INTO pending VALUES (?, ?)', seq, bytes.slice().buffer);
  }

  /** In rows of a size that SQLite takes, behind `last`. Answers the last of them. */
  append(last: number, bytes: Uint8Array): number {
    let seq = last;
    for (let from = 0; from < bytes.byteLength; from += CHUNK) this.put(++seq, bytes.subarray(from, from + CHUNK));
    return seq;
  }

  /** As much as fills a part; `rest`: what is left of the row `seq`, the last of them. */
  first(): { bytes: Uint8Array; rest: Uint8Array; seq: number } {
    const part = new Uint8Array(PART);
    let filled = 0;
    for (const { seq, bytes } of this.#sql.exec<{ seq: number; bytes: ArrayBuffer }>('SELECT seq, bytes FROM pending ORDER BY seq')) {
      const row = new Uint8Array(bytes);
      const taken = row.subarray(0, PART - filled);
      part.set(taken, filled);
      filled += taken.byteLength;
      if (filled === PART) return { bytes: part, rest: row.slice(taken.byteLength), seq };
    }
    return { bytes: part.slice(0, filled), rest: new Uint8Array(), seq: Number.MAX_SAFE_INTEGER };
  }

  /** A part has gone out: of its last row, `seq`, the rest stays. */
  dropPart(seq: number, rest: Uint8Array): void {
    this.#sql.exec('DELETE FROM pending WHERE seq <= ?', seq);
    if (rest.byteLength > 0) this.put(seq, rest);
  }

  /** What a file has left that was cut off. */
  dropBehind(seq: number): void {
    this.#sql.exec('DELETE FROM pending WHERE seq > ?', seq);
  }

  clear(): void {
    this.#sql.exec('DELETE FROM pending');
  }
}
