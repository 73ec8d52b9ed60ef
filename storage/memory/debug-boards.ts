/** Memory twin of the boards. */
import type { Board, BoardName, Breakpoint, Mock } from '#contracts/debugging';
import { type DebugBoards, MAX_BOARD_ENTRIES } from '#storage/ports';

export class MemoryDebugBoards implements DebugBoards {
  readonly #boards = new Map<string, Board>();

  async read(name: BoardName, now: number): Promise<Board> {
    const { breakpoints, mocks } = this.#of(name);
    const fresh = <T extends Breakpoint | Mock>(entries: T[]) => entries.filter((entry) => entry.expires_at > now);
    return structuredClone({ breakpoints: fresh(breakpoints), mocks: fresh(mocks) });
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
