/**
 * Breakpoints and mocks in the region's D1: a row each, under the name of its board.
 * Reading a board that has nothing on it, which is nearly always, costs one lookup in the key; a list over all boards of a
 * tenant is one read along the key.
 */
import type { Board, BoardKind, BoardKinds, BoardName, Breakpoint, Mock, OnBoard } from '#contracts/debugging';
import { BOARD_ORDER, type BoardPlace, boardCursor, placeOfBoardCursor } from '#storage/board-place';
import { pageOf } from '#storage/cursor';
import type { Page, PageRequest } from '#storage/platform-ports';
import { type BoardFilter, type DebugBoards, MAX_BOARD_ENTRIES } from '#storage/ports';

type Row = BoardPlace & { body: string };

/** Behind the tenant. */
const KEY = ['environment', 'workflow', 'pipeline', 'kind', 'step', 'id'] as const;

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
    const { results } = await statement.bind(...partsOf(name), now).all<{ kind: BoardKind; body: string }>();
    const of = <T>(kind: BoardKind) => results.filter((row) => row.kind === kind).map((row) => JSON.parse(row.body) as T);
    return { breakpoints: of<Breakpoint>('breakpoint').sort(byAge), mocks: of<Mock>('mock').sort(byAge) };
  }

  async list<K extends BoardKind>(tenant: string, kind: K, filter: BoardFilter & PageRequest & { now: number }): Promise<Page<OnBoard<K>>> {
    const { now, limit, cursor, workflows, environment, workflow, pipeline } = filter;
    const fixed: Partial<BoardPlace> = { environment, workflow, pipeline };
    const given = BOARD_ORDER.filter((part) => fixed[part] !== undefined);
    // Where the key begins with what is given, the read begins there; behind a cursor it begins at the place.
    const begun = KEY.findIndex((column) => column === 'kind' || fixed[column] === undefined);
    const [lead, open] = [KEY.slice(0, begun), KEY.slice(begun)];
    const place = cursor === undefined ? undefined : { ...placeOfBoardCursor(kind, cursor), kind };
    // A sign before a column keeps it from choosing another order of the read than that of the key.
    const where = [
      'tenant = ?',
      ...given.map((part) => `${lead.includes(part) ? '' : '+'}${part} = ?`),
      ...(place ? [`(${open.join(', ')}) > (${open.map(() => '?').join(', ')})`] : []),
      ...(workflows ? ['+workflow IN (SELECT value FROM json_each(?))'] : []),
      '+kind = ?',
      'expires_at > ?',
    ];
    const values = [
      tenant,
      ...given.map((part) => fixed[part]!),
      ...(place ? open.map((column) => place[column]) : []),
      ...(workflows ? [JSON.stringify(workflows)] : []),
      ...[kind, now, limit + 1],
    ];
    const sql = `SELECT ${BOARD_ORDER.join(', ')}, body FROM debug_entries WHERE ${where.join(' AND ')} ORDER BY ${open.join(', ')} LIMIT ?`;
    const { results } = await this.#d1
      .prepare(sql)
      .bind(...values)
      .all<Row>();
    const { items, next_cursor } = pageOf(results, limit, (last) => boardCursor(kind, last));
    return { items: items.map((row) => onBoard<K>(tenant, row)), next_cursor };
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

  async #remove(name: BoardName, kind: BoardKind, column: 'id' | 'step', value: string | undefined): Promise<number> {
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

  #insert(name: BoardName, kind: BoardKind, entry: Breakpoint | Mock): D1PreparedStatement {
    return this.#d1.prepare(INSERT).bind(...partsOf(name), kind, entry.step, entry.id, JSON.stringify(entry), entry.expires_at);
  }
}

function onBoard<K extends BoardKind>(tenant: string, { environment, workflow, pipeline, body }: Row): OnBoard<K> {
  return { name: { tenant, environment, workflow, pipeline }, entry: JSON.parse(body) as BoardKinds[K] };
}

function partsOf({ tenant, environment, workflow, pipeline }: BoardName): [string, string, string, string] {
  return [tenant, environment, workflow, pipeline];
}

function byAge(a: { created_at: number; id: string }, b: { created_at: number; id: string }): number {
  return a.created_at - b.created_at || (a.id < b.id ? -1 : 1);
}
