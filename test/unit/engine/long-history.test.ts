/** An execution of 50,000 events: written, read in part, folded, and its timeline. */
import { expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import { fold } from '#engine/evolve';
import type { StartedState } from '#engine/state';
import { buildTimeline } from '#engine/timeline';
import { EventLog } from '#storage/event-log';
import { MemoryPayloadStore } from '#storage/memory/payload-store';
import { foldWhole } from '#storage/payloads';
import { nodeSql } from '../object-storage.ts';
import { pipelineOf, pure, simulate } from './simulation.ts';

/** The events of a run, its steps gone through again and again: in a loop, or each under a name of its own. */
function history(named: boolean): LogEvent[] {
  const { log } = simulate({ pipeline: pipelineOf('long', [pure('a', { answer: { text: 'x'.repeat(100) } })]) });
  const [started, ...rest] = log;
  const round = rest.filter((event) => event.type.startsWith('step.'));
  const events: LogEvent[] = [started!];
  for (let i = 0; events.length + round.length <= 50_000; i++) {
    for (const event of round) {
      const data = { ...event.data, step_name: named ? `a${i}` : 'a' };
      events.push({ ...event, seq: events.length + 1, data } as LogEvent);
    }
  }
  return events;
}

it.each([
  ['of a loop', false],
  ['of as many steps', true],
])('%s', async (_, named) => {
  const events = history(named);
  const sql = nodeSql();
  const log = new EventLog(sql);
  for (let from = 0; from < events.length; from += 400) log.append(events.slice(from, from + 400), from);
  const cold = new EventLog(sql);
  cold.load();
  expect(cold.version).toBe(events.length);
  expect(cold.page(49_000, 3).map((event) => event.seq)).toEqual([49_000, 49_001, 49_002]);
  function* pages() {
    for (let from = 1; from <= cold.version; from += 1000) yield cold.page(from, 1000);
  }
  const state = (await foldWhole(pages(), new MemoryPayloadStore())) as StartedState;
  expect(state).toEqual(fold(events));
  const timeline = buildTimeline(events)!;
  expect([timeline.last_seq, timeline.steps.length]).toEqual([events.length, Object.keys(state.steps).length]);
});
