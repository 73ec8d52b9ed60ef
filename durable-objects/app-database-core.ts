/**
 * The rules of an application's database, over any SQLite: the object and its twin in the tests differ in the
 * engine underneath and in nothing else.
 *
 * 1. A statement and the key it is done under are committed together: the same key answers the first result.
 * 2. Each statement of the setup is done once, in order; one that is added later is done when it first appears.
 * 3. A refused statement changes nothing. Errors are answers, never exceptions.
 */
import type { AppDatabaseRpc, DatabaseResult } from '#contracts/app-database-rpc';
import type { Json, JsonObject } from '#contracts/json';
import { type BoundStatement, bindStatement, onlyReads, type SqlValue, splitStatements } from '#objects/sql-statement';

/** SQLite, one statement at a time. Throws what SQLite says. */
export interface SqlEngine {
  run(sql: string, bindings: SqlValue[]): { columns: string[]; rows: Iterable<unknown[]> };
  /** All or nothing: what `work` did is undone when it throws. */
  transaction<T>(work: () => T): T;
}

const MAX_ROWS = 10_000;
const MAX_QUERY_BYTES = 4 * 1024 * 1024;
/** The result of a change is kept under its key, and a row ends at 2 MB. */
const MAX_EXEC_BYTES = 1024 * 1024;
/** A key that is older cannot come again: executions do not run that long between two attempts. */
const KEY_LIFE_MS = 90 * 86_400_000;
const SWEEP_EVERY_MS = 86_400_000;

type Done = Extract<DatabaseResult, { ok: true }>;

export class AppDatabase implements AppDatabaseRpc {
  #ready = false;
  readonly #setUp = new Set<string>();

  constructor(
    private readonly engine: SqlEngine,
    private readonly now: () => number,
  ) {}

