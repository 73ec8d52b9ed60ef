/** The packed event log on SQLite: contiguous, versioned, searchable, and as it was after any reload. */
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import { EVENT_CODES } from '#contracts/events';
import { EventLog, packEvents, type Sql, unpackRow, VersionConflict } from '#storage/event-log';
import { nodeSql } from '../object-storage.ts';

const event = (seq: number, text = 'x'): LogEvent => ({
  seq,
  at: 1_000 + seq,
  type: 'step.completed',
  data: { step_name: text, duration_ms: seq, status: 'completed', attempts: 1 },
});
const events = (from: number, to: number, text?: string) => Array.from({ length: to - from + 1 }, (_, i) => event(from + i, text && `${text}${i}`));

function loaded(sql: Sql): LogEvent[] {
  const log = new EventLog(sql);
  log.load();
  const found = log.page(1, Number.MAX_SAFE_INTEGER);
  expect(log.version).toBe(found.at(-1)?.seq ?? 0);
  return found;
}

describe('EventLog', () => {
  it('gives back what was appended, turn by turn', () => {
    const sql = nodeSql();
    const log = new EventLog(sql);
    log.append(events(1, 5), 0);
    log.append(events(6, 7), 5);
    expect(loaded(sql)).toEqual(events(1, 7));
    expect(log.version).toBe(7);
  });

  it('writes one row a turn, and text that can be searched', () => {
    const sql = nodeSql();
    const log = new EventLog(sql);
    log.append(events(1, 22, 'zażółć gęślą'), 0);
    const rows = [...sql.exec('SELECT seq, events FROM log')];
    expect(rows).toHaveLength(1);
    expect(rows[0]!.events).toContain('zażółć gęślą0');
  });

  it('splits what a row cannot hold', () => {
    const big = 'y'.repeat(300_000);
    const sql = nodeSql();
    const log = new EventLog(sql);
    log.append(events(1, 6, big), 0);
    expect([...sql.exec('SELECT seq FROM log')].map((row) => row.seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(loaded(sql)).toEqual(events(1, 6, big));
  });

  it.each([
    ['a version that has moved on', 2, 3],
    ['a version from the future', 5, 6],
    ['a gap', 3, 5],
  ])('refuses %s', (_, expected, first) => {
    const sql = nodeSql();
    const log = new EventLog(sql);
    log.append(events(1, 3), 0);
    expect(() => log.append(events(first, first), expected)).toThrow(VersionConflict);
    expect(loaded(sql)).toEqual(events(1, 3));
  });

  it('creates nothing when it is only looked at', () => {
    const sql = nodeSql();
    expect(loaded(sql)).toEqual([]);
    expect(new EventLog(sql).page(1, 10)).toEqual([]);
    expect([...sql.exec('SELECT name FROM sqlite_master')]).toEqual([]);
  });

  it.each([
    [1, 3, [1, 2, 3]],
    [4, 3, [4, 5, 6]],
    [6, 10, [6, 7, 8, 9]],
    [9, 10, [9]],
    [10, 10, []],
  ])('pages from %i, %i at most', (from, limit, expected) => {
    const log = new EventLog(nodeSql());
    log.append(events(1, 5), 0);
    log.append(events(6, 6), 5);
    log.append(events(7, 9), 6);
    expect(log.page(from, limit).map((each) => each.seq)).toEqual(expected);
  });
});

describe('packed rows', () => {
  it('keep every type under its number for ever', () => {
    expect(EVENT_CODES).toMatchInlineSnapshot(`
      {
        "admission.granted": 55,
        "admission.queued": 54,
        "admission.refused": 56,
        "block.opened": 21,
        "block.stopping": 24,
        "breakpoint.hit": 38,
        "breakpoint.modified": 39,
        "breakpoint.released": 40,
        "cancel.requested": 19,
        "circuit.refused": 66,
        "compensation.failed": 17,
        "compensation.resumed": 20,
        "compensation.started": 16,
        "conditional.routed": 9,
        "dead_letter.discarded": 53,
        "dead_letter.recorded": 51,
        "dead_letter.replayed": 52,
        "execution.cancelled": 13,
        "execution.completed": 11,
        "execution.failed": 12,
        "execution.migrated": 61,
        "execution.paused": 36,
        "execution.resumed": 37,
        "execution.started": 1,
        "key.released": 67,
        "retry.attempted": 10,
        "saga.compensated": 15,
        "saga.compensating": 14,
        "signal.received": 43,
        "signal.taken": 44,
        "step.compensated": 8,
        "step.completed": 5,
        "step.failed": 6,
        "step.input_recorded": 3,
        "step.mocked": 41,
        "step.output_recorded": 4,
        "step.skipped": 7,
        "step.started": 2,
        "strand.ended": 23,
        "strand.started": 22,
        "timer.scheduled": 18,
        "wait.started": 42,
      }
    `);
  });

  it('are read as they were written by the first version', () => {
    const text =
      '{"v":1,"t":1771165800000,"e":[[2,0,{"step_name":"a","step_type":"step.set","step_index":0,"attempt":1}],[5,3,{"duration_ms":3,"status":"completed","attempts":1}]]}';
    expect(unpackRow(7, text)).toEqual([
      { seq: 7, at: 1771165800000, type: 'step.started', data: { step_name: 'a', step_type: 'step.set', step_index: 0, attempt: 1 } },
      { seq: 8, at: 1771165800003, type: 'step.completed', data: { step_name: 'a', duration_ms: 3, status: 'completed', attempts: 1 } },
    ]);
    expect(packEvents(unpackRow(7, text))).toEqual([{ seq: 7, text }]);
  });

  it('name a step once, and say it anew where it changes or a new row begins', () => {
    const about = (seq: number, step: string) => event(seq, step);
    const run: LogEvent[] = [
      about(1, 'a'),
      about(2, 'a'),
      about(3, 'b'),
      about(4, 'a'),
      { seq: 5, at: 1005, type: 'execution.failed', data: { duration_ms: 1, error: { code: 'internal', message: 'x', retryable: false } } },
      about(6, 'a'),
    ];
    const [row] = packEvents(run);
    expect(row!.text.match(/step_name/g)).toHaveLength(3);
    expect(unpackRow(1, row!.text)).toEqual(run);
  });

  it('say so when they come from a newer version', () => {
    expect(() => unpackRow(1, '{"v":1,"t":0,"e":[[9999,0,{}]]}')).toThrow('not known to this version');
  });
});
