import { describe, expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import type { LineFilter } from '#contracts/log-line';
import { fitsLine, logLines } from '#engine/log-lines';

const context = { execution_id: 'exec_1', workflow: 'w', environment: 'production', pipeline: 'p', tenant: 'acme', trace_id: 't' };
const at = Date.parse('2026-02-15T14:30:00.238Z');
const lines = (...events: (Pick<LogEvent, 'type'> & { data: unknown })[]) =>
  logLines(
    events.map((event, i) => ({ seq: i + 1, at, ...event }) as LogEvent),
    context,
  );

it.each<[LineFilter, boolean]>([
  [{}, true],
  [{ level: 'warn' }, true],
  [{ level: 'error' }, false],
  [{ step: 'each/17/charge' }, true],
  [{ step: 'each/charge' }, true],
  [{ step: 'charge' }, false],
  [{ text: 'O-17' }, true],
  [{ text: 'no STOCK' }, true],
  [{ text: 'EACH/17' }, true],
  // Where it comes from is filtered, not searched.
  [{ text: 'acme' }, false],
  [{ text: 'o-18' }, false],
  [{ from: at }, true],
  [{ from: at + 1 }, false],
  [{ to: at }, false],
  [{ to: at + 1 }, true],
])('a line fits %j: %s', (filter, expected) => {
  const line = { timestamp: new Date(at).toISOString(), level: 'warn' as const, message: 'No stock', step: 'each/17/charge', fields: { order: 'o-17' } };
  expect(fitsLine({ ...line, ...context, sequence_num: 1 }, filter)).toBe(expected);
});

describe('logLines', () => {
  it('has the fields that make logs searchable', () => {
    expect(lines({ type: 'step.completed', data: { step_name: 'check-inventory', duration_ms: 234, status: 'completed', attempts: 1 } })).toEqual([
      {
        timestamp: '2026-02-15T14:30:00.238Z',
        level: 'info',
        message: 'Step completed',
        step: 'check-inventory',
        duration_ms: 234,
        attempts: 1,
        ...context,
        sequence_num: 1,
      },
    ]);
  });

  it.each<[string, unknown, unknown[]]>([
    ['a line', { value: { level: 'error', message: 'no stock' } }, [{ level: 'error', message: 'no stock', step: 'note' }]],
    ['a line with fields', { value: { level: 'info', message: 'm', fields: { sku: 'S' } } }, [{ level: 'info', message: 'm', fields: { sku: 'S' } }]],
    ['no line: another level', { value: { level: 'loud', message: 'm' } }, []],
    ['no line: more keys', { value: { level: 'info', message: 'm', url: 'x' } }, []],
    ['no line: text', { value: 'info' }, []],
    ['no line: elsewhere', { ref: { key: 'k', sha256: 's', size: 1 } }, []],
  ])('takes what a step recorded for %s', (_title, input, expected) => {
    const found = lines({ type: 'step.input_recorded', data: { step_name: 'note', input } });
    expect(found).toHaveLength(expected.length);
    if (expected[0]) expect(found[0]).toMatchObject(expected[0] as object);
  });

  it('warns of an attempt that failed, and calls the last one an error', () => {
    const error = { code: 'upstream_status', message: '503 from payment', retryable: true };
    const failed = (final: boolean) => lines({ type: 'step.failed', data: { step_name: 's', error, duration_ms: 1, attempts: 1, final } })[0];
    expect(failed(false)).toMatchObject({ level: 'warn', code: 'upstream_status' });
    expect(failed(true)).toMatchObject({ level: 'error', message: 'Step failed: 503 from payment' });
  });
});
