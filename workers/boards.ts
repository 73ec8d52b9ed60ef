/** Breakpoints and mocks over a Worker's bindings; the copies that executions look at belong to the isolate. */
import type { Board, BoardName } from '#contracts/debugging';
import { type BoardReader, BoardWatch } from '#storage/board-watch';
import type { RegionEnv } from '#workers/env';
import { storesOf } from '#workers/stores';

type Stored = Pick<RegionEnv, 'DB' | 'STORE'>;

const watch = new BoardWatch();
const readers = new WeakMap<D1Database, BoardReader>();

/** As an execution sees it; at once where the isolate has looked a moment ago. */
export function boardOf(env: Stored, name: BoardName): Board | Promise<Board> {
  let reader = readers.get(env.DB);
  if (!reader) {
    reader = readerOf(env);
    readers.set(env.DB, reader);
  }
  return watch.of(name, reader);
}

export function boardChanged(name: BoardName): void {
  watch.changed(name);
}

function readerOf(env: Stored): BoardReader {
  const { boards } = storesOf(env);
  return {
    read: (name, now) => boards.read(name, now),
    now: Date.now,
    failed: (error, { workflow, pipeline, tenant }) =>
      console.error(JSON.stringify({ level: 'error', message: `board of ${workflow}.${pipeline}: ${String(error)}`, tenant })),
  };
}
