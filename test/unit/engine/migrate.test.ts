/** Running executions on another version: what may move, what may not and why, and that it goes on there. */
import { describe, expect, it } from 'vitest';
import type { Definition, Pipeline } from '#contracts/definition';
import type { LogEvent } from '#contracts/events';
import type { Node } from '#contracts/graph';
import { errorInfo } from '#contracts/problems';
import { decide } from '#engine/decide';
import { fold } from '#engine/evolve';
import { obstacles } from '#engine/migrate';
import { retrace } from '#engine/retrace';
import type { StartedState } from '#engine/state';
import { buildTimeline } from '#engine/timeline';
import { block, call, definitionOf, deskContext, deskEvaluator, foreach, freeze, jump, parallel, pipelineOf, pure, simulate } from './simulation.ts';

const step = (name: string, more: object = {}) => call({ name, ...more });
const saga = { saga: { order: 'reverse' as const, track: true } };
const FROM = pipelineOf('order', [step('reserve', { undo: true }), step('charge', { undo: true }), step('ship'), pure('answer')], saga);
const to = (nodes: Node[], more: Partial<Pipeline> = saga) => pipelineOf('order', nodes, more);

/** The state while `name` is under way. */
function at(name: string, pipeline = FROM): { state: StartedState; log: LogEvent[] } {
  const { log } = simulate({ pipeline });
  const end = log.findIndex((event) => event.type === 'step.input_recorded' && event.data.step_name === name) + 1;
  return { log: log.slice(0, end), state: freeze(fold(log.slice(0, end))) as StartedState };
}

describe('while charge is under way', () => {
  const { state } = at('charge');
  const cases: [what: string, to: Pipeline | undefined, code: string | undefined][] = [
    ['the same', FROM, undefined],
    ['a step behind it taken out', to([step('reserve', { undo: true }), step('charge', { undo: true }), pure('answer')]), undefined],
    ['a step behind it put in', to([step('reserve', { undo: true }), step('charge', { undo: true }), step('tell'), step('ship'), pure('answer')]), undefined],
    [
      'other settings of every step',
      to([step('reserve', { undo: true, config: { x: 1 } }), step('charge', { undo: true, timeout_ms: 5 }), step('ship')]),
      undefined,
    ],
    ['the pipeline taken out', undefined, 'pipeline_gone'],
    ['a step that ran taken out', to([step('charge', { undo: true }), step('ship')]), 'step_gone'],
    ['a step that ran of another type', to([pure('reserve'), step('charge', { undo: true }), step('ship')]), 'step_changed'],
    ['the step under way taken out', to([step('reserve', { undo: true }), step('ship')]), 'step_gone'],
    ['a step put in before it', to([step('reserve', { undo: true }), step('check'), step('charge', { undo: true }), step('ship')]), 'passed_differs'],
    ['a step put in at the beginning', to([step('check'), step('reserve', { undo: true }), step('charge', { undo: true })]), 'passed_differs'],
    ['no way to undo what completed', to([step('reserve'), step('charge', { undo: true }), step('ship')]), 'compensation_gone'],
  ];
  it.each(cases)('%s', (_, version, code) => {
    expect(obstacles(state, FROM, version).map((one) => one.code)[0]).toBe(code);
  });

  it('goes on with the steps of the version', () => {
    const version = to([step('reserve', { undo: true }), step('charge', { undo: true }), step('tell'), pure('answer')]);
    const moved = move(state, version);
    const { state: next } = decide(
      moved.state,
      { type: 'outcome', step: 'charge', phase: 'run', run: 1, attempt: 1, outcome: { kind: 'completed', output: {} }, now: 1e12, random: 0 },
      world(moved.definition),
    );
    expect(Object.keys((next as StartedState).active)).toEqual(['tell']);
  });
});

