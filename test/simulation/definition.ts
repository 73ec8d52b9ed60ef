/**
 * A definition from dice.
 *
 * Every run of a generated pipeline is finite: a conditional jumps back a bounded number of times, loops have their bound.
 * Names of steps are unique in their pipeline.
 */
import type { BreakerPolicy } from '#contracts/breaker';
import type { Pipeline } from '#contracts/definition';
import type { Activity, ConditionalNode, Node, OnError, RetryPolicy } from '#contracts/graph';
import type { JsonObject } from '#contracts/json';
import { block, call, jump, pipelineOf, pure, respond } from '../unit/engine/simulation.ts';
import type { Dice } from './random.ts';

/** How a counterpart behaves towards a step; see `counterpart.ts`. */
export const MOODS = { good: 64, flaky: 20, slow: 8, refuses: 5, down: 3 } as const;

/** Names of events that steps wait for; few, so that several wait for the same. */
export const EVENT_NAMES = ['paid', 'shipped', 'answered'] as const;

/** A pipeline with the steps of its blocks still in them, so that it can be varied. */
export interface Draft {
  nodes: Node[];
  more: Partial<Pipeline>;
}

export function laidOut({ nodes, more }: Draft): Pipeline {
  return pipelineOf('simulated', nodes, more);
}

/** What may stand in a list of steps. */
interface Surroundings {
  undoable: boolean;
  /** Blocks around. */
  depth: number;
  /** An answer may be given here. */
  answers: boolean;
  /** Other pipelines may be called. */
  calls: boolean;
}

export function draftOf(dice: Dice): Draft {
  const count = dice.chance(0.15) ? dice.int(9, 16) : dice.int(1, 8);
  // One in 100 laps long enough that a turn is cut short.
  const marathon = dice.chance(0.01);
  const undoable = dice.chance(0.65);
  const nodes = marathon ? marathonSteps(dice, count) : stepsFor(dice, count, 's', { undoable, depth: 0, answers: true, calls: true });
  if (marathon && count > 1) nodes[count - 1] = lapsBack(`s${count - 1}`, 0, undefined, dice.int(100, 300));
  // Some fail for certain once there is much to undo.
  else if (undoable && dice.chance(0.25))
    nodes.push(call({ name: `s${count}`, config: { mood: 'refuses' }, ...(dice.chance(0.7) ? { on_error: 'compensate' } : {}) }));
  return { nodes, more: settingsFor(dice) };
}

/** A pipeline that others call. */
export function calledDraft(dice: Dice): Draft {
  const nodes = stepsFor(dice, dice.int(1, 3), 'c', { undoable: dice.chance(0.5), depth: 1, answers: false, calls: false });
  return { nodes, more: settingsFor(dice) };
}

function settingsFor(dice: Dice): Partial<Pipeline> {
  return {
    on_error: dice.weighted<OnError>({ stop: 50, skip: 15, continue: 15, compensate: 20 }),
    ...(dice.chance(0.2) ? { timeout_ms: dice.pick([0, 40, 700, 5000, 100_000, 3_000_000]) } : {}),
    ...(dice.chance(0.55)
      ? {
          saga: {
            order: dice.chance(0.5) ? 'reverse' : 'parallel',
            track: true,
            ...(dice.chance(0.2) ? { timeout_ms: dice.pick([40, 700, 5000, 100_000]) } : {}),
          },
        }
      : {}),
    ...(dice.chance(0.5) ? { dead_letter: { of: dice.pick(['every_start', 'unattended'] as const), retention_ms: 60_000, replayable: true } } : {}),
    ...(dice.chance(0.1) ? { idempotency: { key_template: 'k', ttl_ms: 60_000 } } : {}),
  };
}

function marathonSteps(dice: Dice, count: number): Node[] {
  return Array.from({ length: count }, (_, index) => pure(`s${index}`, pureConfig(dice)));
}

function stepsFor(dice: Dice, count: number, prefix: string, around: Surroundings): Node[] {
  const { undoable, depth, answers, calls } = around;
  let loops = 0;
  const nodes: Node[] = [];
  for (let index = 0; index < count; index++) {
    const name = `${prefix}${index}`;
    const last = index === count - 1;
    const respondings = answers ? (last ? 25 : 1) : 0;
    const blocks = depth === 0 ? 14 : depth === 1 ? 8 : 0;
    const kind = dice.weighted({ call: 50, invoke: calls ? 5 : 0, pure: 16, sleep: 8, wait: 6, jump: last ? 2 : 12, block: blocks, respond: respondings });
    let node: Node;
    if (kind === 'jump') {
      const chosen = jumpFor(dice, index, count, loops < 2 && index > 0, prefix);
      node = chosen;
      if (chosen.config.laps !== undefined) loops++;
    } else if (kind === 'block') node = blockFor(dice, name, index, count, prefix, around);
    else if (kind === 'respond') node = respond(name, dice.pick([200, 201, 404]));
    else if (kind === 'sleep') node = pure(name, { sleep: dice.pick([0, 10, 3000, 3_600_000]) });
    else if (kind === 'wait') node = waitFor(dice, name);
    else if (kind === 'invoke') node = invoke(dice, name);
    else if (kind === 'pure') node = pure(name, pureConfig(dice));
    else node = call({ name, ...callOf(dice, name) });
    nodes.push(node.kind === 'activity' ? { ...node, ...policies(dice), ...(undoable && dice.chance(0.75) ? { compensate: undoOf(dice, name) } : {}) } : node);
    Object.assign(nodes[index]!, conditions(dice, index, prefix));
  }
  return nodes;
}

