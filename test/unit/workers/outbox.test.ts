import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProjectionEnvelope, ProjectionMessage } from '#contracts/execution';
import { Outbox } from '#workers/outbox';

const row = (id: string) => ({ kind: 'execution', seq: 1, summary: { execution_id: id } }) as unknown as ProjectionMessage;

/** A queue whose sends are settled by the test. */
function queueOf() {
  const sends: { ids: string[]; settle: () => void; fail: () => void }[] = [];
  const queue = {
    send: (envelope: ProjectionEnvelope) =>
      new Promise<void>((resolve, reject) => {
        sends.push({
          ids: (envelope.rows as ProjectionMessage[]).map((each) => each.summary.execution_id),
          settle: resolve,
          fail: () => reject(new Error('queue is away')),
        });
      }),
  } as unknown as Queue<ProjectionEnvelope>;
  return { queue, sends };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('Outbox', () => {
  it('sends a lone row soon, and resolves when the queue has it', async () => {
    const { queue, sends } = queueOf();
    let done = false;
    const task = new Outbox<ProjectionMessage>((rows) => ({ kind: 'executions', rows })).project(queue, row('a')).then(() => {
      done = true;
    });
    await vi.advanceTimersByTimeAsync(100);
    expect(sends.map((send) => send.ids)).toEqual([['a']]);
    expect(done).toBe(false);
    sends[0]!.settle();
    await task;
    expect(done).toBe(true);
  });

  it('puts what comes at the same time, or during a send, into one message', async () => {
    const { queue, sends } = queueOf();
    const outbox = new Outbox<ProjectionMessage>((rows) => ({ kind: 'executions', rows }));
    const tasks = ['a', 'b'].map((id) => outbox.project(queue, row(id)));
    await vi.advanceTimersByTimeAsync(100);
    tasks.push(...['c', 'd'].map((id) => outbox.project(queue, row(id))));
    sends[0]!.settle();
    await vi.advanceTimersByTimeAsync(1);
    expect(sends.map((send) => send.ids)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    sends[1]!.settle();
    await vi.advanceTimersByTimeAsync(50);
    await expect(Promise.all(tasks)).resolves.toHaveLength(4);
  });

  it('fails every row of a message that the queue did not take, and goes on with the next', async () => {
    const { queue, sends } = queueOf();
    const outbox = new Outbox<ProjectionMessage>((rows) => ({ kind: 'executions', rows }));
    const first = outbox.project(queue, row('a'));
    const failed = expect(first).rejects.toThrow('queue is away');
    await vi.advanceTimersByTimeAsync(100);
    sends[0]!.fail();
    await failed;
    const second = outbox.project(queue, row('a'));
    await vi.advanceTimersByTimeAsync(100);
    sends[1]!.settle();
    await second;
  });

  it('does not hang on a send whose object died', async () => {
    const { queue, sends } = queueOf();
    const outbox = new Outbox<ProjectionMessage>((rows) => ({ kind: 'executions', rows }));
    void outbox.project(queue, row('dead')).catch(() => {});
    const rider = expect(outbox.project(queue, row('rider'))).rejects.toThrow('could not be handed');
    await vi.advanceTimersByTimeAsync(6_000);
    await rider;
    const later = outbox.project(queue, row('later'));
    await vi.advanceTimersByTimeAsync(100);
    expect(sends.at(-1)!.ids).toContain('later');
    sends.at(-1)!.settle();
    await later;
  });
});