describe('while lanes are under way', () => {
  const charge = () => step('charge', { undo: true });
  const fan = (left: Node[], more: { [lane: string]: Node[] } = { right: [step('pack')] }) => parallel('fan', { left, ...more });
  const order = (...nodes: Node[]) => pipelineOf('order', nodes, saga);
  const from = order(fan([charge(), step('tell')]), step('ship'));
  const { state } = at('fan/right/pack', from);
  const cases: [what: string, to: Pipeline, code?: string, step?: string][] = [
    ['a step put in behind the block', order(fan([charge(), step('tell')]), step('weigh'), step('ship'))],
    ['a block put in behind the block', order(fan([charge(), step('tell')]), foreach('each', [1], [step('weigh')]), step('ship'))],
    ['a step put in further on in a lane', order(fan([charge(), step('weigh'), step('tell')]), step('ship'))],
    ['the rest of a lane taken out', order(fan([charge()]), step('ship'))],
    ['other settings in a lane', order(fan([step('charge', { undo: true, config: { x: 1 } }), step('tell')]), step('ship'))],
    ['a step put in before the one under way', order(fan([step('weigh'), charge(), step('tell')]), step('ship')), 'passed_differs', 'fan/left/weigh'],
    ['the step under way taken out', order(fan([step('tell')]), step('ship')), 'step_gone', 'fan/left/charge'],
    ['the step under way of another type', order(fan([pure('charge'), step('tell')]), step('ship')), 'step_changed', 'fan/left/charge'],
    ['a lane put in', order(fan([charge()], { right: [step('pack')], third: [step('weigh')] }), step('ship')), 'block_changed', 'fan'],
    ['a lane taken out', order(fan([charge()], {}), step('ship')), 'step_gone', 'fan/right/pack'],
    ['the block taken out', order(step('ship')), 'step_gone', 'fan'],
    ['another kind of block', order(foreach('fan', [1], [charge()]), step('ship')), 'step_changed', 'fan'],
  ];
  it.each(cases)('%s', (_, version, code, where) => {
    const [first] = obstacles(state, from, version);
    expect([first?.code, first?.step]).toEqual([code, where]);
  });

  it('each goes on where it stood, and what completed is undone as the version says', () => {
    const version = order(fan([charge(), step('weigh'), step('tell')]), step('check'), step('ship'));
    const moved = move(state, version, from);
    expect(moved.events[0]).toMatchObject({ data: { moved: { 2: 3, 4: 6 }, positions: { 'fan/left': 3, 'fan/right': 6 } } });
    let now = moved.state;
    for (const name of ['fan/left/charge', 'fan/right/pack', 'fan/left/weigh', 'fan/left/tell', 'check']) {
      expect(Object.keys(now.active)).toContain(name);
      now = outcomeOf(now, name, moved.definition);
    }
    expect(Object.keys(now.active)).toEqual(['ship']);
    const failed = decide(now, { ...outcome('ship'), outcome: { kind: 'failed', error: errorInfo('upstream_status', '422') } }, world(moved.definition));
    expect(failed.events.find((event) => event.type === 'saga.compensating')?.data).toMatchObject({ steps: ['fan/left/charge'] });
  });

  it('says once what a hundred lanes have to say', () => {
    const items = Array.from({ length: 100 }, (_, item) => item);
    const many = order(foreach('each', items, [charge()], { concurrency: 100 }));
    const found = obstacles(at('each/99/charge', many).state, many, order(foreach('each', items, [step('other')], { concurrency: 100 })));
    expect(found).toEqual([{ code: 'step_gone', step: 'each/charge', message: 'each/charge has begun, and the version has no such step.' }]);
  });

  it('a step that is tried again stays one operation', () => {
    const policy = { max_attempts: 3, backoff: 'fixed' as const, initial_delay_ms: 1, max_delay_ms: 1, jitter: false };
    const trying = (...steps: Node[]) => order(block('again', { kind: 'retry', policy }, { try: steps }), step('ship'));
    const one = trying(step('ask'));
    const { state: asking } = at('again/1/ask', one);
    expect(obstacles(asking, one, trying(step('ask'), step('tell'))).map(({ code }) => code)).toEqual(['block_changed']);
    expect(obstacles(asking, one, order(block('again', { kind: 'retry', policy }, { try: [step('ask')] })))).toEqual([]);
  });

  it('one that is held before a step of a lane is let go of at its new place', () => {
    const board = {
      breakpoints: [{ id: 'bp_1', step: 'tell', notify: [], created_by: 'key:1', created_at: 0, expires_at: Number.MAX_SAFE_INTEGER }],
      mocks: [],
    };
    const { log } = simulate({ pipeline: from, board });
    const held = freeze(fold(log)) as StartedState;
    expect(held.paused?.breakpoint?.step).toBe('fan/left/tell');
    expect(obstacles(held, from, order(fan([charge(), step('weigh'), step('tell')]), step('ship'))).map(({ code }) => code)).toEqual(['passed_differs']);
    const moved = move(held, order(fan([charge(), step('tell'), step('weigh')]), step('check'), step('ship')), from);
    expect(moved.state.paused?.breakpoint?.step_index).toBe(4);
    const { state: skipped } = decide(moved.state, { type: 'skip', by: 'key:1', now: 1e12, random: 0 }, world(moved.definition));
    expect(Object.keys((skipped as StartedState).active)).toEqual(['fan/left/weigh']);
  });
});