function blockFor(dice: Dice, name: string, index: number, count: number, prefix: string, around: Surroundings): Node {
  const { depth, answers } = around;
  const body = (lane: string, mayAnswer = false, length = dice.int(1, depth === 0 ? 3 : 2)) =>
    stepsFor(dice, length, `${name}${lane}`, { ...around, depth: depth + 1, answers: mayAnswer });
  const more = {
    ...(dice.chance(0.15) ? { timeout_ms: dice.pick([40, 700, 5000, 100_000]) } : {}),
    ...(dice.chance(0.35) ? { on_error: dice.pick(['stop', 'skip', 'continue', 'compensate'] as const) } : {}),
  };
  const errors = dice.pick(['fail_fast', 'collect_errors'] as const);
  switch (dice.weighted({ parallel: 30, foreach: 30, branch: 15, while: 12, retry: 13 })) {
    case 'parallel': {
      const lanes = ['a', 'b', 'c', 'd'].slice(0, dice.int(1, 4));
      const single = dice.chance(0.4);
      const bodies = Object.fromEntries(lanes.map((lane) => (single ? [`${name}${lane}0`, body(lane, false, 1)] : [lane, body(lane)])));
      const wait = dice.chance(0.3) && lanes.length > 1 ? dice.int(1, lanes.length - 1) : 'all';
      return block(name, { kind: 'parallel', wait, errors }, bodies, more);
    }
    case 'foreach': {
      const items = dice.chance(0.01) && depth === 0 ? 130 : dice.weighted({ 0: 10, 1: 20, 2: 30, 4: 25, 7: 15 });
      const list = Array.from({ length: Number(items) }, (_, item) => item * 10);
      const plan = { kind: 'foreach' as const, items: list, item: 'item', index: 'index', concurrency: dice.pick([1, 1, 2, 3, 10]), errors };
      return block(name, plan, { each: Number(items) > 100 ? [pure(`${name}e0`, {})] : body('e') }, more);
    }
    case 'branch': {
      const ways = { a: body('a', answers), b: body('b', answers) };
      const merge = dice.chance(0.3) && index + 1 < count ? { merge: dice.int(index + 1, count - 1) } : {};
      const select = { by: 'field' as const, field: `${prefix}${dice.int(0, Math.max(0, index - 1))}` };
      const plan = { kind: 'branch' as const, config: {}, select, routes: { a: 0, b: 1 }, ...(dice.chance(0.9) ? { default: 1 } : {}), ...merge };
      return block(name, plan, ways, more);
    }
    case 'while': {
      const counter = `${name}n`;
      const rounds = dice.int(0, 4);
      const collect = dice.chance(0.5) ? { collect: { key: 'all', from: counter } } : {};
      const plan = { kind: 'while' as const, condition: `less ${counter} ${rounds}`, max: dice.chance(0.1) ? 1 : 10, variable: 'round', ...collect };
      return block(name, plan, { round: [...body('r', answers), pure(counter, { count: counter })] }, more);
    }
    case 'retry': {
      const policy = { ...retryOf(dice), multiplier: dice.pick([1, 2, 3]) };
      const transient = dice.chance(0.3) ? { transient: true as const } : {};
      const lanes = { try: body('t'), ...(dice.chance(0.4) ? { fallback: body('f') } : {}) };
      return block(name, { kind: 'retry', policy }, lanes, { ...more, ...transient });
    }
  }
}

function jumpFor(dice: Dice, index: number, count: number, mayLoop: boolean, prefix: string): ConditionalNode {
  const name = `${prefix}${index}`;
  const ahead = () => dice.int(index + 1, Math.max(index + 1, count - 1));
  const open = index + 1 < count;
  if (mayLoop && dice.chance(0.5)) return lapsBack(name, dice.int(0, index), open ? ahead() : undefined, dice.int(1, 3));
  const routes: Record<string, number> = open ? { a: ahead(), b: ahead() } : {};
  return jump(name, `${prefix}${dice.int(0, Math.max(0, index - 1))}`, routes, open && dice.chance(0.96) ? ahead() : undefined);
}

/** Goes back `laps` times, then on; without `ahead` no route is left then. */
function lapsBack(name: string, back: number, ahead: number | undefined, laps: number): ConditionalNode {
  const node = jump(name, '', ahead === undefined ? { true: back } : { true: back, false: ahead });
  return { ...node, config: { laps }, select: { by: 'expression', expression: 'laps' } };
}

