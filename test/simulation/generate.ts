/**
 * A definition and a fate for it, from a seed.
 *
 * Invariants
 * 1. The same seed gives the same plan.
 * 2. Every run of a generated pipeline is finite: a conditional jumps back a bounded number of times, and crashes are bounded.
 */
import type { AdmissionAnswer } from '#contracts/admission';
import type { Activity, ConditionalNode, Node, OnError, Pipeline, RetryPolicy } from '#contracts/definition';
import type { JsonObject } from '#contracts/json';
import { block, call, jump, pipelineOf, pure, respond, START } from '../unit/engine/simulation.ts';
import { Dice } from './random.ts';

/** How a counterpart behaves towards a step; see `counterpart.ts`. */
export const MOODS = { good: 64, flaky: 20, slow: 8, refuses: 5, down: 3 } as const;

export interface Chaos {
  /** Probability of a crash at each commit, and how many there are at most. */
  crash: number;
  crashes: number;
  /** Of each outcome: it never arrives; it arrives again; it takes long on its way. */
  lose: number;
  double: number;
  delay: number;
  /** Of each look after lost attempts: one that still runs is given up, too. */
  suspect: number;
  /** Of each turn: a `tick` or `proceed` that nobody needs. */
  poke: number;
}

export interface Plan {
  seed: number;
  pipeline: Pipeline;
  /** The start is answered before the first step. */
  answeredAtOnce: boolean;
  /** What people ask for, by virtual ms since the start. */
  orders: { at: number; type: 'cancel' | 'resume' | 'pause' }[];
  /** How often a person resumes a failed saga. */
  resumes: number;
  /** What the gate says and when, by virtual ms since the start; absent: there is none. */
  gate?: { at: number; answer: AdmissionAnswer }[];
  /** What people do with the letter of a failure, one after the other. */
  letters: ('replayed' | 'discarded')[];
  chaos: Chaos;
}

export function planOf(seed: number): Plan {
  const dice = new Dice(seed);
  const pipeline = pipelineFor(dice);
  const orders: Plan['orders'] = [];
  const horizon = dice.pick([50, 500, 5000, 60_000]);
  if (dice.chance(0.22)) orders.push({ at: dice.int(0, horizon), type: 'cancel' });
  if (dice.chance(0.04)) orders.push({ at: dice.int(0, horizon), type: 'cancel' });
  if (dice.chance(0.06)) orders.push({ at: dice.int(0, horizon), type: 'resume' });
  if (dice.chance(0.12)) orders.push({ at: dice.int(0, horizon), type: 'pause' });
  orders.sort((a, b) => a.at - b.at);
  const letters = Array.from({ length: dice.int(0, 3) }, () => dice.pick(['replayed', 'discarded'] as const));
  return {
    seed,
    pipeline,
    answeredAtOnce: dice.chance(0.25),
    orders,
    resumes: dice.int(0, 3),
    letters,
    ...(dice.chance(0.12) ? { gate: gateFor(dice) } : {}),
    chaos: chaosFor(dice),
  };
}

/** Words come in order, some twice; the last lets it in or sends it away. */
function gateFor(dice: Dice): Plan['gate'] {
  const words: AdmissionAnswer[] = [];
  if (dice.chance(0.6))
    words.push(dice.chance(0.5) ? { kind: 'queued', reason: 'concurrency', position: 2 } : { kind: 'queued', reason: 'debounce', until: START + 5000 });
  words.push(dice.chance(0.75) ? { kind: 'granted' } : { kind: 'refused', reason: dice.pick(['busy', 'superseded', 'full'] as const), by: 'exec_other' });
  let at = 0;
  return words.flatMap((answer) => {
    at += dice.int(0, 3000);
    return dice.chance(0.2)
      ? [
          { at, answer },
          { at, answer },
        ]
      : [{ at, answer }];
  });
}

