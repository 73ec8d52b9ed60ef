import { expect, it } from 'vitest';
import type { LogItem } from '../../../dashboard/src/lib/api-types';
import { factsOf, gistOfLine, pageOfLine, timeOfLine, unknownOf } from '../../../dashboard/src/lib/log-lines';

const line = (sequence_num: number, more: Partial<LogItem> = {}): LogItem => ({
  timestamp: '2026-11-23T14:30:00.123Z',
  level: 'info',
  message: 'm',
  execution_id: 'exec_1',
  workflow: 'shop',
  environment: 'production',
  pipeline: 'order',
  tenant: 'acme',
  trace_id: 't',
  sequence_num,
  ...more,
});

it('new lines are those that are not there yet, once each, the newest first', () => {
  const later = '2026-11-23T14:30:01.000Z';
  const come = [line(2), line(1), line(3), line(3), line(2, { execution_id: 'exec_2', timestamp: later })];
  expect(unknownOf([line(1)], come).map(({ execution_id, sequence_num }) => [execution_id, sequence_num])).toEqual([
    ['exec_2', 2],
    ['exec_1', 3],
    ['exec_1', 2],
  ]);
  expect(unknownOf([line(1)], [line(1)])).toEqual([]);
});

it('what a line says beside its message, without where it comes from', () => {
  const said = line(1, { step: 's', region: 'eu', duration_ms: 12, reason: null, fields: { order: 'o-1', lines: [1] } });
  expect(factsOf(said)).toEqual({ duration_ms: 12, order: 'o-1', lines: [1] });
  expect(gistOfLine(said)).toBe('duration_ms=12 order=o-1 lines=[1]');
  expect(gistOfLine(line(1))).toBe('');
});

it('leads to the execution, at its step', () => {
  expect(pageOfLine(line(1))).toBe('/executions/exec_1');
  expect(pageOfLine(line(1, { step: 'each/3/say it' }))).toBe('/executions/exec_1?step=each%2F3%2Fsay%20it');
});

it.each([
  ['2026-11-23T15:00:00.000Z', '14:30:00.123'],
  ['2026-11-24T00:00:01.000Z', '11-23 14:30:00'],
])('at %s its time is %s', (now, expected) => expect(timeOfLine(line(1), Date.parse(now))).toBe(expected));
