import { describe, expect, it } from 'vitest';
import { type Board, EMPTY_BOARD } from '#contracts/debugging';
import { BoardWatch } from '#storage/board-watch';

const NAME = { tenant: 'acme', environment: 'production', workflow: 'orders', pipeline: 'process-order' };
const board = (step: string): Board => ({ breakpoints: [{ id: 'bp', step, notify: [], created_at: 0, expires_at: 9e15, created_by: 'key:1' }], mocks: [] });

function reader(answers: (Board | Error)[]) {
  const state = { now: 10_000, reads: 0, failures: 0 };
  return {
    state,
    now: () => state.now,
    failed: () => void state.failures++,
    read: async () => {
      const answer = answers[Math.min(state.reads++, answers.length - 1)]!;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

describe('boards, watched', () => {
  it('are read once, and looked at without waiting until the copy is old', async () => {
    const watch = new BoardWatch();
    const source = reader([EMPTY_BOARD, board('charge')]);
    expect(await watch.of(NAME, source)).toEqual(EMPTY_BOARD);
    source.state.now += 599;
    expect(watch.of(NAME, source)).toEqual(EMPTY_BOARD);
    source.state.now += 1;
    expect(await watch.of(NAME, source)).toEqual(board('charge'));
    expect(source.state.reads).toBe(2);
  });

  it('are never older than a second, even while somebody reads', async () => {
    const watch = new BoardWatch();
    let answer: (board: Board) => void = () => {};
    const source = reader([EMPTY_BOARD]);
    await watch.of(NAME, source);
    source.state.now += 700;
    const slow = { ...source, read: () => new Promise<Board>((resolve) => (answer = resolve)) };
    const reading = watch.of(NAME, slow);
    expect(watch.of(NAME, source), 'the others go on').toEqual(EMPTY_BOARD);
    source.state.now += 300;
    const own = watch.of(NAME, { ...source, read: async () => board('ship') });
    expect(own).toBeInstanceOf(Promise);
    expect(await own).toEqual(board('ship'));
    answer(board('charge'));
    expect(await reading).toEqual(board('charge'));
  });

  it('are read anew when they were changed here', async () => {
    const watch = new BoardWatch();
    const source = reader([EMPTY_BOARD, board('charge')]);
    await watch.of(NAME, source);
    watch.changed(NAME);
    expect(await watch.of(NAME, source)).toEqual(board('charge'));
  });

  it('hold nobody up when they cannot be read', async () => {
    const watch = new BoardWatch();
    const source = reader([board('charge'), new Error('no database')]);
    await watch.of(NAME, source);
    source.state.now += 1000;
    expect(await watch.of(NAME, source)).toEqual(board('charge'));
    expect(source.state.failures).toBe(1);
    expect(await new BoardWatch().of(NAME, reader([new Error('no database')]))).toEqual(EMPTY_BOARD);
  });
});
