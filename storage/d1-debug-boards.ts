/**
 * Breakpoints and mocks in the region's D1: a row each, under the name of its board.
 * Reading a board that has nothing on it, which is nearly always, costs one lookup in the key.
 */
import type { Board, BoardName, Breakpoint, Mock } from '#contracts/debugging';
import { type DebugBoards, MAX_BOARD_ENTRIES } from '#storage/ports';

type Kind = 'breakpoint' | 'mock';

const ON_BOARD = 'tenant = ? AND environment = ? AND workflow = ? AND pipeline = ?';
const INSERT =
  'INSERT OR REPLACE INTO debug_entries (tenant, environment, workflow, pipeline, kind, step, id, body, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)';

export class D1DebugBoards implements DebugBoards {
  readonly #d1: D1Database;

  constructor(d1: D1Database) {
    this.#d1 = d1;
  }

  async read(name: BoardName, now: number): Promise<Board> {
    const statement = this.#d1.prepare(`SELECT kind, body FROM debug_entries WHERE ${ON_BOARD} AND expires_at > ? LIMIT ${MAX_BOARD_ENTRIES}`);
    const { results } = await statement.bind(...partsOf(name), now).all<{ kind: Kind; body: string }>();
    const of = <T>(kind: Kind) => results.filter((row) => row.kind === kind).map((row) => JSON.parse(row.body) as T);
    return { breakpoints: of<Breakpoint>('breakpoint').sort(byAge), mocks: of<Mock>('mock').sort(byAge) };
  }

  async addBreakpoint(name: BoardName, breakpoint: Breakpoint): Promise<boolean> {
    if ((await this.#room(name, breakpoint.created_at)) < 1) return false;
    await this.#insert(name, 'breakpoint', breakpoint).run();
    return true;
  }

  async putMocks(name: BoardName, mocks: Mock[]): Promise<boolean> {
    const first = mocks[0];
    if (!first) return true;
    const steps = JSON.stringify(mocks.map(({ step }) => step));
    const replaced = this.#d1.prepare(
      `SELECT count(*) AS n FROM debug_entries WHERE ${ON_BOARD} AND kind = 'mock' AND step IN (SELECT value FROM json_each(?))`,
    );
    const { n = 0 } = (await replaced.bind(...partsOf(name), steps).first<{ n: number }>()) ?? {};
    if ((await this.#room(name, first.created_at)) + n < mocks.length) return false;
    const earlier = this.#d1.prepare(`DELETE FROM debug_entries WHERE ${ON_BOARD} AND kind = 'mock' AND step IN (SELECT value FROM json_each(?))`);
    await this.#d1.batch([earlier.bind(...partsOf(name), steps), ...mocks.map((mock) => this.#insert(name, 'mock', mock))]);
    return true;
  }

  async removeBreakpoints(name: BoardName, id?: string): Promise<number> {
    return this.#remove(name, 'breakpoint', 'id', id);
  }

  async removeMocks(name: BoardName, step?: string): Promise<number> {
    return this.#remove(name, 'mock', 'step', step);
  }

  async #remove(name: BoardName, kind: Kind, column: 'id' | 'step', value: string | undefined): Promise<number> {
    const sql = `DELETE FROM debug_entries WHERE ${ON_BOARD} AND kind = ?${value === undefined ? '' : ` AND ${column} = ?`}`;
    const { meta } = await this.#d1
      .prepare(sql)
      .bind(...partsOf(name), kind, ...(value === undefined ? [] : [value]))
      .run();
    return meta.changes;
  }

  /** Places that are left, once what has expired is gone. */
  async #room(name: BoardName, now: number): Promise<number> {
    const [, counted] = await this.#d1.batch<{ n: number }>([
      this.#d1.prepare(`DELETE FROM debug_entries WHERE ${ON_BOARD} AND expires_at <= ?`).bind(...partsOf(name), now),
      this.#d1.prepare(`SELECT count(*) AS n FROM debug_entries WHERE ${ON_BOARD}`).bind(...partsOf(name)),
    ]);
    return MAX_BOARD_ENTRIES - (counted?.results[0]?.n ?? 0);
  }

  #insert(name: BoardName, kind: Kind, entry: Breakpoint | Mock): D1PreparedStatement {
    return this.#d1.prepare(INSERT).bind(...partsOf(name), kind, entry.step, entry.id, JSON.stringify(entry), entry.expires_at);
  }
}

function partsOf({ tenant, environment, workflow, pipeline }: BoardName): [string, string, string, string] {
  return [tenant, environment, workflow, pipeline];
}

function byAge(a: { created_at: number; id: string }, b: { created_at: number; id: string }): number {
  return a.created_at - b.created_at || (a.id < b.id ? -1 : 1);
}
