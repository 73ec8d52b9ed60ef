import { describe, expect, it } from 'vitest';
import type { ExecutionStatus } from '#contracts/execution';
import { emptyBoard, type LiveBoard, MOST, take, viewOf } from '../../../dashboard/src/lib/live-board';
import type { LiveData } from '../../../dashboard/src/lib/live-rows';

const SKELETON = [
  { name: 'reserve', type: 'step.http_call' },
  { name: 'charge', type: 'step.http_call' },
  { name: 'respond', type: 'step.json_response' },
];

function told(seq: number, more: Partial<LiveData> = {}, status: ExecutionStatus = 'running', id = 'exec_1'): LiveData {
  return { execution_id: id, seq, at: 1000 + seq * 10, execution_status: status, workflow: 'orders', pipeline: 'create', ...more };
}
const run = (board: LiveBoard, id = 'exec_1') => board.runs.get(id)!;
const statuses = (board: LiveBoard) => run(board).steps.map(({ name, status }) => `${name} ${status}`);
const ALL = { now: 100_000, most: 10, lingerMs: 1_000_000 };

describe('an execution', () => {
  it('lights up its steps one after the other', () => {
    const board = emptyBoard();
    take(board, 'execution.started', told(1), SKELETON);
    expect(statuses(board)).toEqual(['reserve pending', 'charge pending', 'respond pending']);
    take(board, 'step.started', told(2, { step: 'reserve', attempt: 1 }));
    expect(run(board).steps[0]).toMatchObject({ status: 'running', since: 1020 });
    take(board, 'step.completed', told(4, { step: 'reserve', duration_ms: 20 }));
    take(board, 'step.started', told(5, { step: 'charge', attempt: 1 }));
    take(board, 'step.failed', told(6, { step: 'charge', final: false, error: { code: 'x', message: '503 from payment' } }));
    expect(statuses(board)).toEqual(['reserve completed', 'charge retrying', 'respond pending']);
    take(board, 'step.started', told(8, { step: 'charge', attempt: 2 }));
    take(board, 'step.failed', told(9, { step: 'charge', final: true, error: { code: 'x', message: '503 from payment' } }));
    take(board, 'execution.failed', told(10, { error: { code: 'x', message: '503 from payment' } }, 'failed'));
    expect(run(board)).toMatchObject({ status: 'failed', ended_at: 1100, error: '503 from payment' });
    expect(run(board).steps[1]).toMatchObject({ status: 'failed', duration_ms: 40, attempts: 2 });
    expect(board.counts).toEqual({ started: 1, completed: 0, failed: 1 });
  });

  it('hears nothing twice, and nothing late', () => {
    const board = emptyBoard();
    take(board, 'execution.started', told(1), SKELETON);
    take(board, 'step.completed', told(5, { step: 'reserve' }));
    take(board, 'step.started', told(3, { step: 'reserve' }));
    take(board, 'execution.completed', told(9, {}, 'completed'));
    take(board, 'execution.completed', told(9, {}, 'completed'));
    expect([statuses(board)[0], board.counts.completed]).toEqual(['reserve completed', 1]);
  });

  it('that was under way before is taken up, one that has ended is not', () => {
    const board = emptyBoard();
    take(board, 'step.started', told(40, { step: 'charge' }), SKELETON);
    expect(run(board)).toMatchObject({ late: true, status: 'running' });
    take(board, 'dead_letter.replayed', told(90, {}, 'failed', 'exec_2'), SKELETON);
    expect(board.runs.has('exec_2')).toBe(false);
    expect(board.counts.started).toBe(0);
  });

  it('tells what goes on within a block by the block', () => {
    const board = emptyBoard();
    take(board, 'execution.started', told(1), [{ name: 'each', type: 'step.foreach' }]);
    take(board, 'step.started', told(2, { step: 'each' }));
    for (const n of [0, 1, 2]) take(board, 'step.started', told(3 + n, { step: `each/${n}/charge` }));
    take(board, 'step.completed', told(6, { step: 'each/1/charge' }));
    expect(run(board).steps).toEqual([expect.objectContaining({ name: 'each', status: 'running', inside: 2 })]);
    take(board, 'step.completed', told(9, { step: 'each' }));
    expect(run(board).steps[0]).toMatchObject({ status: 'completed', inside: undefined });
  });
});

describe('a board', () => {
  it('is bounded, lets go of what has ended first, and goes on counting', () => {
    const board = emptyBoard();
    for (let n = 0; n < MOST + 50; n++) {
      take(board, 'execution.started', told(1, {}, 'running', `exec_${n}`));
      if (n % 2 === 0) take(board, 'execution.completed', told(2, {}, 'completed', `exec_${n}`));
    }
    expect(board.runs.size).toBe(MOST);
    expect(board.counts).toEqual({ started: MOST + 50, completed: (MOST + 50) / 2, failed: 0 });
    expect([...board.runs.keys()][0]).toBe('exec_1');
  });

  it('shows those that run before those that have ended, and says how many more there are', () => {
    const board = emptyBoard();
    for (let n = 0; n < 6; n++) take(board, 'execution.started', told(1, { at: n }, 'running', `exec_${n}`));
    take(board, 'execution.completed', told(2, { at: 50 }, 'completed', 'exec_5'));
    const view = viewOf(board, () => true, { ...ALL, most: 3 });
    expect(view.runs.map(({ execution_id }) => execution_id)).toEqual(['exec_4', 'exec_3', 'exec_2']);
    expect([view.more, view.running]).toEqual([2, 5]);
    expect(viewOf(board, (one) => one.status === 'completed', ALL).runs).toHaveLength(1);
    expect(viewOf(board, () => true, { ...ALL, now: 100, lingerMs: 10 }).runs).toHaveLength(5);
  });
});
