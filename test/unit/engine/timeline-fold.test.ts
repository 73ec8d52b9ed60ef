/** The fold of the timeline can stop at any event and go on: it comes to the same as one that never stopped. */
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import type { TimelineStep } from '#contracts/execution';
import { Fold } from '#engine/evolve';
import type { StartedState } from '#engine/state';
import { buildTimeline, timelineOf } from '#engine/timeline';
import { TimelineFold } from '#engine/timeline/fold';
import { SCENARIOS } from './scenarios.ts';
import { simulate } from './simulation.ts';

type First = LogEvent & { type: 'execution.started' };

describe.each(Object.entries(SCENARIOS))('%s', (_, scenario) => {
  const { log } = simulate(scenario);
  const whole = buildTimeline(log)!;

  it('comes to the same after a stop at every event', () => {
    const fold = new TimelineFold(log[0] as First);
    const state = new Fold();
    state.take(log[0]!);
    for (const event of log.slice(1)) {
      timelineOf(fold, state.state as StartedState);
      fold.take(event);
      state.take(event);
    }
    expect(timelineOf(fold, state.state as StartedState)).toEqual(whole);
  });

  it('says who cancelled it, where somebody did', () => {
    const orders = log.flatMap(({ type, data }) => (type === 'cancel.requested' || type === 'execution.cancelled' ? [data.by] : []));
    expect(whole.cancelled?.by).toBe(whole.refused ? undefined : orders[0]);
  });

  it('says since when a step only waited, also when that is over', () => {
    const since = new Map<string, string>();
    for (const { type, data, at } of log) {
      if (type === 'step.started') since.delete(data.step_name);
      const waits = type === 'timer.scheduled' || type === 'wait.started' || (type === 'step.mocked' && data.due_at !== undefined);
      if (waits) since.set(data.step_name, new Date(at).toISOString());
    }
    expect(new Map(whole.steps.flatMap(({ name, waited_from }) => (waited_from === undefined ? [] : [[name, waited_from]])))).toEqual(since);
  });

  it('without values is the same but for them', () => {
    const fold = new TimelineFold(log[0] as First, () => false);
    for (const event of log.slice(1)) fold.take(event);
    expect(fold.steps().map(bare)).toEqual(buildSteps(log).map(bare));
    for (const step of fold.steps()) expect([step.input, step.response, step.compensation?.input]).toEqual([undefined, undefined, undefined]);
  });

  it('names the last event that said something of a step', () => {
    const fold = new TimelineFold(log[0] as First);
    for (const event of log.slice(1)) fold.take(event);
    for (const { name } of fold.steps()) {
      const last = log.findLast(
        ({ type, data }) => ('step_name' in data && data.step_name === name) || (type === 'saga.compensating' && data.steps.includes(name)),
      );
      expect([name, fold.changed.get(name)]).toEqual([name, last!.seq]);
    }
  });
});

function buildSteps(log: readonly LogEvent[]): TimelineStep[] {
  const fold = new TimelineFold(log[0] as First);
  for (const event of log.slice(1)) fold.take(event);
  return fold.steps();
}

function bare({ input: _i, output: _o, response: _r, compensation, ...step }: TimelineStep) {
  const { input: _in, output: _out, ...undo } = compensation ?? {};
  return { ...step, undo };
}