/** For an event, or for somebody's word, with or without an end. */
function waitFor(dice: Dice, name: string): Node {
  const settings = {
    wait: dice.pick(EVENT_NAMES),
    kind: dice.pick(['event', 'approval'] as const),
    ...(dice.chance(0.6) ? { ms: dice.pick([0, 200, 5000, 3_600_000]) } : {}),
    ...(dice.chance(0.4) ? { default: { waited: 'in vain' } } : {}),
  };
  return pure(name, settings, { type: 'step.wait_for_event', waits: settings.kind === 'event' ? 'early' : 'guarded' });
}

/** Of another pipeline: an execution of its own. */
function invoke(dice: Dice, name: string): Node {
  const { config, breaker: _, ...rest } = callOf(dice, name);
  const settings = { ...config, sync: dice.chance(0.75), ...(dice.chance(0.3) ? { ms: dice.pick([50, 2000, 60_000]) } : {}) };
  return call({ name, ...rest, type: CALL, waits: 'early', detached: false, config: settings });
}

/** The type of steps that call other pipelines. */
export const CALL = 'step.workflow_call';

function pureConfig(dice: Dice): JsonObject {
  switch (dice.weighted({ answer: 35, look: 35, fails: 5, fails_early: 12, unresolvable: 2 })) {
    case 'answer':
      return { answer: dice.pick(['a', 'b', 'c']) };
    case 'look':
      return {};
    case 'fails':
      return { fail: true };
    case 'fails_early':
      return { fail_until: dice.pick([5, 100, 2000]), retryable: true };
    case 'unresolvable':
      return { unresolvable: true };
  }
}

function callOf(dice: Dice, name: string): Partial<Activity> {
  return {
    config: { mood: dice.weighted(MOODS), ...(dice.chance(0.02) ? { unresolvable: true } : {}) },
    detached: dice.chance(0.3),
    timeout_ms: dice.pick([100, 2000, 30_000]),
    ...(dice.chance(0.12) ? { idempotency_key: dice.pick([`order-1/${name}`, 'order-1']) } : {}),
    ...(dice.chance(0.1) ? { breaker: breakerOf(dice) } : {}),
  };
}

/** Whether it is open is the counterpart's affair. */
function breakerOf(dice: Dice): BreakerPolicy {
  const fallback = { type: 'static' as const, status: dice.pick([200, 503]), body: { instead: true } };
  return { failure_threshold: 5, success_threshold: 3, timeout_ms: 30_000, ...(dice.chance(0.3) ? { fallback } : {}) };
}

function undoOf(dice: Dice, name: string): Activity {
  const isPure = dice.chance(0.15);
  const side = call({ name, ...(isPure ? { pure: true, config: { ...pureConfig(dice) } } : callOf(dice, `${name}/undo`)) }) as Activity;
  const { type, config, pure, responds, detached, timeout_ms, idempotent, idempotency_key, breaker } = side;
  return {
    type,
    config: !isPure && dice.chance(0.05) ? { ...config, unresolvable: dice.pick([true, 30_000]) } : config,
    pure,
    responds,
    detached,
    timeout_ms,
    idempotent,
    // A key of an undoing is never the key of a forward side.
    ...(idempotency_key === undefined ? {} : { idempotency_key: `${idempotency_key}/undo` }),
    // Nothing can stand in for an undoing.
    ...(breaker === undefined ? {} : { breaker: { ...breaker, fallback: undefined } }),
    ...(dice.chance(0.4) ? { retry: retryOf(dice) } : {}),
  };
}

function policies(dice: Dice): { retry?: RetryPolicy; on_error?: OnError } {
  return {
    ...(dice.chance(0.5) ? { retry: retryOf(dice) } : {}),
    ...(dice.chance(0.35) ? { on_error: dice.pick(['stop', 'skip', 'continue', 'compensate'] as const) } : {}),
  };
}

function retryOf(dice: Dice): RetryPolicy {
  return {
    max_attempts: dice.int(1, 5),
    backoff: dice.pick(['exponential', 'linear', 'fixed'] as const),
    initial_delay_ms: dice.pick([0, 1, 200, 1000]),
    max_delay_ms: dice.pick([1000, 10_000]),
    jitter: dice.chance(0.5),
    ...(dice.chance(0.15) ? { retry_on: dice.pick([[503], ['upstream_status', 'step_timeout'], ['transform_failed', 422]]) } : {}),
    ...(dice.chance(0.15) ? { give_up_on: dice.pick([[422], ['step_timeout'], [503, 'connection_failed']]) } : {}),
  };
}

function conditions(dice: Dice, index: number, prefix: string): { if?: string; skip_if?: string } {
  const source = () => {
    if (dice.chance(0.02)) return 'broken';
    if (index > 0 && dice.chance(0.6)) return `${dice.pick(['has', 'lacks'])} ${prefix}${dice.int(0, index - 1)}`;
    return dice.pick(['true', 'false']);
  };
  return { ...(dice.chance(0.1) ? { if: source() } : {}), ...(dice.chance(0.1) ? { skip_if: source() } : {}) };
}
