/**
 * A pipeline and a fate for it, from a seed. The same seed gives the same plan.
 */
import type { AdmissionAnswer } from '#contracts/admission';
import type { Board, Breakpoint, Mock, MockAnswer, RunMocks } from '#contracts/debugging';
import type { Pipeline } from '#contracts/definition';
import type { Node } from '#contracts/graph';
import { errorInfo } from '#contracts/problems';
import type { Signal } from '#contracts/waiting';
import { START } from '../unit/engine/simulation.ts';
import { calledDraft, type Draft, draftOf, EVENT_NAMES, laidOut } from './definition.ts';
import { Dice } from './random.ts';
import { varied } from './variation.ts';

/** Whatever people ask for at a time of their own, needed or not. */
export type PersonalOrder = 'cancel' | 'resume' | 'pause' | 'modify' | 'skip' | 'abort' | 'supersede';

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
  /** Later versions of it, each made of the one before. */
  versions: Pipeline[];
  /** What operators lay over the pipeline, and for how long; `created_at` and `expires_at` on the virtual clock. */
  board: Board;
  /** Mocks of this run; no effect goes out then. */
  mocks?: RunMocks;
  /** The start is answered before the first step. */
  answeredAtOnce: boolean;
  /** What people ask for, by virtual ms since the start. */
  orders: { at: number; type: PersonalOrder }[];
  /** What comes from outside, by virtual ms since the start; some of it twice. */
  signals: { at: number; signal: Signal }[];
  /** How often a person resumes a failed saga. */
  resumes: number;
  /** What the gate says and when, by virtual ms since the start; absent: there is none. */
  gate?: { at: number; answer: AdmissionAnswer }[];
  /** The key that it is started with holds for so long, virtual ms; absent: it has none. */
  keyFor?: number;
  /** What people do with the letter of a failure, one after the other. */
  letters: ('replayed' | 'discarded')[];
  chaos: Chaos;
}

export function planOf(seed: number): Plan {
  const dice = new Dice(seed);
  const draft = draftOf(dice);
  const plan = planFor(seed, dice, draft);
  const steered = dice.chance(0.2);
  const isMocked = dice.chance(0.05);
  return {
    ...plan,
    versions: dice.chance(0.15) ? versionsOf(dice, draft) : [],
    board: steered ? boardFor(dice, plan.pipeline) : { breakpoints: [], mocks: [] },
    ...(isMocked ? { mocks: runMocksFor(dice, plan.pipeline) } : {}),
    ...(dice.chance(0.12) ? { gate: gateFor(dice) } : {}),
    ...(dice.chance(0.2) ? { keyFor: dice.pick([1, 5000, 86_400_000]) } : {}),
  };
}

/** Of an execution that another one calls: nobody steers it, and the weather is that of the caller. */
export function calledPlan(seed: number, chaos: Chaos): Plan {
  const dice = new Dice(seed);
  return { ...planFor(seed, dice, calledDraft(dice)), answeredAtOnce: dice.chance(0.8), orders: [], chaos };
}

function planFor(seed: number, dice: Dice, draft: Draft): Plan {
  const pipeline = laidOut(draft);
  const horizon = dice.pick([50, 500, 5000, 60_000]);
  const orders: Plan['orders'] = [];
  const order = (probability: number, type: PersonalOrder) => dice.chance(probability) && orders.push({ at: dice.int(0, horizon), type });
  order(0.22, 'cancel');
  order(0.04, 'cancel');
  order(0.06, 'resume');
  order(0.12, 'pause');
  for (const type of ['modify', 'skip', 'abort', 'supersede'] as const) order(0.01, type);
  orders.sort((a, b) => a.at - b.at);
  return {
    seed,
    pipeline,
    versions: [],
    board: { breakpoints: [], mocks: [] },
    answeredAtOnce: dice.chance(0.25),
    orders,
    signals: signalsFor(dice, pipeline, horizon),
    resumes: dice.int(0, 3),
    letters: Array.from({ length: dice.int(0, 3) }, () => dice.pick(['replayed', 'discarded'] as const)),
    chaos: chaosFor(dice),
  };
}

function versionsOf(dice: Dice, draft: Draft): Pipeline[] {
  const versions: Pipeline[] = [];
  for (let at = draft, count = dice.int(1, 3); count > 0; count--) {
    at = varied(at, dice, `x${count}`);
    versions.push(laidOut(at));
  }
  return versions;
}

// --- from outside -------------------------------------------------------------------------------

/** Under the names of events and steps, some that nobody waits for, and some of them sent twice. */
function signalsFor(dice: Dice, { nodes }: Pipeline, horizon: number): Plan['signals'] {
  const waits = nodes.filter((node) => node.kind === 'activity' && node.waits !== undefined);
  if (waits.length === 0) return [];
  const signals = Array.from({ length: dice.int(0, 2 * waits.length) }, (_, index) => {
    const name = dice.chance(0.7) ? dice.pick(EVENT_NAMES) : dice.chance(0.9) ? dice.pick(waits).name : 'nobody';
    return { at: dice.int(0, horizon), signal: { id: `sig_${index}`, name, data: dice.pick(['fine', 'reject']), by: 'key:4' } };
  });
  return [...signals, ...signals.filter(() => dice.chance(0.2)).map((each) => ({ ...each, at: each.at + dice.int(0, 5000) }))].sort((a, b) => a.at - b.at);
}

function boardFor(dice: Dice, { nodes }: Pipeline): Board {
  const window = () => {
    const created_at = START + dice.pick([0, 0, 0, 100, 5000]);
    return { created_by: 'key:3', created_at, expires_at: created_at + dice.pick([50, 5000, 100_000, 1e12]) };
  };
  const breakpoints: Breakpoint[] = [];
  const mocks: Mock[] = [];
  for (const { name, kind } of nodes) {
    if (dice.chance(0.2)) {
      const condition = dice.chance(0.4) ? { condition: dice.pick(['true', 'false', 'broken', `has ${dice.pick(nodes).name}`]) } : {};
      breakpoints.push({ id: `bp_${name}`, step: name, notify: [], ...condition, ...window() });
    }
    if (kind === 'activity' && dice.chance(0.15)) mocks.push({ id: `mock_${name}`, step: name, answers: answersFor(dice), ...window() });
  }
  return { breakpoints, mocks };
}

/** Most steps have one; those without fail when they would have an effect. */
function runMocksFor(dice: Dice, { nodes }: Pipeline): RunMocks {
  const mocked = nodes.filter((node: Node) => node.kind === 'activity' && dice.chance(node.pure ? 0.2 : 0.85));
  return { by: 'key:3', steps: Object.fromEntries(mocked.map(({ name }) => [name, answersFor(dice)])) };
}

function answersFor(dice: Dice): MockAnswer[] {
  return Array.from({ length: dice.int(1, 3) }, (_, call) => ({
    ...(dice.chance(0.3)
      ? { error: errorInfo('upstream_status', 'as mocked', dice.chance(0.5) ? { status: 503, retryable: true } : { status: 422 }) }
      : { output: { mocked: call } }),
    ...(dice.chance(0.4) ? { delay_ms: dice.pick([1, 250, 10_000]) } : {}),
  }));
}

/** Words come in order, some twice; the last lets it in or sends it away. */
function gateFor(dice: Dice): Plan['gate'] {
  const words: AdmissionAnswer[] = [];
  if (dice.chance(0.6))
    words.push(
      dice.chance(0.6)
        ? { kind: 'queued', reason: dice.pick(['concurrency', 'quota'] as const), position: 2 }
        : { kind: 'queued', reason: 'debounce', until: START + 5000 },
    );
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
