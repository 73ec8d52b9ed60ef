/**
 * Boards as executions see them: the isolate's own copy, at most a second old.
 *
 * 1. A breakpoint is noticed within a second by every execution that takes a step, and a step costs no call of its own:
 *    all executions of an isolate share one reading a second.
 * 2. A board that cannot be read keeps nobody from running: the last copy holds on, or an empty one.
 * 3. A reading is never waited for by others: it belongs to the request that does it, and may end with it.
 */
import { type Board, type BoardName, EMPTY_BOARD } from '#contracts/debugging';

/** From this age on somebody reads anew, ms; until the other, everybody else goes on with the copy meanwhile. */
const STALE_MS = 600;
const OLDEST_MS = 1000;
const MAX_BOARDS = 2000;

interface Copy {
  board: Board;
  /** Epoch ms; 0: never. */
  read_at: number;
  reading: boolean;
}

export interface BoardReader {
  read(name: BoardName, now: number): Promise<Board>;
  /** Epoch ms. */
  now(): number;
  failed(error: unknown, name: BoardName): void;
}

export class BoardWatch {
  readonly #copies = new Map<string, Copy>();

  /** At once where the copy is young enough. */
  of(name: BoardName, reader: BoardReader): Board | Promise<Board> {
    const key = keyOf(name);
    const now = reader.now();
    const copy = this.#copies.get(key) ?? { board: EMPTY_BOARD, read_at: 0, reading: false };
    const age = now - copy.read_at;
    if (age < STALE_MS || (copy.reading && age < OLDEST_MS)) return copy.board;
    if (copy.read_at === 0 && this.#copies.size >= MAX_BOARDS) this.#copies.clear();
    this.#copies.set(key, copy);
    return this.#readAnew(name, copy, now, reader);
  }

  /** The board was changed here: the next look reads it anew. */
  changed(name: BoardName): void {
    this.#copies.delete(keyOf(name));
  }

  async #readAnew(name: BoardName, copy: Copy, now: number, reader: BoardReader): Promise<Board> {
    copy.reading = true;
    try {
      copy.board = await reader.read(name, now);
    } catch (error) {
      reader.failed(error, name);
    }
    copy.read_at = now;
    copy.reading = false;
    return copy.board;
  }
}

function keyOf({ tenant, environment, workflow, pipeline }: BoardName): string {
  return `${tenant}/${environment}/${workflow}/${pipeline}`;
}
