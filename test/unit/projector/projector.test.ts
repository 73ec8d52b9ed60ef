import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExecutionIndex } from '#storage/execution-ports';
import { MemoryExecutionIndex } from '#storage/memory/execution-index';
import { MemoryMachineIndex } from '#storage/memory/machine-index';
import { type ProjectedLists, projectInto } from '#workers/projector/projector';
import { row } from '../../conformance/execution-index';
import { machineRow } from '../../conformance/machine-index';

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, 'error').mockImplementation((line) => lines.push(line));
});
afterEach(() => vi.restoreAllMocks());

/** A batch that notes what became of its messages, and when. */
function batchOf(log: string[], ...bodies: unknown[]): MessageBatch<unknown> {
  const messages = bodies.map((body, i) => ({
    id: `m${i}`,
    body,
    timestamp: new Date(0),
    attempts: 1,
    ack: () => log.push(`ack m${i}`),
    retry: () => log.push(`retry m${i}`),
  }));
  return { queue: 'projection', messages, ackAll: () => log.push('ackAll'), retryAll: () => log.push('retryAll') } as unknown as MessageBatch<unknown>;
}

const noting = (log: string[], index: ExecutionIndex): ProjectedLists => ({
  executions: [
    {
      project: async (rows) => {
        await index.project(rows);
        log.push(`commit ${rows.length}`);
      },
    },
  ],
  machines: { project: async (rows) => void log.push(`machines ${rows.length}`) },
});

describe('projectInto', () => {
  it('commits once, then acknowledges', async () => {
    const log: string[] = [];
    const index = new MemoryExecutionIndex();
    await projectInto(noting(log, index), batchOf(log, row(1), { kind: 'executions', rows: [row(2), row(3)] }));
    expect(log).toEqual(['commit 3', 'ack m0', 'ack m1']);
    expect((await index.list('acme', { limit: 9 })).items).toHaveLength(3);
  });

  it('brings all that a row says', async () => {
    const index = new MemoryExecutionIndex();
    const instant = '2026-02-15T14:30:00.000Z';
    const all = row(1, {
      status: 'failed',
      completed_at: instant,
      duration_ms: 7,
      current_step: 'charge',
      error: { code: 'upstream_status', message: '503' },
      attributes: { customer: 'c-1' },
      idempotency_key: 'order_1',
      idempotency_expires_at: instant,
    });
    await projectInto(noting([], index), batchOf([], all));
    expect((await index.list('acme', { limit: 9 })).items).toEqual([all.summary]);
  });

  it('brings rows of state machines to their own index', async () => {
    const log: string[] = [];
    const index = new MemoryMachineIndex();
    await projectInto(
      { executions: [{ project: async () => void log.push('executions') }], machines: index },
      batchOf(log, { kind: 'machines', rows: [machineRow(1), machineRow(2)] }, { kind: 'machines', rows: [machineRow(2, { state: 'paid', seq: 2 })] }),
    );
    expect(log).toEqual(['ack m0', 'ack m1']);
    expect(await index.counts('acme', 'production', 'orders')).toEqual([
      { machine: 'order', state: 'new', count: 1 },
      { machine: 'order', state: 'paid', count: 1 },
    ]);
  });

  it('gives all back when the store refuses', async () => {
    const log: string[] = [];
    const away = async () => {
      throw new Error('D1 is away');
    };
    const failing: ProjectedLists = { executions: [{ project: away }], machines: { project: away } };
    await projectInto(failing, batchOf(log, row(1), row(2)));
    expect(log).toEqual(['retry m0', 'retry m1']);
    expect(JSON.parse(lines[0]!)).toMatchObject({ code: 'projection_failed' });
  });

  it('lets a list that is away for longer have longer', async () => {
    const delays: (number | undefined)[] = [];
    const failing: ProjectedLists = { executions: [{ project: () => Promise.reject(new Error('D1 is away')) }], machines: { project: async () => {} } };
    for (const attempts of [1, 2, 5, 90]) {
      const batch = batchOf([], row(1));
      const message = { ...batch.messages[0]!, attempts, retry: (options?: QueueRetryOptions) => void delays.push(options?.delaySeconds) };
      await projectInto(failing, { ...batch, messages: [message] } as MessageBatch<unknown>);
    }
    expect(delays).toEqual([5, 10, 80, 300]);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['text', 'x'],
    ['another kind', { kind: 'other' }],
    ['a row without a tenant', { ...row(1), summary: { ...row(1).summary, tenant: undefined } }],
    ['a row with an instant that is none', row(1, { started_at: 'yesterday' })],
    ['a row with an unknown status', row(1, { status: 'done' as never })],
    ['rows of which one is wrong', { kind: 'executions', rows: [row(1), { kind: 'execution', seq: 0 }] }],
  ])('drops %s with a word, and keeps the others', async (_title, body) => {
    const log: string[] = [];
    await projectInto(noting(log, new MemoryExecutionIndex()), batchOf(log, body, row(2)));
    expect(log).toEqual(['ack m0', 'commit 1', 'ack m1']);
    expect(JSON.parse(lines[0]!)).toMatchObject({ code: 'projection_message_invalid', message: expect.stringContaining('m0') });
  });
});
