import { expect, it } from 'vitest';
import type { ExecutionSummary } from '#contracts/execution';
import { applied, type LiveData, rowsFrom, started } from '../../../dashboard/src/lib/live-rows';

const AT = Date.parse('2026-11-23T14:30:00.000Z');
const message = (more: Partial<LiveData>): LiveData => ({
  execution_id: 'exec_1',
  seq: 5,
  at: AT + 900,
  execution_status: 'running',
  workflow: 'orders',
  pipeline: 'process-order',
  ...more,
});
const [row] = rowsFrom([
  {
    execution_id: 'exec_1',
    workflow: 'orders',
    workflow_id: 'wf',
    version: 1,
    environment: 'production',
    pipeline: 'process-order',
    tenant: 'acme',
    status: 'running',
    trigger: 'http',
    started_at: '2026-11-23T14:30:00.000Z',
  } satisfies ExecutionSummary,
]);

it('follows the step under way', () => {
  expect(applied(row!, 'step.started', message({ step: 'charge-payment' }))).toMatchObject({ status: 'running', current_step: 'charge-payment', seq: 5 });
});

it('ignores what is older than what it has seen', () => {
  expect(applied({ ...row!, seq: 5 }, 'step.started', message({ seq: 5, step: 'x' }))).toBeUndefined();
});

it('ends with its own duration, not that of the last step', () => {
  const failed = applied(
    row!,
    'execution.failed',
    message({ seq: 9, execution_status: 'failed', duration_ms: 870, step: 'charge-payment', error: { code: 'upstream_status', message: '503 from payment' } }),
  );
  expect(failed).toMatchObject({ status: 'failed', duration_ms: 870, error: { message: '503 from payment' } });
  // All events of one turn carry the status after it, a step's too.
  expect(applied(row!, 'step.completed', message({ execution_status: 'completed', duration_ms: 3, step: 'respond' }))).toMatchObject({
    duration_ms: 900,
    current_step: undefined,
  });
});

it('keeps the error of what is being undone', () => {
  const undoing = applied(
    row!,
    'saga.compensating',
    message({ execution_status: 'compensating', error: { code: 'upstream_status', message: '503 from payment' } }),
  );
  expect(undoing).toMatchObject({ status: 'compensating', error: { code: 'upstream_status' } });
  expect(undoing?.duration_ms).toBeUndefined();
});

it('makes a row only of a start', () => {
  expect(started('step.started', message({}), 'acme')).toBeUndefined();
  expect(started('execution.started', message({ seq: 1, at: AT, trigger: 'http' }), 'acme')).toMatchObject({
    execution_id: 'exec_1',
    trigger: 'http',
    started_at: '2026-11-23T14:30:00.000Z',
    tenant: 'acme',
  });
});
