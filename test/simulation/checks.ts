/** What must hold of a log together with the other side's ledger, the timeline, the fold, its packing and its replay. */
import type { Pipeline } from '#contracts/definition';
import type { LogEvent } from '#contracts/events';
import { contextParts } from '#engine/context';
import { evolve, fold } from '#engine/evolve';
import { differences } from '#engine/rebuild';
import { retrace } from '#engine/retrace';
import { initialState, isStarted, type StartedState } from '#engine/state';
import { hasEnded, statusOf } from '#engine/status';
import { localName } from '#engine/strands';
import { summarize } from '#engine/summary';
import { buildTimeline } from '#engine/timeline';
import { packEvents, unpackRow } from '#storage/event-log';
import { deskContext, freeze } from '../unit/engine/simulation.ts';
import type { Run } from './desk.ts';
import { evaluator } from './evaluator.ts';
import { holds } from './violation.ts';

/** What it ran on, by the hash of the definition. */
export function pipelinesOf({ plan, definitions }: Pick<Run, 'plan' | 'definitions'>): Map<string, Pipeline> {
  return new Map(definitions.map(({ hash, pipelines }) => [hash, pipelines[plan.pipeline.name]!]));
}

/** Each operation had its effect at most once, under one key; what the log says was done was done, and what was mocked or held back was not. */
export function checkLedger({ log, counterpart, plan, performed }: Run): void {
  if (plan.mocks) holds(performed === 0, 'nothing goes out of a run with mocks of its own');
  for (const [operation, keys] of counterpart.effects) holds(keys.size <= 1, `each operation has its effect under one key: ${operation} had ${[...keys]}`);
  const keys = [...counterpart.effects.values()].flatMap((each) => [...each]);
  holds(new Set(keys).size === keys.length, 'each key has at most one effect');
  const isPure = (name: string, undo: boolean) => {
    const node = plan.pipeline.nodes.find((each) => each.name === localName(name));
    return node?.kind !== 'activity' || (undo ? node.compensate : node)?.pure !== false;
  };
  const keyOf = new Map<string, string | undefined>();
  /** Something else than the other side has answered. */
  const instead = new Set<string>();
  for (const { type, data } of log) {
    if (type === 'step.started') {
      keyOf.set(data.step_name, data.idempotency_key);
      instead.delete(data.step_name);
    } else if (type === 'step.mocked' || (type === 'circuit.refused' && data.fallback)) instead.add(data.step_name);
    else if (type === 'compensation.started') keyOf.set(`undo ${data.step_name}`, data.idempotency_key);
    else if (type === 'step.completed' && !isPure(data.step_name, false) && !instead.has(data.step_name)) {
      holds(counterpart.ledger.has(keyOf.get(data.step_name) ?? ''), `what completed was done: ${data.step_name}`);
    } else if (type === 'step.compensated' && !isPure(data.step_name, true) && !instead.has(data.step_name)) {
      holds(counterpart.ledger.has(keyOf.get(`undo ${data.step_name}`) ?? ''), `what is compensated was undone: ${data.step_name}`);
    }
  }
}

/** The timeline and the index row say what the state says. */
export function checkTimeline({ log, state }: Run): void {
  const timeline = buildTimeline(log);
  holds(timeline !== null && isStarted(state), 'a started execution has a timeline');
  holds(timeline.status === statusOf(state) && timeline.status === statusOf(fold(log)), `timeline ${timeline.status}, state ${statusOf(state)}`);
  const shown = Object.fromEntries(timeline.steps.map(({ name, status, attempts }) => [name, `${status} ${attempts}`]));
  const known = Object.fromEntries(Object.values(state.steps).map(({ name, status, attempts }) => [name, `${status} ${attempts}`]));
  // What a lane has left is forgotten with its end.
  for (const name of Object.keys(shown)) if (name.includes('/') && known[name] === undefined) delete shown[name];
  for (const name of Object.keys({ ...shown, ...known })) holds(shown[name] === known[name], `timeline has ${name} ${shown[name]}, state ${known[name]}`);
  const sagaOf = { completed: undefined, cancelled: undefined, compensated: 'compensated', failed: 'failed' } as const;
  holds(
    timeline.saga === undefined || timeline.saga.status === sagaOf[timeline.status as keyof typeof sagaOf],
    `timeline ${timeline.status}, its saga ${timeline.saga?.status}`,
  );
  for (const step of timeline.steps) {
    const undo = state.steps[step.name]?.undo;
    if (!state.steps[step.name]) continue;
    const sides = [step.compensation?.status ?? 'pending', undo?.status ?? 'pending'];
    holds(sides[0] === sides[1], `undoing of ${step.name}: timeline ${sides[0]}, state ${sides[1]}`);
  }
  const summary = summarize(state);
  holds(summary.status === timeline.status && summary.completed_at === timeline.completed_at, 'the index row agrees with the timeline');
}

/** The state is the fold of the log, at once and event by event, without a write to its argument. */
export async function checkFold({ log, state, plan, definitions }: Run): Promise<void> {
  const stored = freeze(JSON.parse(JSON.stringify(log)) as LogEvent[]);
  const pipelines = pipelinesOf({ plan, definitions });
  let folded = freeze(initialState);
  for (const event of stored) {
    if (event.type === 'step.output_recorded' && isStarted(folded) && 'value' in event.data.output && !folded.blocks[event.data.step_name])
      checkSeen(folded, pipelines.get(folded.facts.definition)!, event.data.step_name, event.data.output.value);
    folded = freeze(evolve(folded, event));
  }
  holds(hasEnded(folded), 'a folded log has ended');
  for (const [name, other] of [
    ['event by event', folded],
    ['at once', fold(stored)],
  ] as const) {
    const { paths } = await differences(state, other);
    holds(paths.length === 0, `the state is the fold of the log, ${name}: ${paths}`);
  }
}

/** A step sees what was recorded before it, and of itself at most an earlier run. */
function checkSeen(state: StartedState, pipeline: Pipeline, step: string, output: unknown): void {
  const seen = (output as { seen?: string[] } | null)?.seen;
  if (!seen) return;
  const others = (names: string[]) => names.filter((name) => name !== localName(step)).join();
  const there = Object.keys(deskContext(contextParts(state, pipeline, 0, state.steps[step]?.strand)));
  holds(others(seen) === others(there), `a step sees what was recorded before it: ${seen} is not ${there}`);
}

export function checkPacking(log: LogEvent[]): void {
  const unpacked = packEvents(log).flatMap((row) => unpackRow(row.seq, row.text));
  const sorted = (events: LogEvent[]) => JSON.stringify(events.map(({ data, ...rest }) => [rest, Object.entries(JSON.parse(JSON.stringify(data))).sort()]));
  holds(sorted(unpacked) === sorted(log), 'a packed log is unpacked as it was');
}

/** What came from outside, read back from the log, is decided to the same log. */
export function checkReplay({ log, definitions }: Run): void {
  const stored = JSON.parse(JSON.stringify(log)) as LogEvent[];
  const result = retrace(stored, { definitions: new Map(definitions.map((each) => [each.hash, each])), evaluator, context: deskContext });
  if (!result.ok) holds(false, `the log replays exactly: event ${result.seq} is ${result.decided?.type ?? 'not decided'} at ${result.path}`);
}