describe('elsewhere', () => {
  it('has a step that was jumped over at another place, and goes on', () => {
    const loop = (extra: Node[]) =>
      pipelineOf('loop', [pure('begin', { answer: 'again' }), step('work'), jump('more', 'begin', { again: 1 }, 3 + extra.length), ...extra, pure('end')]);
    const from = loop([]);
    const { log } = simulate({
      pipeline: pipelineOf('loop', [...from.nodes.slice(0, 3).map((node) => node), pure('end')]),
      orders: [{ at: 35, command: { type: 'cancel', by: 'key:1' } }],
    });
    const count = log.findLastIndex((event) => event.type === 'step.input_recorded') + 1;
    const state = freeze(fold(log.slice(0, count))) as StartedState;
    const version = pipelineOf('loop', [pure('begin', { answer: 'again' }), step('work'), pure('note'), jump('more', 'begin', { again: 1 }, 4), pure('end')]);
    expect(obstacles(state, from, version)).toEqual([]);
    const moved = move(state, version, from);
    expect(moved.events[0]).toMatchObject({ type: 'execution.migrated', data: { indexes: { more: 3 } } });
    expect(moved.state.steps.more!.index).toBe(3);
  });

  it('does not move what has ended, nor what is being undone', () => {
    const { log } = simulate({ pipeline: FROM, script: { ship: [{ fail: 422 }] } });
    const undoing = fold(log.slice(0, log.findIndex((event) => event.type === 'compensation.started') + 1)) as StartedState;
    expect(obstacles(undoing, FROM, FROM)[0]?.code).toBe('being_undone');
    expect(obstacles(fold(log) as StartedState, FROM, FROM)[0]?.code).toBe('ended');
    expect(move(undoing, FROM).events).toEqual([]);
  });

  it('changes nothing when something stands against it, or it is there already', () => {
    const { state } = at('charge');
    expect(move(state, to([step('ship')])).events).toEqual([]);
    const same = definitionOf(FROM);
    expect(decide(state, { type: 'migrate', by: 'key:1', version: 1, definition: same, now: 1, random: 0 }, world(same)).events).toEqual([]);
  });
});

it('is an event with who did it; every later reading knows both, and it replays exactly', () => {
  const { state, log } = at('charge');
  const version = to([step('reserve', { undo: true }), step('charge', { undo: true }), step('tell')]);
  const moved = move(state, version);
  const timeline = buildTimeline([...log, ...moved.events], version)!;
  const from = { definition: 'a'.repeat(64), version: 1 };
  const there = { definition: 'b'.repeat(64), version: 2 };
  expect(timeline).toMatchObject({ ...there, migrations: [{ by: 'key:1', from, to: there }] });
  expect(timeline.steps.map((one) => one.name)).toEqual(['reserve', 'charge', 'tell']);
  const definitions = new Map([definitionOf(FROM), moved.definition].map((each) => [each.hash, each]));
  const stored = JSON.parse(JSON.stringify([...log, ...moved.events])) as LogEvent[];
  expect(retrace(stored, { definitions, evaluator: deskEvaluator, context: deskContext })).toMatchObject({ ok: true });
});

function outcome(name: string) {
  return { type: 'outcome' as const, step: name, phase: 'run' as const, run: 1, attempt: 1, now: 1e12, random: 0 };
}

function outcomeOf(state: StartedState, name: string, definition: Definition): StartedState {
  return decide(state, { ...outcome(name), outcome: { kind: 'completed', output: {} } }, world(definition)).state as StartedState;
}

function world(definition: Definition) {
  return { definition, evaluator: deskEvaluator, context: deskContext };
}

function move(state: StartedState, version: Pipeline, from = FROM) {
  const definition = { ...definitionOf(version), hash: 'b'.repeat(64) };
  const decision = decide(state, { type: 'migrate', by: 'key:1', version: 2, definition, now: state.started_at + 1, random: 0 }, world(definitionOf(from)));
  return { ...decision, state: decision.state as StartedState, definition };
}
