/**
 * Recordings: made from the log of one execution, read by the turns of another.
 *
 * Invariants
 * 1. A run is recorded once it came to its end; one that was under way, waiting or cancelled is not.
 * 2. Runs are told apart by their number, so that a step of a loop gets the output it had the same time round.
 * 3. The way is recorded too (skipped, routed, failed and gone on): conditions that look at the clock or at another
 *    trigger cannot lead a replay past the step it starts from.
 */

import type { LogEvent } from '#contracts/events';
import type { ConditionalNode, Node } from '#contracts/graph';
import type { Json, JsonObject } from '#contracts/json';
import { type ErrorInfo, errorInfo } from '#contracts/problems';
import type { RecordedRun, Recording } from '#contracts/recording';
import { storedValue } from '#engine/context';
import type { StartedState } from '#engine/state';
import type { Visit } from '#engine/strands';

/**
 * `events` must be hydrated. With `before`, the record is followed up to that step's last run; what comes after is kept
 * with `whole` only, for the effects of a dry run.
 */
export function recordingOf(events: LogEvent[], { before, whole }: { before?: string; whole?: boolean }): Recording {
  const recording: Recording = { steps: {}, undos: {} };
  const open = new Map<string, { output: Json; response?: JsonObject } | null>();
  const cut = before === undefined ? events.length : lastRunOf(events, before);
  const end = whole ? events.length : cut;
  const keep = (name: string, run: RecordedRun) => put(recording.steps, name, run);
  for (let i = 0; i < end; i++) {
    const event = events[i]!;
    if (i === cut && before !== undefined) recording.until = { step: before, runs: own(recording.steps, before)?.length ?? 0 };
    switch (event.type) {
      case 'step.started':
        if (event.data.attempt === 1) open.set(event.data.step_name, null);
        break;
      case 'step.output_recorded':
        open.set(event.data.step_name, { output: storedValue(event.data.output), response: withoutOrigin(event.data.response) });
        break;
      case 'step.completed': {
        const made = open.get(event.data.step_name);
        if (made) keep(event.data.step_name, completed(made.output, made.response));
        open.delete(event.data.step_name);
        break;
      }
      case 'step.failed':
        if (!event.data.final) break;
        keep(event.data.step_name, { kind: 'failed', error: event.data.error });
        open.delete(event.data.step_name);
        break;
      case 'step.skipped': {
        // One with an error is the sequel of its failure; one that was open was cancelled while it waited.
        const { step_name, reason, error } = event.data;
        if (!error && !open.delete(step_name)) keep(step_name, { kind: 'skipped', reason });
        break;
      }
      case 'conditional.routed':
        keep(event.data.step_name, { kind: 'routed', value: event.data.value, route: event.data.route });
        break;
      case 'step.compensated':
        put(recording.undos, event.data.step_name, completed(storedValue(event.data.output), withoutOrigin(event.data.response)));
        break;
      case 'compensation.failed':
        if (event.data.final) put(recording.undos, event.data.step_name, { kind: 'failed', error: event.data.error });
        break;
      default:
        break;
    }
  }
  if (before !== undefined) recording.until ??= { step: before, runs: own(recording.steps, before)?.length ?? 0 };
  return recording;
}

/** Names of the steps that ran, in the order of their first run. One that was skipped by its condition did not. */
export function stepsThatRan(events: LogEvent[]): string[] {
  const names = new Set<string>();
  for (const event of events) if (event.type === 'step.started' || event.type === 'conditional.routed') names.add(event.data.step_name);
  return [...names];
}

/** What the coming run of a node takes from the record; `undefined`: it is run. The effects of a dry run: `recordedEffect`. */
export function recordedRun(state: StartedState, { node, name }: Visit): RecordedRun | undefined {
  const recording = recordingIn(state);
  if (!recording?.until) return undefined;
  const { step, runs } = recording.until;
  const begun = runsOf(state, step);
  if (begun > runs || (begun === runs && name === step)) return undefined;
  const run = own(recording.steps, name)?.[runsOf(state, name)];
  if (!run || !fits(run, node)) return undefined;
  return run;
}

/** Dry runs: what the run under way (`run`) or the undoing under way (`compensate`) of a step came to at the origin. */
export function recordedEffect(
  state: StartedState,
  name: string,
  phase: 'run' | 'compensate',
): Extract<RecordedRun, { kind: 'completed' | 'failed' }> | undefined {
  const recording = recordingIn(state);
  if (!recording) return undefined;
  const run =
    phase === 'run' ? own(recording.steps, name)?.[runsOf(state, name) - 1] : own(recording.undos, name)?.[(state.steps[name]?.undo?.attempts ?? 1) - 1];
  return run?.kind === 'completed' || run?.kind === 'failed' ? run : undefined;
}

/** The index of the route that the record names, in this definition. */
export function recordedTarget(node: ConditionalNode, route: string): number | undefined {
  return own(node.routes, route) ?? node.default;
}

/** Why a dry run comes to its end at a step. */
export function notRecorded(step: string): ErrorInfo {
  return errorInfo('not_recorded', `This is a dry run, and the record of its origin has no result of ${step} to take. Nothing went out.`);
}

/** Facts beside a recorded output. */
export function recordedResponse(response: JsonObject | undefined): JsonObject {
  return { ...response, recorded: true };
}

/** Whether a step's result was taken from a record, so that there is nothing of this execution to undo. */
export function isFromRecord(response: JsonObject | undefined): boolean {
  return response?.recorded === true;
}

function recordingIn(state: StartedState): Recording | undefined {
  const { recorded } = state.facts;
  return recorded && (storedValue(recorded) as unknown as Recording);
}

/**
 * Another version may have made another kind of step of the name; an answer is always given, and the next run started, by the pipeline itself.
 * A block is taken as a whole, but for a branch and a loop: steps after them see those within, so these are followed.
 */
function fits(run: RecordedRun, node: Node): boolean {
  if (run.kind === 'routed') return node.kind === 'conditional' && recordedTarget(node, run.route) !== undefined;
  if (run.kind !== 'completed') return true;
  if (node.kind === 'block') return node.plan.kind !== 'branch' && node.plan.kind !== 'while';
  return node.kind === 'activity' && !node.responds && !node.continues;
}

function lastRunOf(events: LogEvent[], name: string): number {
  const found = events.findLastIndex(
    (event) =>
      (event.type === 'step.started' && event.data.step_name === name && event.data.attempt === 1) ||
      (event.type === 'conditional.routed' && event.data.step_name === name),
  );
  return Math.max(found, 0);
}

function runsOf(state: StartedState, name: string): number {
  return own(state.steps, name)?.runs ?? 0;
}

function completed(output: Json, response: JsonObject | undefined): RecordedRun {
  return { kind: 'completed', output, ...(response ? { response } : {}) };
}

/** A span belongs to the trace it was made in, and a record of a record is a record. */
function withoutOrigin(response: JsonObject | undefined): JsonObject | undefined {
  if (!response) return undefined;
  const { span_id: _, recorded: __, ...rest } = response;
  return Object.keys(rest).length > 0 ? rest : undefined;
}

function put(runs: { [name: string]: RecordedRun[] }, name: string, run: RecordedRun): void {
  const known = own(runs, name);
  if (known) known.push(run);
  else Object.defineProperty(runs, name, { value: [run], enumerable: true, configurable: true, writable: true });
}

function own<V>(record: { [name: string]: V }, name: string): V | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
