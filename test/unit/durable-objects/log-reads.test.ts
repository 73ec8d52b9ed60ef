/** What an execution says, read from the end of its log: bounded, and gone on with without a gap. */
import { expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import type { LinePage, LineQuery } from '#contracts/log-line';
import type { StartedState } from '#engine/state';
import { readLines } from '#objects/execution/log-reads';

const T0 = 1_771_165_800_000;
const STATE = {
  facts: { execution_id: 'exec_1', workflow: 'shop', environment: 'production', pipeline: 'order', tenant_id: 'acme', trace_id: 't' },
} as StartedState;

/** So many events, a millisecond each, of which every third says something. */
function history(length: number) {
  const asked: number[] = [];
  const event = (seq: number) =>
    ({
      seq,
      at: T0 + seq,
      type: seq % 3 === 0 ? 'step.input_recorded' : 'step.output_recorded',
      data: { step_name: `s${seq}`, input: { value: { level: seq % 2 === 0 ? 'warn' : 'info', message: `line ${seq}` } } },
    }) as unknown as LogEvent;
  return {
    asked,
    length,
    page(from = 1, limit = Number.MAX_SAFE_INTEGER) {
      asked.push(limit);
      return Array.from({ length: Math.max(0, Math.min(limit, length - from + 1)) }, (_, at) => event(from + at));
    },
  };
}

function all(length: number, query: Omit<LineQuery, 'before'>): { seqs: number[]; calls: number } {
  const log = history(length);
  const seqs: number[] = [];
  let calls = 0;
  for (let before: number | undefined; calls < 1000; ) {
    const page: LinePage = readLines(STATE, log, { ...query, ...(before === undefined ? {} : { before }) });
    calls++;
    seqs.push(...page.items.map(({ sequence_num }) => sequence_num));
    if (page.next === null) break;
    before = page.next;
  }
  return { seqs, calls };
}

const thirds = (length: number) => Array.from({ length: Math.floor(length / 3) }, (_, at) => (Math.floor(length / 3) - at) * 3);

it.each([
  [0, 10],
  [2, 10],
  [9, 2],
  [751, 7],
  [5000, 200],
])('%d events, %d lines at a time', (length, limit) => expect(all(length, { limit }).seqs).toEqual(thirds(length)));

it('looks through a bounded part in one call, and says where it stopped', () => {
  const log = history(10_000);
  const page = readLines(STATE, log, { limit: 10, text: 'line 3' + '"' });
  expect(page).toEqual({ items: [], next: 8001 });
  expect(log.asked.reduce((sum, limit) => sum + limit, 0)).toBe(2000);
});

it('does not look before the time that is asked for', () => {
  const log = history(10_000);
  expect(readLines(STATE, log, { limit: 10, from: T0 + 9998 }).items.map(({ sequence_num }) => sequence_num)).toEqual([9999]);
  expect(log.asked).toHaveLength(1);
});

it('by level, step and text', () => {
  expect(all(12, { limit: 10, level: 'warn' }).seqs).toEqual([12, 6]);
  expect(all(12, { limit: 10, step: 's9' }).seqs).toEqual([9]);
  expect(all(12, { limit: 10, text: 'LINE 1' }).seqs).toEqual([12]);
});
