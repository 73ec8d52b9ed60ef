/** Breakpoints and mocks over a Worker's bindings; the copies that executions look at belong to the isolate. */
import type { Board, BoardName } from '#contracts/debugging';
import { BoardWatch } from '#storage/board-watch';
import type { RegionEnv } from '#workers/env';
import { storesOf } from '#workers/stores';

const watch = new BoardWatch();

/** As an execution sees it; at once where the isolate has looked a moment ago. */
export function boardOf(env: Pick<RegionEnv, 'DB' | 'STORE'>, name: BoardName): Board | Promise<Board> {
  const { boards } = storesOf(env);
  return watch.of(name, {
    read: (board, now) => boards.read(board, now),
    now: Date.now,
    failed: (error) =>
      console.error(JSON.stringify({ level: 'error', message: `board of ${name.workflow}.${name.pipeline}: ${String(error)}`, tenant: name.tenant })),
  });
}

export function boardChanged(name: BoardName): void {
  watch.changed(name);
}
