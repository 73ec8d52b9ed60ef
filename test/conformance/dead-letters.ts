/** What every list of dead letters does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { DeadLetterFacts, ProjectionMessage } from '#contracts/execution';
import type { UndeliveredEvent } from '#contracts/undelivered';
import type { DeadLetterIndex, PipelinePlace } from '#storage/dead-letter-ports';
import { row } from './execution-index';

const T0 = Date.parse('2026-02-15T14:30:00.000Z');
const WEEK = 7 * 24 * 3_600_000;
const PLACE: PipelinePlace = { environment: 'production', workflow: 'orders', pipeline: 'process-order' };
const at = (ms: number) => new Date(T0 + ms).toISOString();

function letter(n: number, facts: Partial<DeadLetterFacts> = {}, more: Parameters<typeof row>[1] = {}, seq = 5): ProjectionMessage {
  return {
    ...row(n, { status: 'failed', ...more }, seq),
    dead_letter: {
      status: 'waiting',
      failed_at: at(n),
      expires_at: at(n + WEEK),
      step: 'charge',
      attempts: 3,
      error: { code: 'upstream_status', message: '503 from payment' },
      replayable: true,
      ...facts,
    },
  };
}

const replayed = (n: number, seq = 6) => letter(n, { status: 'replayed', replayed_as: 'exec_new', closed_at: at(99), closed_by: 'user:ann' }, {}, seq);

export function describeDeadLetters(name: string, make: () => Promise<DeadLetterIndex>): void {
  const list = (index: DeadLetterIndex, query: Partial<Parameters<DeadLetterIndex['list']>[2]> = {}, place = PLACE, tenant = 'acme') =>
    index.list(tenant, place, { now: T0, limit: 50, ...query });
  const ids = async (...given: Parameters<typeof list>) => (await list(...given)).items.map((item) => Number(item.execution_id.slice(5)));
  const depth = async (index: DeadLetterIndex, tenant = 'acme') => (await index.depths(tenant)).map((each) => [each.pipeline, each.depth]);

  describe(`dead letters: ${name}`, () => {
    it('gives back the letter as it came, and passes over what left none', async () => {
      const index = await make();
      await index.project([letter(1, { alert_threshold: 100 }), row(2)]);
      const { execution_id, trigger } = row(1).summary;
      expect((await list(index)).items).toEqual([{ execution_id, trigger, ...letter(1, { alert_threshold: 100 }).dead_letter }]);
      await index.project([replayed(1)]);
      expect((await list(index)).items[0]).toMatchObject({
        status: 'replayed',
        replayed_as: 'exec_new',
        closed_at: at(99),
        closed_by: 'user:ann',
        attempts: 3,
      });
    });

    it('takes the message with the greatest seq, however often and in whatever order they come, and counts each letter once', async () => {
      const index = await make();
      await index.project([letter(1), letter(1), letter(2)]);
      await index.project([letter(1), letter(2)]);
      expect(await depth(index)).toEqual([['process-order', 2]]);
      await index.project([replayed(1), letter(1)]);
      await index.project([letter(1)]);
      await index.project([replayed(1)]);
      expect(await depth(index)).toEqual([['process-order', 1]]);
      expect(await ids(index, { status: 'waiting' })).toEqual([2]);
      expect(await ids(index, { status: 'replayed' })).toEqual([1]);
    });

    it('counts nothing for a letter whose first message says that it is closed', async () => {
      const index = await make();
      await index.project([replayed(1)]);
      expect(await depth(index)).toEqual([['process-order', 0]]);
    });

    it('lists page by page in both directions, without a gap or a double', async () => {
      const index = await make();
      // Several of the same millisecond: the id decides.
      await index.project([letter(1), ...[5, 3, 4].map((n) => letter(n, { failed_at: at(3) })), letter(2)]);
      const walk = async (oldest_first: boolean) => {
        const seen: number[] = [];
        let cursor: string | undefined;
        for (let pages = 0; pages < 10; pages++) {
          const page = await list(index, { limit: 2, cursor, oldest_first, status: 'waiting' });
          expect(page.items.length).toBeLessThanOrEqual(2);
          seen.push(...page.items.map((item) => Number(item.execution_id.slice(5))));
          if (page.next_cursor === null) break;
          cursor = page.next_cursor;
        }
        return seen;
      };
      expect(await walk(false)).toEqual([5, 4, 3, 2, 1]);
      expect(await walk(true)).toEqual([1, 2, 3, 4, 5]);
    });

    it('keeps tenants, environments, workflows and pipelines apart', async () => {
      const index = await make();
      await index.project([
        letter(1),
        letter(2, {}, { tenant: 'globex' }),
        letter(3, {}, { environment: 'staging' }),
        letter(4, {}, { workflow: 'shop' }),
        letter(5, {}, { pipeline: 'refund' }),
      ]);
      expect(await ids(index)).toEqual([1]);
      expect(await ids(index, {}, { ...PLACE, environment: 'staging' })).toEqual([3]);
      expect(await ids(index, {}, { ...PLACE, workflow: 'shop' })).toEqual([4]);
      expect(await ids(index, {}, PLACE, 'globex')).toEqual([2]);
      expect((await index.depths('acme')).map(({ environment, workflow, pipeline }) => [environment, workflow, pipeline])).toEqual([
        ['production', 'orders', 'process-order'],
        ['production', 'orders', 'refund'],
        ['production', 'shop', 'process-order'],
        ['staging', 'orders', 'process-order'],
      ]);
      expect(await index.depths('acme', 'staging')).toHaveLength(1);
      expect(await index.depths('initech')).toEqual([]);
    });

    it('says the threshold of the last letter', async () => {
      const index = await make();
      await index.project([letter(1, { alert_threshold: 10 })]);
      expect(await index.depths('acme')).toEqual([{ ...PLACE, depth: 1, alert_threshold: 10 }]);
      await index.project([letter(2, { alert_threshold: 20 })]);
      expect(await index.depths('acme')).toEqual([{ ...PLACE, depth: 2, alert_threshold: 20 }]);
      await index.project([letter(3)]);
      expect(await index.depths('acme')).toEqual([{ ...PLACE, depth: 3 }]);
    });

    it('shows nothing past its retention, and removes it of one tenant on request', async () => {
      const index = await make();
      await index.project([letter(1, { expires_at: at(10) }), letter(2, { expires_at: at(20) }), letter(3, { expires_at: at(10) }, { tenant: 'globex' })]);
      expect(await ids(index, { now: T0 + 10 })).toEqual([2]);
      expect(await index.expire('acme', T0 + 9)).toBe(0);
      expect(await index.expire('acme', T0 + 10)).toBe(1);
      expect(await depth(index)).toEqual([['process-order', 1]]);
      expect(await depth(index, 'globex')).toEqual([['process-order', 1]]);
      await index.project([replayed(2)]);
      expect(await index.expire('acme', T0 + WEEK * 2)).toBe(1);
      expect(await depth(index)).toEqual([['process-order', 0]]);
    });

    it('lets go of what failed before an instant, of all pipelines of one tenant, whatever its retention', async () => {
      const index = await make();
      const elsewhere = { pipeline: 'refund', environment: 'staging' };
      await index.project([letter(1), letter(2), letter(3), letter(4, { failed_at: at(1) }, elsewhere), letter(5, { failed_at: at(1) }, { tenant: 'globex' })]);
      await index.project([replayed(2)]);
      expect(await index.forget('acme', T0)).toBe(0);
      expect(await index.forget('acme', T0 + 3)).toBe(3);
      expect(await ids(index)).toEqual([3]);
      expect(await index.depths('acme')).toEqual([
        { ...PLACE, depth: 1 },
        { ...PLACE, ...elsewhere, depth: 0 },
      ]);
      expect(await depth(index, 'globex')).toEqual([['process-order', 1]]);
      expect(await index.forget('acme', T0 + 3)).toBe(0);
    });

    it('refuses a cursor of another list', async () => {
      const index = await make();
      await expect(list(index, { cursor: 'bm90IG9uZQ' })).rejects.toMatchObject({ code: 'invalid_cursor' });
    });

    describe('an event that reached no execution', () => {
      const event: UndeliveredEvent = {
        ...{ tenant: 'acme', id: `und_${'0'.repeat(40)}`, environment: 'production', workflow: 'orders', pipeline: 'process-order' },
        start: {
          ...{ id: 'evt_1', topic: 'order.created', trigger: 'event', data: { order: 1 }, idempotency_key: 'event:evt_1', by: 'event:/a/b/c', version: 3 },
          ...{ traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tags: { caused_by: 'exec_1' }, workflow_id: 'wf_1' },
        },
      };
      const facts = (failed: number): DeadLetterFacts => {
        const { step: _, ...rest } = letter(failed).dead_letter!;
        return rest;
      };
      const closing = { status: 'replayed', replayed_as: 'exec_new', closed_at: at(99), closed_by: 'user:ann' } as const;

      it('is a letter among the others, once, and tells what it would have started', async () => {
        const index = await make();
        await index.project([letter(1)]);
        await index.keep(event, facts(2));
        await index.keep(event, facts(3));
        expect((await list(index)).items.map(({ execution_id, failed_at }) => [execution_id, failed_at])).toEqual([
          [event.id, at(2)],
          [row(1).summary.execution_id, at(1)],
        ]);
        expect(await depth(index)).toEqual([['process-order', 2]]);
        expect(await index.undelivered('acme', event.id)).toEqual({ event, letter: { execution_id: event.id, trigger: 'event', ...facts(2) } });
        expect(await index.undelivered('globex', event.id)).toBeNull();
        expect(await index.undelivered('acme', row(1).summary.execution_id)).toBeNull();
      });

      it('is closed once, and does not come back', async () => {
        const index = await make();
        await index.keep(event, facts(2));
        expect(await index.close(event, closing)).toBe(true);
        expect(await index.close(event, { ...closing, status: 'discarded' })).toBe(false);
        expect(await index.close({ ...event, tenant: 'globex' }, closing)).toBe(false);
        await index.keep(event, facts(3));
        expect((await index.undelivered('acme', event.id))!.letter).toMatchObject(closing);
        expect(await depth(index)).toEqual([['process-order', 0]]);
      });

      it('leaves with its letter', async () => {
        const index = await make();
        await index.keep(event, facts(2));
        expect(await index.expire('acme', T0 + WEEK + 2)).toBe(1);
        expect(await index.undelivered('acme', event.id)).toBeNull();
        expect(await depth(index)).toEqual([['process-order', 0]]);
        await index.keep(event, facts(9));
        expect([await index.forget('acme', T0 + 10), await index.undelivered('acme', event.id)]).toEqual([1, null]);
      });
    });
  });
}