function chaosFor(dice: Dice): Chaos {
  const weather = dice.weighted({ calm: 25, windy: 50, storm: 25 });
  const force = weather === 'calm' ? 0 : weather === 'windy' ? 1 : 3;
  return { crash: 0.06 * force, crashes: 4 * force, lose: 0.03 * force, double: 0.06 * force, delay: 0.05 * force, suspect: 0.3 * force, poke: 0.03 * force };
}

/** What may stand in a list of steps. */
interface Surroundings {
  undoable: boolean;
  /** Blocks around. */
  depth: number;
  /** An answer may be given here. */
  answers: boolean;
}

function pipelineFor(dice: Dice): Pipeline {
  const count = dice.chance(0.15) ? dice.int(9, 16) : dice.int(1, 8);
  // One in 100 laps long enough that a turn is cut short.
  const marathon = dice.chance(0.01);
  const undoable = dice.chance(0.65);
  const nodes = marathon ? marathonSteps(dice, count) : stepsFor(dice, count, 's', { undoable, depth: 0, answers: true });
  if (marathon && count > 1) nodes[count - 1] = lapsBack(`s${count - 1}`, 0, undefined, dice.int(100, 300));
  // Some fail for certain once there is much to undo.
  else if (undoable && dice.chance(0.25))
    nodes.push(call({ name: `s${count}`, config: { mood: 'refuses' }, ...(dice.chance(0.7) ? { on_error: 'compensate' } : {}) }));
  return pipelineOf('simulated', nodes, {
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
  });
}

function marathonSteps(dice: Dice, count: number): Node[] {
  return Array.from({ length: count }, (_, index) => pure(`s${index}`, pureConfig(dice)));
}

function stepsFor(dice: Dice, count: number, prefix: string, { undoable, depth, answers }: Surroundings): Node[] {
  let loops = 0;
  const nodes: Node[] = [];
  for (let index = 0; index < count; index++) {
    const name = `${prefix}${index}`;
    const last = index === count - 1;
    const respondings = answers ? (last ? 25 : 1) : 0;
    const blocks = depth === 0 ? 14 : depth === 1 ? 8 : 0;
    const kind = dice.weighted({ call: 50, pure: 16, sleep: 8, jump: last ? 2 : 12, block: blocks, respond: respondings });
    let node: Node;
    if (kind === 'jump') {
      const chosen = jumpFor(dice, index, count, loops < 2 && index > 0, prefix);
      node = chosen;
      if (chosen.config.laps !== undefined) loops++;
    } else if (kind === 'block') node = blockFor(dice, name, index, count, prefix, { undoable, depth, answers });
    else if (kind === 'respond') node = respond(name, dice.pick([200, 201, 404]));
    else if (kind === 'sleep') node = pure(name, { sleep: dice.pick([0, 10, 3000, 3_600_000]) });
    else if (kind === 'pure') node = pure(name, pureConfig(dice));
    else node = call({ name, ...callOf(dice, name) });
    nodes.push(node.kind === 'activity' ? { ...node, ...policies(dice), ...(undoable && dice.chance(0.75) ? { compensate: undoOf(dice, name) } : {}) } : node);
    Object.assign(nodes[index]!, conditions(dice, index, prefix));
  }
  return nodes;
}

function blockFor(dice: Dice, name: string, index: number, count: number, prefix: string, around: Surroundings): Node {
  const { undoable, depth, answers } = around;
  const body = (lane: string, mayAnswer = false, length = dice.int(1, depth === 0 ? 3 : 2)) =>
    stepsFor(dice, length, `${name}${lane}`, { undoable, depth: depth + 1, answers: mayAnswer });
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
      return block(name, { kind: 'retry', policy }, { try: body('t'), ...(dice.chance(0.4) ? { fallback: body('f') } : {}) }, more);
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
  };
}

function undoOf(dice: Dice, name: string): Activity {
  const isPure = dice.chance(0.15);
  const side = call({ name, ...(isPure ? { pure: true, config: { ...pureConfig(dice) } } : callOf(dice, `${name}/undo`)) }) as Activity;
  const { type, config, pure, responds, detached, timeout_ms, idempotent, idempotency_key } = side;
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
