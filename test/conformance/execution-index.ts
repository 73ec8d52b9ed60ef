/** What every ExecutionIndex does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { ExecutionStatus, ExecutionSummary, ProjectionMessage } from '#contracts/execution';
import { Problem } from '#contracts/problems';
import type { ExecutionFilter, ExecutionIndex } from '#storage/execution-ports';

const T0 = Date.parse('2026-02-15T14:30:00.000Z');

export function row(n: number, more: Partial<ExecutionSummary> = {}, seq = 1): ProjectionMessage {
  return {
    kind: 'execution',
    seq,
    summary: {
      execution_id: `exec_${String(n).padStart(43, '0')}`,
      workflow: 'orders',
      workflow_id: 'wf_1',
      version: 1,
      environment: 'production',
      pipeline: 'process-order',
      tenant: 'acme',
      status: 'completed',
      trigger: 'http',
      started_at: new Date(T0 + n).toISOString(),
      ...more,
    },
  };
}

export function describeExecutionIndex(name: string, make: () => Promise<ExecutionIndex>): void {
  const ids = async (index: ExecutionIndex, filter: Partial<ExecutionFilter> = {}, tenant = 'acme') =>
    (await index.list(tenant, { limit: 50, ...filter })).items.map((item) => Number(item.execution_id.slice(5)));

  describe(`execution index: ${name}`, () => {
    it('gives back the row as it came', async () => {
      const index = await make();
      const full = row(1, {
        status: 'failed',
        completed_at: new Date(T0 + 848).toISOString(),
        duration_ms: 847,
        current_step: 'charge-payment',
        error: { code: 'upstream_status', message: '503 from payment' },
      });
      await index.project([full, row(2)]);
      expect((await index.list('acme', { limit: 10 })).items).toEqual([row(2).summary, full.summary]);
    });

    it('takes the message with the greatest seq, in whatever order and however often they come', async () => {
      const index = await make();
      const running = row(1, { status: 'running', current_step: 'a' }, 3);
      const done = row(1, { status: 'completed', duration_ms: 5, completed_at: new Date(T0 + 6).toISOString() }, 9);
      await index.project([running, done, running]);
      expect((await index.list('acme', { limit: 10 })).items).toEqual([done.summary]);
      await index.project([running]);
      await index.project([done, done]);
      expect((await index.list('acme', { limit: 10 })).items).toEqual([done.summary]);
    });

    it('replaces what is no longer so', async () => {
      const index = await make();
      await index.project([row(1, { status: 'running', current_step: 'a' }, 3)]);
      await index.project([row(1, { status: 'completed' }, 4)]);
      const [item] = (await index.list('acme', { limit: 10 })).items;
      expect(item).not.toHaveProperty('current_step');
      expect(await ids(index, { status: 'running' })).toEqual([]);
    });

    it('finds by attributes, all of those that are asked for, in order and in pages', async () => {
      const index = await make();
      const about = (n: number, attributes: Record<string, string>, more: Partial<ExecutionSummary> = {}) => row(n, { attributes, ...more });
      await index.project([
        about(1, { customer: 'c-1', tier: 'gold' }),
        about(2, { customer: 'c-2', tier: 'gold' }),
        about(3, { customer: 'c-1' }, { status: 'failed', pipeline: 'refund' }),
        about(4, { customer: 'c-1', tier: 'free' }),
        row(5),
        about(6, { customer: 'c-1' }, { tenant: 'globex' }),
      ]);
      expect(await ids(index, { attr: { customer: 'c-1' } })).toEqual([4, 3, 1]);
      expect(await ids(index, { attr: { customer: 'c-1', tier: 'gold' } })).toEqual([1]);
      expect(await ids(index, { attr: { customer: 'c-1' }, status: 'failed' })).toEqual([3]);
      expect(await ids(index, { attr: { customer: 'c-1' }, status: 'completed', pipeline: 'process-order' })).toEqual([4, 1]);
      expect(await ids(index, { attr: { customer: 'c-1' }, from: T0 + 2, to: T0 + 4 })).toEqual([3]);
      expect(await ids(index, { attr: { nothing: 'c-1' } })).toEqual([]);
      const first = await index.list('acme', { limit: 2, attr: { customer: 'c-1' } });
      expect(await ids(index, { attr: { customer: 'c-1' }, cursor: first.next_cursor! })).toEqual([1]);
      expect(first.items[0]!.attributes).toEqual({ customer: 'c-1', tier: 'free' });
    });

    it('finds what went wrong, failed or undone, in order and in pages', async () => {
      const index = await make();
      const statuses = ['failed', 'completed', 'compensated', 'running', 'failed', 'cancelled', 'compensated', 'failed'] as const;
      await index.project(
        statuses.map((status, at) => row(at + 1, { status, ...(at === 6 ? { pipeline: 'refund' } : {}), attributes: { odd: String(at % 2) } })),
      );
      expect(await ids(index, { outcome: 'went_wrong' })).toEqual([8, 7, 5, 3, 1]);
      expect(await ids(index, { outcome: 'went_wrong', pipeline: 'refund' })).toEqual([7]);
      expect(await ids(index, { outcome: 'went_wrong', status: 'failed' })).toEqual([8, 5, 1]);
      expect(await ids(index, { outcome: 'went_wrong', attr: { odd: '1' } })).toEqual([8]);
      expect(await ids(index, { outcome: 'went_wrong', from: T0 + 3, to: T0 + 8 })).toEqual([7, 5, 3]);
      const first = await index.list('acme', { limit: 2, outcome: 'went_wrong' });
      expect(await ids(index, { outcome: 'went_wrong', cursor: first.next_cursor! })).toEqual([5, 3, 1]);
    });

    it('finds what was started with a key: by its state, what it begins with and what stands in it', async () => {
      const index = await make();
      const keyed = (n: number, key: string, until: number, more: Partial<ExecutionSummary> = {}) =>
        row(n, { idempotency_key: key, idempotency_expires_at: new Date(T0 + until).toISOString(), ...more });
      await index.project([
        keyed(1, 'Order_1', 100),
        keyed(2, 'order_2', 900),
        row(3),
        keyed(4, 'order_4', 900, { status: 'running' }),
        keyed(5, 'order_5', 100, { status: 'running' }),
        keyed(6, 'Öl_a%_b', 900, { pipeline: 'refund' }),
        keyed(7, 'order_2', 900, { tenant: 'globex' }),
      ]);
      const now = T0 + 500;
      expect(await ids(index, { keyed: { now } })).toEqual([6, 5, 4, 2, 1]);
      expect(await ids(index, { keyed: { now, state: 'answered' } })).toEqual([6, 2]);
      expect(await ids(index, { keyed: { now, state: 'running' } })).toEqual([4]);
      expect(await ids(index, { keyed: { now, state: 'expired' } })).toEqual([5, 1]);
      expect(await ids(index, { keyed: { now, prefix: 'order_' } })).toEqual([5, 4, 2]);
      expect(await ids(index, { keyed: { now, text: 'ORDER_' } })).toEqual([5, 4, 2, 1]);
      expect(await ids(index, { keyed: { now, prefix: 'Öl_a%', text: '_B' }, pipeline: 'refund' })).toEqual([6]);
      expect(await ids(index, { keyed: { now, text: 'Öl' } })).toEqual([6]);
      const { items } = await index.list('acme', { limit: 10, keyed: { now, prefix: 'order_2' } });
      expect(items).toEqual([keyed(2, 'order_2', 900).summary]);
    });

    it('knows until when a key holds, also once it was released', async () => {
      const index = await make();
      const until = (at: number) => ({ idempotency_key: 'k', idempotency_expires_at: new Date(T0 + at).toISOString() });
      await index.project([row(1, until(900), 4)]);
      await index.project([row(1, until(300), 5)]);
      expect(await ids(index, { keyed: { now: T0 + 500, state: 'expired' } })).toEqual([1]);
    });

    it('learns the key of one whose row is older than the list of keys', async () => {
      const index = await make();
      await index.project([row(1, { status: 'running' }, 4)]);
      expect(await ids(index, { keyed: { now: T0 } })).toEqual([]);
      const summary = { idempotency_key: 'k', idempotency_expires_at: new Date(T0 + 900).toISOString() };
      await index.project([row(1, summary, 5)]);
      expect(await ids(index, { keyed: { now: T0, prefix: 'k' } })).toEqual([1]);
    });

    it('leaves out what had ended before, and keeps what goes on', async () => {
      const index = await make();
      const ended = (n: number, at: number) => row(n, { completed_at: new Date(T0 + at).toISOString() });
      await index.project([ended(1, 100), ended(2, 200), ended(3, 300), row(4, { status: 'running' })]);
      expect(await ids(index, { ended_after: T0 + 200 })).toEqual([4, 3, 2]);
      expect(await ids(index, { ended_after: T0 + 301, from: T0 })).toEqual([4]);
    });

    it('has an execution once under an attribute, however often its row came', async () => {
      const index = await make();
      const attributes = { customer: 'c-1' };
      await index.project([row(1, { status: 'running', attributes }, 2)]);
      await index.project([row(1, { attributes }, 9), row(1, { attributes }, 9)]);
      expect(await ids(index, { attr: attributes })).toEqual([1]);
    });

    it('lists newest first, page by page, without a gap or a double', async () => {
      const index = await make();
      // Several of the same millisecond: the id decides.
      await index.project([5, 1, 3].map((n) => row(n)).concat([2, 4].map((n) => row(n, { started_at: new Date(T0 + 3).toISOString() }))));
      const seen: number[] = [];
      let cursor: string | undefined;
      for (let pages = 0; pages < 10; pages++) {
        const page = await index.list('acme', { limit: 2, cursor });
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...page.items.map((item) => Number(item.execution_id.slice(5))));
        if (page.next_cursor === null) break;
        cursor = page.next_cursor;
      }
      expect(seen).toEqual([5, 4, 3, 2, 1]);
    });

    const mixed: [n: number, more: Partial<ExecutionSummary>][] = [
      [1, { status: 'running' }],
      [2, { status: 'failed', error: { code: 'upstream_status', message: 'Payment said 503: Übergröße' } }],
      [3, { pipeline: 'refund' }],
      [4, { workflow: 'travel', workflow_id: 'wf_2', pipeline: 'book' }],
      [5, { environment: 'staging' }],
      [6, { status: 'failed', pipeline: 'refund' }],
    ];
    const cases: [title: string, filter: Partial<ExecutionFilter>, expected: number[]][] = [
      ['nothing', {}, [6, 5, 4, 3, 2, 1]],
      ['status completed', { status: 'completed' }, [5, 4, 3]],
      ['status failed', { status: 'failed' }, [6, 2]],
      ['status running', { status: 'running' as ExecutionStatus }, [1]],
      ['status and pipeline', { status: 'failed', pipeline: 'refund' }, [6]],
      ['pipeline', { pipeline: 'refund' }, [6, 3]],
      ['workflow', { workflow: 'travel' }, [4]],
      ['workflows by id', { workflow_ids: ['wf_2', 'wf_9'] }, [4]],
      ['no workflow at all', { workflow_ids: [] }, []],
      ['environment', { environment: 'staging' }, [5]],
      ['from, inclusive', { from: T0 + 5 }, [6, 5]],
      ['to, exclusive', { to: T0 + 3 }, [2, 1]],
      ['from and to', { from: T0 + 2, to: T0 + 4 }, [3, 2]],
      ['text in the error, whatever its case', { q: 'payment SAID' }, [2]],
      ['text beyond ASCII, as it stands', { q: 'Übergröße' }, [2]],
      ['text in the code', { q: 'upstream' }, [2]],
      ['text in the pipeline', { q: 'refu' }, [6, 3]],
      ['text in the id', { q: '0004' }, [4]],
      ['text with signs of patterns', { q: '%' }, []],
    ];
    it.each(cases)('filters by %s', async (_title, filter, expected) => {
      const index = await make();
      await index.project(mixed.map(([n, more]) => row(n, more)));
      expect(await ids(index, filter)).toEqual(expected);
    });

    it('goes on behind the cursor with the same filter', async () => {
      const index = await make();
      await index.project([1, 2, 3, 4, 5, 6].map((n) => row(n, n % 2 ? { pipeline: 'refund' } : { status: 'failed' })));
      for (const [filter, expected] of [
        [{ pipeline: 'refund' }, [5, 3, 1]],
        [{ status: 'failed' }, [6, 4, 2]],
      ] as const) {
        const first = await index.list('acme', { ...filter, limit: 1 });
        const rest = await ids(index, { ...filter, cursor: first.next_cursor! });
        expect([...first.items.map((item) => Number(item.execution_id.slice(5))), ...rest]).toEqual(expected);
      }
    });

    it('keeps tenants apart', async () => {
      const index = await make();
      await index.project([row(1), row(2, { tenant: 'globex' })]);
      expect(await ids(index)).toEqual([1]);
      expect(await ids(index, {}, 'globex')).toEqual([2]);
      expect(await ids(index, {}, 'initech')).toEqual([]);
    });

    it.each(['', 'x', 'bm8', btoa('["executions"]'), btoa('["workflows","a"]'), btoa('["executions","1",2]')])('refuses the cursor %j', async (cursor) => {
      const index = await make();
      const error = await index.list('acme', { limit: 1, cursor }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Problem);
      expect((error as Problem).code).toBe('invalid_cursor');
    });

    it('takes a batch of many and none', async () => {
      const index = await make();
      await index.project([]);
      await index.project(Array.from({ length: 1200 }, (_, n) => row(n)));
      const page = await index.list('acme', { limit: 200 });
      expect(page.items).toHaveLength(200);
      expect(page.items[0]!.started_at).toBe(new Date(T0 + 1199).toISOString());
    });

    it('finds a rare one behind many others, in one page or by going on', async () => {
      const index = await make();
      await index.project([row(0, { pipeline: 'rare' }), ...Array.from({ length: 1200 }, (_, n) => row(n + 1))]);
      const found: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await index.list('acme', { pipeline: 'rare', limit: 10, cursor });
        found.push(...page.items.map((item) => Number(item.execution_id.slice(5))));
        cursor = page.next_cursor ?? undefined;
      } while (cursor);
      expect(found).toEqual([0]);
    });
  });
}
