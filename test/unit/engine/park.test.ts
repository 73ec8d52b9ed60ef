/** What is lost again and again is not made again by itself; and the decision is made again exactly from the log. */
import { expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import { LIMITS } from '#contracts/limits';
import type { Command, Order } from '#engine/commands';
import { decide } from '#engine/decide';
import { fold } from '#engine/evolve';
import { retrace } from '#engine/retrace';
import type { ExecutionState, StartedState } from '#engine/state';
import { statusOf } from '#engine/status';
import { isIdle, wakeAt } from '#engine/wake';
import { call, definitionOf, deskContext, deskEvaluator, freeze, pipelineOf, simulate } from './simulation.ts';

const saga = pipelineOf('saga', [call({ name: 'book', undo: true }), call({ name: 'pay' })], { saga: { order: 'reverse', track: true } });
const definition = definitionOf(saga);
const world = { definition, evaluator: deskEvaluator, context: deskContext };

/** The log up to the attempt, then the runtime dies with it `times` times. */
function crash(until: (event: LogEvent) => boolean, id: string, times: number, script = {}, before: Order[] = []) {
  const { log } = simulate({ pipeline: saga, script });
  const events = log.slice(0, log.findIndex(until) + 1);
  let state: ExecutionState = fold(events);
  let now = events.at(-1)!.at;
  const submit = (order: Order) => {
    now += 10_000;
    const decision = decide(state, { ...order, now, random: 0 } as Command, world);
    events.push(...(JSON.parse(JSON.stringify(decision.events)) as LogEvent[]));
    state = freeze(decision.state);
    return decision;
  };
  for (const order of before) submit(order);
  let effects = 1;
  for (let i = 0; i < times; i++) effects += submit({ type: 'interrupted', attempts: [id] }).effects.length;
  return { state: state as StartedState, effects, events, submit };
}
const replayed = (events: LogEvent[]) => retrace(events, { ...world, definitions: new Map([[definition.hash, definition]]) });
const calling = (event: LogEvent) => event.type === 'step.input_recorded' && event.data.step_name === 'pay';
const undoing = (event: LogEvent) => event.type === 'compensation.started';

it('goes on as long as it may', () => {
  const { state, effects, events } = crash(calling, 'pay', LIMITS.crashes - 1);
  expect([statusOf(state), effects]).toEqual(['running', LIMITS.crashes]);
  expect(replayed(events)).toMatchObject({ ok: true });
});

it('pauses a run, with nothing due, and gives it as many tries again', () => {
  const { state, effects, events, submit } = crash(calling, 'pay', LIMITS.crashes);
  expect([statusOf(state), effects, wakeAt(state), isIdle(state), Object.keys(state.active)]).toEqual(['paused', LIMITS.crashes, undefined, false, []]);
  expect(state.paused).toMatchObject({ by: 'platform', reason: `pay ended the runtime ${LIMITS.crashes} times.` });
  expect(submit({ type: 'resume', by: 'key:1' }).effects).toHaveLength(1);
  for (let i = 1; i < LIMITS.crashes; i++) expect(submit({ type: 'interrupted', attempts: ['pay'] }).effects).toHaveLength(1);
  expect(submit({ type: 'interrupted', attempts: ['pay'] }).effects).toEqual([]);
  expect(replayed(events)).toMatchObject({ ok: true });
});

it('gives up a compensation, which can be resumed', () => {
  const { state, effects, events, submit } = crash(undoing, 'book (undo)', LIMITS.crashes, { pay: [{ fail: 422 }] });
  expect([statusOf(state), effects]).toEqual(['failed', LIMITS.crashes]);
  expect(state.steps.book!.undo!.error).toMatchObject({ code: 'parked' });
  expect(submit({ type: 'resume', by: 'key:1' }).effects).toHaveLength(1);
  expect(replayed(events)).toMatchObject({ ok: true });
});

it('ends one that was asked to cancel', () => {
  const { state, events } = crash(calling, 'pay', LIMITS.crashes, {}, [{ type: 'cancel', by: 'key:1' }]);
  expect(statusOf(state)).toBe('compensating');
  expect(replayed(events)).toMatchObject({ ok: true });
});

it('parks what never comes to its commit', () => {
  const { state, events, submit } = crash(calling, 'pay', 0);
  submit({ type: 'park', reason: 'It ended the runtime 5 times.' });
  expect(state.phase.kind).toBe('running');
  expect(events.at(-1)).toMatchObject({ type: 'execution.paused', data: { by: 'platform' } });
  expect(replayed(events)).toMatchObject({ ok: true });
});