  async query(sql: string, params: Json[], setup: string[]): Promise<DatabaseResult> {
    return this.#answer(() => {
      const statement = bindStatement(sql, params);
      if (!onlyReads(statement)) throw new Error(`${statement.verb} is not a query. Use step.db_exec, with returning for its rows.`);
      return this.engine.transaction(() => {
        this.#prepare(setup);
        const before = this.#number('total_changes()');
        const rows = this.#rows(statement, MAX_QUERY_BYTES);
        if (this.#number('total_changes()') !== before) throw new Error('The statement changes data, so it is not a query. Use step.db_exec.');
        return { ok: true, rows, affected_rows: 0, last_id: null, reused: false };
      });
    });
  }

  async exec(sql: string, params: Json[], key: string | null, setup: string[]): Promise<DatabaseResult> {
    return this.#answer(() =>
      this.engine.transaction(() => {
        this.#prepare(setup);
        if (key === null) return this.#change(bindStatement(sql, params));
        const known = this.#first('SELECT result FROM _wf_effects WHERE key = ?', [key]);
        if (known !== undefined) return { ...(JSON.parse(String(known)) as Done), reused: true };
        const result = this.#change(bindStatement(sql, params));
        this.engine.run('INSERT INTO _wf_effects (key, result, at) VALUES (?, ?, ?)', [key, JSON.stringify(result), this.now()]);
        return result;
      }),
    );
  }

  #change(statement: BoundStatement): Done {
    const before = this.#number('total_changes()');
    const rows = this.#rows(statement, MAX_EXEC_BYTES);
    const changed = this.#number('total_changes()') !== before;
    const affected = changed ? this.#number('changes()') : 0;
    const inserts = statement.verb === 'INSERT' || statement.verb === 'REPLACE';
    const lastId = inserts && affected > 0 ? this.#number('last_insert_rowid()') : null;
    return { ok: true, rows, affected_rows: affected, last_id: lastId, reused: false };
  }

  #answer(work: () => Done): DatabaseResult {
    try {
      return work();
    } catch (error) {
      // What was set up or made in a transaction that is undone has to be done again.
      this.#ready = false;
      this.#setUp.clear();
      return { ok: false, message: messageOf(error) };
    }
  }

  #prepare(setup: string[]): void {
    if (!this.#ready) {
      this.engine.run('CREATE TABLE IF NOT EXISTS _wf_effects (key TEXT PRIMARY KEY, result TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID', []);
      this.engine.run('CREATE TABLE IF NOT EXISTS _wf_meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID', []);
      this.#sweep();
      this.#ready = true;
    }
    for (const [index, text] of setup.entries()) {
      if (this.#setUp.has(text)) continue;
      for (const statement of splitStatements(text)) this.#setUpOnce(statement, index + 1);
      this.#setUp.add(text);
    }
  }

  #setUpOnce(statement: string, position: number): void {
    const name = `setup ${statement}`;
    if (this.#first('SELECT 1 FROM _wf_meta WHERE name = ?', [name]) !== undefined) return;
    try {
      drain(this.engine.run(statement, []));
    } catch (error) {
      throw new Error(`Statement ${position} of the setup of this database: ${messageOf(error)}`);
    }
    this.engine.run('INSERT INTO _wf_meta (name, value) VALUES (?, ?)', [name, this.now()]);
  }

  #sweep(): void {
    const now = this.now();
    const last = this.#first("SELECT value FROM _wf_meta WHERE name = 'swept'", []);
    if (last !== undefined && Number(last) > now - SWEEP_EVERY_MS) return;
    this.engine.run('DELETE FROM _wf_effects WHERE at < ?', [now - KEY_LIFE_MS]);
    this.engine.run("INSERT OR REPLACE INTO _wf_meta (name, value) VALUES ('swept', ?)", [now]);
  }

  #rows(statement: BoundStatement, maxBytes: number): JsonObject[] {
    const { columns, rows } = this.engine.run(boundedSql(statement), statement.bindings);
    const out: JsonObject[] = [];
    let bytes = 0;
    let excess: string | undefined;
    // A statement that is left half read stays open and keeps its transaction from ending, so all rows are read.
    for (const values of rows) {
      if (out.length === MAX_ROWS) excess ??= `The statement gives more than ${MAX_ROWS.toLocaleString('en-US')} rows. Add LIMIT, and read page by page.`;
      if (excess) continue;
      const row: JsonObject = {};
      columns.forEach((name, index) => {
        const value = jsonValue(values[index]);
        bytes += name.length + (typeof value === 'string' ? value.length : 8);
        row[name] = value;
      });
      if (bytes > maxBytes) excess = `The rows take more than ${maxBytes / 1024 / 1024} MB. Name fewer columns, or add LIMIT and read page by page.`;
      out.push(row);
    }
    if (excess) throw new Error(excess);
    return out;
  }

  #number(expression: string): number {
    return Number(this.#first(`SELECT ${expression}`, []));
  }

  #first(sql: string, bindings: SqlValue[]): unknown {
    const [row] = [...this.engine.run(sql, bindings).rows];
    return row?.[0];
  }
}

/** A query that says no LIMIT gets one: a row more than is allowed is enough to know. */
function boundedSql(statement: BoundStatement): string {
  return statement.verb === 'SELECT' && !statement.limited ? `${statement.sql}\nLIMIT ${MAX_ROWS + 1}` : statement.sql;
}

function drain(result: { rows: Iterable<unknown[]> }): void {
  for (const _ of result.rows);
}

/** Bytes are base64 text; what JSON has no number for is null. */
function jsonValue(value: unknown): Json {
  if (value instanceof ArrayBuffer) return base64(new Uint8Array(value));
  if (value instanceof Uint8Array) return base64(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return Number(value);
  return (value ?? null) as Json;
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** SQLite's own words, without what the runtime puts around them. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^Error: /, '').replace(/: SQLITE_[A-Z_]+(?: \(extended: \w+\))?$/, '');
}
