/** What every ExecutionMeasures does, beside the index that its rows come through. `make` gives empty ones. */
import { describe, expect, it } from 'vitest';
import type { ExecutionSummary, ProjectionMessage } from '#contracts/execution';
import type { PackedMeasure } from '#contracts/metrics';
import type { TallySpan } from '#contracts/tally';
import type { ExecutionIndex, ExecutionMeasures } from '#storage/execution-ports';
import { row } from './execution-index.ts';

const HOUR = 3_600_000;
/** An hour in the past, so that it is over. */
const T0 = Date.parse('2026-02-15T14:00:00.000Z');

export const MEASURE: PackedMeasure = [[6, 1, 25, 3, 0, 1], [['charge', 'step.http_call', 1, 0, 0, 2, 847, [107, 1], [1, 0, 840, 0, 0, 0]]]];

export function measuredRow(n: number, at: number, more: Partial<ExecutionSummary> = {}, seq = 9): ProjectionMessage {
  return { ...row(n, { started_at: new Date(at).toISOString(), duration_ms: 847, ...more }, seq), measure: MEASURE };
}

export function describeExecutionMeasures(name: string, make: () => Promise<{ index: ExecutionIndex; measures: ExecutionMeasures }>): void {
  const span = (at: number): TallySpan => ({ at, pipelines: [] });
  const kept = async (measures: ExecutionMeasures, tenant = 'acme') => (await measures.hours(tenant, 0, T0 + 9 * HOUR)).map(({ at }) => at);

  describe(`execution measures: ${name}`, () => {
    it('gives what was measured with the row, newest first, page by page, of the time that is asked for', async () => {
      const { index, measures } = await make();
      await index.project([measuredRow(1, T0 - 1), measuredRow(2, T0), measuredRow(3, T0), measuredRow(4, T0 + 5), measuredRow(5, T0 + HOUR)]);
      await index.project([measuredRow(6, T0, { tenant: 'globex' })]);
      const ids: string[] = [];
      let before: { started_at: number; execution_id: string } | undefined;
      for (let pages = 0; pages < 9; pages++) {
        const rows = await measures.rows('acme', { from: T0, to: T0 + HOUR, before, limit: 2 });
        ids.push(...rows.map(({ execution_id }) => execution_id.slice(-1)));
        if (rows.length < 2) break;
        before = rows.at(-1);
      }
      expect(ids).toEqual(['4', '3', '2']);
      const [first] = await measures.rows('acme', { from: T0 + 5, to: T0 + 6, limit: 1 });
      expect(first).toEqual({
        execution_id: measuredRow(4, 0).summary.execution_id,
        started_at: T0 + 5,
        seq: 9,
        workflow: 'orders',
        workflow_id: 'wf_1',
        environment: 'production',
        pipeline: 'process-order',
        status: 'completed',
        duration_ms: 847,
        measure: MEASURE,
      });
    });

    it('has one row of an execution, however often it was handed over', async () => {
      const { index, measures } = await make();
      await index.project([measuredRow(1, T0, { status: 'running' }, 3)]);
      await index.project([measuredRow(1, T0), measuredRow(1, T0)]);
      await index.project([measuredRow(1, T0)]);
      expect(await measures.rows('acme', { from: T0, to: T0 + HOUR, limit: 9 })).toHaveLength(1);
    });

    it('keeps an hour while its executions are as they were', async () => {
      const { index, measures } = await make();
      await index.project([measuredRow(1, T0), measuredRow(2, T0 + 1, {}, 4)]);
      await measures.keep('acme', [{ span: span(T0), rows: 2, seqs: 13 }], 0);
      expect(await kept(measures)).toEqual([T0]);
      expect(await kept(measures, 'globex')).toEqual([]);
    });

    it.each([
      ['another one has come', { rows: 1, seqs: 9 }],
      ['one of them has changed', { rows: 2, seqs: 12 }],
      ['there are none', { rows: 0, seqs: 0 }],
    ])('does not keep one of which %s meanwhile', async (_title, was) => {
      const { index, measures } = await make();
      await index.project([measuredRow(1, T0), measuredRow(2, T0 + 1, {}, 4)]);
      await measures.keep('acme', [{ span: span(T0), ...was }], 0);
      expect(await kept(measures)).toEqual([]);
    });

    it('drops an hour with the first execution of it that changes, and only that', async () => {
      const { index, measures } = await make();
      await index.project([measuredRow(1, T0, { status: 'waiting' }, 3), measuredRow(2, T0 + HOUR), measuredRow(3, T0, { tenant: 'globex' })]);
      await measures.keep(
        'acme',
        [
          { span: span(T0), rows: 1, seqs: 3 },
          { span: span(T0 + HOUR), rows: 1, seqs: 9 },
        ],
        0,
      );
      await measures.keep('globex', [{ span: span(T0), rows: 1, seqs: 9 }], 0);
      await index.project([measuredRow(1, T0, {}, 8)]);
      expect(await kept(measures)).toEqual([T0 + HOUR]);
      expect(await kept(measures, 'globex')).toEqual([T0]);
    });

    it('lets go of hours that are too old', async () => {
      const { index, measures } = await make();
      await index.project([measuredRow(1, T0), measuredRow(2, T0 + HOUR)]);
      await measures.keep(
        'acme',
        [T0, T0 + HOUR].map((at) => ({ span: span(at), rows: 1, seqs: 9 })),
        0,
      );
      await measures.keep('acme', [], T0 + HOUR);
      expect(await kept(measures)).toEqual([T0 + HOUR]);
    });

    it('counts what has not ended, by pipeline', async () => {
      const { index, measures } = await make();
      await index.project([
        measuredRow(1, T0, { status: 'waiting' }),
        measuredRow(2, T0, { status: 'running' }),
        measuredRow(3, T0, { status: 'failed' }),
        measuredRow(4, T0),
        measuredRow(5, T0, { status: 'paused', pipeline: 'refund' }),
        measuredRow(6, T0, { status: 'running', tenant: 'globex' }),
      ]);
      const place = { workflow: 'orders', workflow_id: 'wf_1', environment: 'production' };
      expect(await measures.open('acme')).toEqual([
        { ...place, pipeline: 'process-order', count: 2 },
        { ...place, pipeline: 'refund', count: 1 },
      ]);
    });
  });
}
