/** Memory twin of the boards. */
import type { Board, BoardKind, BoardKinds, BoardName, Breakpoint, Mock, OnBoard } from '#contracts/debugging';
import { BOARD_ORDER, type BoardPlace, boardCursor, placeOfBoardCursor } from '#storage/board-place';
import { pageOf } from '#storage/cursor';
import type { Page, PageRequest } from '#storage/platform-ports';
import { type BoardFilter, type DebugBoards, MAX_BOARD_ENTRIES } from '#storage/ports';

export class MemoryDebugBoards implements DebugBoards {
  readonly #boards = new Map<string, Board>();

  async read(name: BoardName, now: number): Promise<Board> {
    const { breakpoints, mocks } = this.#of(name);
    const fresh = <T extends Breakpoint | Mock>(entries: T[]) => entries.filter((entry) => entry.expires_at > now);
    return structuredClone({ breakpoints: fresh(breakpoints), mocks: fresh(mocks) });
  }

  async list<K extends BoardKind>(tenant: string, kind: K, filter: BoardFilter & PageRequest & { now: number }): Promise<Page<OnBoard<K>>> {
    const { now, limit, cursor } = filter;
    const after = cursor === undefined ? undefined : placeOfBoardCursor(kind, cursor);
    const found = [...this.#boards.keys()]
      .map(nameOf)
      .filter((name) => name.tenant === tenant && isWanted(name, filter))
      .flatMap((name) => this.#entries(kind, name).map((entry): OnBoard<K> => ({ name, entry })))
      .filter(({ entry }) => entry.expires_at > now)
      .sort((a, b) => inOrder(placeOf(a), placeOf(b)))
      .filter((one) => after === undefined || inOrder(placeOf(one), after) > 0);
    return structuredClone(pageOf(found.slice(0, limit + 1), limit, (last) => boardCursor(kind, placeOf(last))));
  }

  async addBreakpoint(name: BoardName, breakpoint: Breakpoint): Promise<boolean> {
    const board = await this.read(name, breakpoint.created_at);
    if (sizeOf(board) >= MAX_BOARD_ENTRIES) return false;
    this.#put(name, { ...board, breakpoints: [...board.breakpoints, breakpoint] });
    return true;
  }

  async putMocks(name: BoardName, mocks: Mock[]): Promise<boolean> {
    const board = await this.read(name, mocks[0]?.created_at ?? 0);
    const kept = board.mocks.filter((mock) => !mocks.some(({ step }) => step === mock.step));
    const next = { ...board, mocks: [...kept, ...mocks] };
    if (sizeOf(next) > MAX_BOARD_ENTRIES) return false;
    this.#put(name, next);
    return true;
  }

  async removeBreakpoints(name: BoardName, id?: string): Promise<number> {
    const board = this.#of(name);
    const kept = board.breakpoints.filter((breakpoint) => id !== undefined && breakpoint.id !== id);
    this.#put(name, { ...board, breakpoints: kept });
    return board.breakpoints.length - kept.length;
  }

  async removeMocks(name: BoardName, step?: string): Promise<number> {
    const board = this.#of(name);
    const kept = board.mocks.filter((mock) => step !== undefined && mock.step !== step);
    this.#put(name, { ...board, mocks: kept });
    return board.mocks.length - kept.length;
  }

  #entries<K extends BoardKind>(kind: K, name: BoardName): BoardKinds[K][] {
    const { breakpoints, mocks } = this.#of(name);
    return (kind === 'breakpoint' ? breakpoints : mocks) as BoardKinds[K][];
  }

  #of(name: BoardName): Board {
    return this.#boards.get(keyOf(name)) ?? { breakpoints: [], mocks: [] };
  }

  #put(name: BoardName, board: Board): void {
    this.#boards.set(keyOf(name), structuredClone(board));
  }
}

function sizeOf(board: Board): number {
  return board.breakpoints.length + board.mocks.length;
}

function keyOf({ tenant, environment, workflow, pipeline }: BoardName): string {
  return JSON.stringify([tenant, environment, workflow, pipeline]);
}

function nameOf(key: string): BoardName {
  const [tenant, environment, workflow, pipeline] = JSON.parse(key) as [string, string, string, string];
  return { tenant, environment, workflow, pipeline };
}

function isWanted(name: BoardName, { environment, workflow, pipeline, workflows }: BoardFilter): boolean {
  const fits = (wanted: string | undefined, value: string) => wanted === undefined || wanted === value;
  const isReached = workflows === undefined || workflows.includes(name.workflow);
  return isReached && fits(environment, name.environment) && fits(workflow, name.workflow) && fits(pipeline, name.pipeline);
}

function placeOf({ name: { tenant: _, ...name }, entry: { step, id } }: OnBoard<BoardKind>): BoardPlace {
  return { ...name, step, id };
}

function inOrder(a: BoardPlace, b: BoardPlace): number {
  const part = BOARD_ORDER.find((each) => a[each] !== b[each]);
  if (part === undefined) return 0;
  return a[part] < b[part] ? -1 : 1;
}
