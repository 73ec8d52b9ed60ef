/**
 * Replays a recorded execution exactly: what came from outside is read back from the log as commands, this version
 * decides them, and each decision must be what is in the log. The regression test for upgrades.
 *
 * Invariants
 * 1. Whatever the log does not say came from outside is decided, never copied.
 * 2. Chance is taken from the log where it is chance: the jitter of a delay within its bounds, and what the evaluator
 *    itself does not give twice (`uuid`).
 * 3. Nothing goes out, and no clock is read.
 */
import type { Definition } from '#contracts/definition';
import type { EventData, LogEvent } from '#contracts/events';
import type { Json } from '#contracts/json';
import type { Command } from '#engine/commands';
import { decide } from '#engine/decide';
import { fold } from '#engine/evolve';
import type { Evaluator } from '#engine/ports';
import { Recalling } from '#engine/recalling';
import { boardAt } from '#engine/retrace-board';
import { ordersFor } from '#engine/retrace-orders';
import { type ExecutionState, initialState, isStarted } from '#engine/state';
import type { World } from '#engine/turn';

export interface Retracing {
  /** By content hash: the one it started with, and each it was moved to. */
  definitions: ReadonlyMap<string, Definition>;
  evaluator: Evaluator;
  context: World['context'];
}

export type Retraced =
  | { ok: true; events: number; decisions: number }
  | {
      ok: false;
      events: number;
      /** The first event that this version does not decide. */
      seq: number;
      recorded: LogEvent;
      /** What it decides instead; `undefined`: nothing, or less. */
      decided?: LogEvent;
      /** Where the two differ, as a dotted path. */
      path?: string;
    };

/** `log`: the whole of it, every value in place. */
export function retrace(log: readonly LogEvent[], world: Retracing): Retraced {
  const evaluator = new Recalling(log, world.evaluator);
  let state: ExecutionState = initialState;
  let position = 0;
  let decisions = 0;
  while (position < log.length) {
    const definition = definitionAt(state, log[position]!, world);
    evaluator.position = position;
    const board = boardAt(log, position);
    const best = { matched: 0, decided: undefined as LogEvent | undefined, path: undefined as string | undefined };
    let matched = 0;
    for (const command of commandsBefore(log, position, state, world.definitions)) {
      const { events } = decide(state, command, { definition, evaluator, context: world.context, board });
      const agreed = agreement(events, log, position, command.random);
      if (agreed.whole) {
        matched = events.length;
        break;
      }
      if (agreed.matched > best.matched || best.decided === undefined) Object.assign(best, agreed);
    }
    if (matched === 0) {
      const at = position + best.matched;
      return { ok: false, events: log.length, seq: log[at]?.seq ?? log.length, recorded: log[at] ?? log.at(-1)!, decided: best.decided, path: best.path };
    }
    state = fold(log.slice(position, position + matched), state);
    position += matched;
    decisions++;
  }
  return { ok: true, events: log.length, decisions };
}

function definitionAt(state: ExecutionState, next: LogEvent, { definitions }: Retracing): Definition {
  const hash = isStarted(state) ? state.facts.definition : (next.data as EventData['execution.started']).definition;
  const definition = definitions.get(hash);
  if (!definition) throw new Error(`the definition ${hash} is not at hand`);
  return definition;
}

/** Commands that may have led to the event at `position`, each with the least and the most of chance. */
function* commandsBefore(log: readonly LogEvent[], position: number, state: ExecutionState, definitions: Retracing['definitions']): Generator<Command> {
  const event = log[position]!;
  for (const order of [...ordersFor(log, position, state, definitions), { type: 'tick' } as const, { type: 'proceed' } as const]) {
    for (const random of [LEAST, MOST]) yield { ...order, now: event.at, random };
  }
}

const LEAST = 0;
const MOST = 1 - 2 ** -53;

/** How far a decision is what the log says. */
function agreement(events: LogEvent[], log: readonly LogEvent[], position: number, random: number) {
  for (const [index, decided] of events.entries()) {
    const recorded = log[position + index];
    const path = recorded ? firstDifference(plain(decided), plain(recorded), random) : '';
    if (path !== undefined) return { whole: false, matched: index, decided, path };
  }
  return { whole: events.length > 0, matched: events.length, decided: undefined, path: undefined };
}

/** As it is in the file: what is undefined is not there. */
function plain(event: LogEvent): Json {
  return JSON.parse(JSON.stringify(event)) as Json;
}

/** Dotted path of the first difference, `undefined` when there is none. */
function firstDifference(decided: Json | undefined, recorded: Json | undefined, random: number, path = ''): string | undefined {
  if (Object.is(decided, recorded)) return undefined;
  if (typeof decided !== 'object' || typeof recorded !== 'object' || !decided || !recorded || Array.isArray(decided) !== Array.isArray(recorded)) {
    return isChance(decided, recorded, random, path) || isMasked(decided, recorded) ? undefined : path;
  }
  const left = decided as { [key: string]: Json };
  const right = recorded as { [key: string]: Json };
  for (const key of new Set([...Object.keys(right), ...Object.keys(left)])) {
    const found = firstDifference(left[key], right[key], random, path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

const MASKED = /\[masked [a-z]+\]/;

/** The log has a pseudonym where a step without effects put out a value that the pipeline's `mask` hides. What it stands for is not known here. */
function isMasked(decided: Json | undefined, recorded: Json | undefined): boolean {
  if (typeof recorded !== 'string' || decided === undefined) return false;
  const pieces = recorded.split(MASKED);
  if (pieces.length === 1) return false;
  if (pieces.every((piece) => piece === '')) return true;
  const text = String(decided);
  let from = 0;
  for (const piece of pieces) {
    from = text.indexOf(piece, from);
    if (from < 0) return false;
    from += piece.length;
  }
  return text.startsWith(pieces[0]!) && text.endsWith(pieces.at(-1)!);
}

/** Jitter adds at most half of a delay: with the least of chance no less was recorded, and no more than half more. */
function isChance(decided: Json | undefined, recorded: Json | undefined, random: number, path: string): boolean {
  if (typeof decided !== 'number' || typeof recorded !== 'number') return false;
  if (path === 'data.delay_ms')
    return random === LEAST ? decided <= recorded && recorded <= decided * 1.5 + 1 : recorded <= decided && decided <= recorded * 1.5 + 1;
  // It is the instant of the event and the delay, which has been looked at.
  return path === 'data.due_at';
}
