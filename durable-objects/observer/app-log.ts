/**
 * The log of an application: what its executions have said, the newest first.
 *
 * Invariants
 * 1. All lines of an execution are one row, and the same execution twice is one.
 * 2. A read looks through a bounded number of rows; where it has not found enough it says where it stopped.
 * 3. What is older than it is to be kept goes; so does the oldest, where the log has grown too large.
 */

import { LOG_LEVELS } from '#contracts/log-level';
import type { AppLogLine, AppLogPage, AppLogQuery } from '#contracts/observation';
import type { Sql } from '#storage/event-log';

const TABLE =
  'CREATE TABLE IF NOT EXISTS entries (at INTEGER NOT NULL, entry TEXT NOT NULL, worst INTEGER NOT NULL, pipeline TEXT, lines TEXT NOT NULL, PRIMARY KEY (at, entry)) WITHOUT ROWID';
/** Of all lines of an entry, as text; what is beyond stays in the execution's own log. */
const MOST_ENTRY_CHARS = 256 * 1024;
const MOST_SCANNED = 2000;
const PAGE = 200;
const MOST_DROPPED = 1000;
const MOST_BYTES = 1024 ** 3;

export class AppLog {
  constructor(
    private readonly sql: Sql,
    /** Of the whole database. */
    private readonly bytes: () => number,
  ) {}

  make(): void {
    this.sql.exec(TABLE);
  }

  /** `entry`: who wrote the lines, an execution or a request. `at`: epoch ms of its end. */
  append(entry: string, at: number, pipeline: string | undefined, lines: readonly AppLogLine[]): void {
    if (lines.length === 0) return;
    const kept = fitting(lines);
    const worst = Math.max(...kept.map(({ level }) => LOG_LEVELS.indexOf(level)));
    this.sql.exec(
      'INSERT OR IGNORE INTO entries (at, entry, worst, pipeline, lines) VALUES (?, ?, ?, ?, ?)',
      at,
      entry,
      worst,
      pipeline ?? null,
      JSON.stringify(kept),
    );
  }

  read({ level, pipeline, text, from = 0, to = Number.MAX_SAFE_INTEGER, limit, before }: AppLogQuery): AppLogPage {
    const least = level === undefined ? 0 : LOG_LEVELS.indexOf(level);
    const fits = (line: AppLogLine) => LOG_LEVELS.indexOf(line.level) >= least && (text === undefined || said(line).includes(text.toLowerCase()));
    const items: AppLogLine[] = [];
    let place: { at: number; entry: string } = before ?? { at: to, entry: '\u{10ffff}' };
    let resume = before?.line;
    for (let scanned = 0; scanned < MOST_SCANNED; ) {
      const rows = [
        ...this.sql.exec(
          `SELECT at, entry, worst, pipeline, lines FROM entries WHERE at >= ? AND (at, entry) ${resume === undefined ? '<' : '<='} (?, ?) ORDER BY at DESC, entry DESC LIMIT ?`,
          from,
          place.at,
          place.entry,
          PAGE,
        ),
      ];
      for (const row of rows) {
        place = { at: Number(row.at), entry: String(row.entry) };
        const lines = Number(row.worst) < least || (pipeline !== undefined && row.pipeline !== pipeline) ? [] : (JSON.parse(String(row.lines)) as AppLogLine[]);
        for (let at = Math.min(resume ?? lines.length, lines.length) - 1; at >= 0; at--) {
          if (!fits(lines[at]!)) continue;
          items.push(lines[at]!);
          if (items.length === limit) return { items, next: { ...place, line: at } };
        }
        resume = undefined;
      }
      scanned += rows.length;
      if (rows.length < PAGE) return { items, next: null };
    }
    return { items, next: { ...place, line: 0 } };
  }

  /** The oldest go, so many at a time; answers how many. */
  forget(before: number): number {
    const keys = 'SELECT at, entry FROM entries WHERE at < ? ORDER BY at, entry LIMIT ?';
    return [...this.sql.exec(`DELETE FROM entries WHERE (at, entry) IN (${keys}) RETURNING 1`, before, MOST_DROPPED)].length;
  }

  /** Instant at which the oldest goes; `undefined`: there is none. */
  prune(now: number, keepMs: number): number | undefined {
    this.sql.exec('DELETE FROM entries WHERE at <= ?', now - keepMs);
    if (this.bytes() > MOST_BYTES) {
      this.sql.exec('DELETE FROM entries WHERE (at, entry) IN (SELECT at, entry FROM entries ORDER BY at, entry LIMIT ?)', MOST_DROPPED);
    }
    const [oldest] = this.sql.exec('SELECT at FROM entries ORDER BY at, entry LIMIT 1');
    return oldest === undefined ? undefined : Number(oldest.at) + keepMs;
  }
}

function fitting(lines: readonly AppLogLine[]): AppLogLine[] {
  const kept: AppLogLine[] = [];
  let size = 0;
  for (const line of lines) {
    size += JSON.stringify(line).length;
    if (size > MOST_ENTRY_CHARS) {
      const message = `And ${lines.length - kept.length} more lines, in the log of the execution itself.`;
      return [...kept, { ...line, level: 'warn', message, fields: {} }];
    }
    kept.push(line);
  }
  return kept;
}

/** What a search looks through, in lower case. */
function said({ message, step, execution_id, fields }: AppLogLine): string {
  return `${message} ${step ?? ''} ${execution_id ?? ''} ${fields ? JSON.stringify(fields) : ''}`.toLowerCase();
}
