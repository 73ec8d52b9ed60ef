/**
 * Signals at the door: whether one belongs to this execution, and whether its step takes it.
 *
 * Invariants
 * 1. A signal that is refused changes nothing, and its sender learns why.
 * 2. The same id is taken once; sent again it is answered as taken.
 */
import type { Pipeline } from '#contracts/definition';
import type { ActivityNode } from '#contracts/graph';
import type { Json } from '#contracts/json';
import { MAX_EARLY_SIGNALS, type SentSignal, type SignalResult } from '#contracts/waiting';
import { storedValue } from '#engine/context';
import type { Evaluator } from '#engine/ports';
import type { StartedState, StepState } from '#engine/state';
import { hasEnded, statusOf } from '#engine/status';
import { isCall, waiterFor } from '#engine/waits';
import type { Desk } from '#objects/execution/controls';
import type { History } from '#objects/execution/history';

type Refusal = Extract<SignalResult, { ok: false }>;

export async function signal(state: StartedState, sent: SentSignal, history: History, evaluator: Evaluator, desk: Desk): Promise<SignalResult> {
  if (state.heard?.includes(sent.id)) return { ok: true, signal_id: sent.id, duplicate: true };
  if (hasEnded(state)) return refused('execution_finished', `The execution is ${statusOf(state)}; nothing waits any more.`);
  const definition = await history.definition();
  await desk.recover();
  // A wait is in the registry a moment before it is in the log: an event may be that fast.
  await history.settled();
  const current = desk.state();
  const pipeline = definition.pipelines[current.facts.pipeline]!;
  const refusal = refusalOf(current, pipeline, sent, evaluator);
  if (refusal) return refusal;
  const { id, name, data, by } = sent;
  await desk.submit({ type: 'signal', signal: { id, name, data, by }, keep: sent.source === 'api' });
  // Another one, or the clock, may have been faster.
  if (!desk.state().heard?.includes(id)) return refused('not_waiting', `The wait for ${name} ended a moment ago.`);
  const step = waiterFor(current, pipeline, name)?.name;
  return { ok: true, signal_id: id, duplicate: false, ...(step === undefined ? {} : { step }) };
}

function refusalOf(state: StartedState, pipeline: Pipeline, sent: SentSignal, evaluator: Evaluator): Refusal | undefined {
  const waiter = waiterFor(state, pipeline, sent.name);
  if (waiter?.wait?.kind === 'call') return refused('not_waiting', `${waiter.name} waits for the end of ${waiter.wait.event}, not for a signal.`);
  if (waiter) return (sent.source === 'bus' ? refusalOfEvent(waiter, sent) : undefined) ?? refusalByStep(waiter, sent, evaluator);
  if (sent.source === 'bus') return refused('not_waiting', `${sent.name} does not wait.`);
  const waiting = pipeline.nodes.filter((node): node is ActivityNode => node.kind === 'activity' && node.waits !== undefined && !isCall(node));
  const meant = waiting.filter((node) => node.name === sent.name || eventOf(node) === sent.name || isFilledIn(eventOf(node)));
  if (meant.length === 0) {
    const expected = [...new Set(waiting.flatMap((node) => [node.name, eventOf(node)].filter((name) => name !== undefined && !isFilledIn(name)) as string[]))];
    const hint = expected.length > 0 ? `Its steps wait for ${expected.slice(0, 20).join(', ')}.` : 'It has no step that waits.';
    return { ...refused('unknown_signal', `${pipeline.name} has no step that waits for ${sent.name}. ${hint}`), expected };
  }
  if (state.phase.kind !== 'running') return refused('not_waiting', `The execution is ${statusOf(state)}.`);
  const open = meant.filter((node) => mayStillWait(state, pipeline, node));
  if (open.length === 0) return refused('not_waiting', `${sent.name} has been answered, or its time was over.`);
  if (open.every((node) => node.waits === 'guarded')) return refused('not_waiting', `${sent.name} does not wait yet: the run has not come to it.`);
  if ((state.early?.length ?? 0) >= MAX_EARLY_SIGNALS)
    return refused('too_many_signals', `${MAX_EARLY_SIGNALS} signals are kept already for steps that have not begun.`);
  // Whichever of them comes first will take it.
  const early = open.filter((node) => node.waits === 'early');
  return early.map((node) => refusalBy(node.type, node.config, sent, evaluator)).find((refusal) => refusal !== undefined);
}

/** The bus finds waits by what was registered; the step may wait for something else by now. */
function refusalOfEvent(waiter: StepState, { correlation }: SentSignal): Refusal | undefined {
  const same = waiter.wait?.correlation && JSON.stringify(waiter.wait.correlation) === JSON.stringify(correlation);
  return same ? undefined : refused('not_waiting', `${waiter.name} waits for something else.`);
}

function refusalByStep(waiter: StepState, sent: SentSignal, evaluator: Evaluator): Refusal | undefined {
  return refusalBy(waiter.type, waiter.input ? storedValue(waiter.input) : null, sent, evaluator);
}

function refusalBy(type: string, input: Json, sent: SentSignal, evaluator: Evaluator): Refusal | undefined {
  const fault = evaluator.admit(type, input, sent);
  if (!fault) return undefined;
  const code = fault.code === 'not_an_approver' || fault.code === 'schema_mismatch' ? fault.code : 'invalid_signal';
  return { ...refused(code, fault.message), ...(Array.isArray(fault.details) ? { errors: fault.details as Refusal['errors'] } : {}) };
}

/** It has not come to it, or a jump may lead back to it. */
function mayStillWait(state: StartedState, pipeline: Pipeline, node: ActivityNode): boolean {
  if (!state.steps[node.name]) return true;
  return pipeline.nodes.some(
    (other) =>
      other.kind === 'conditional' &&
      other.index >= node.index &&
      [...Object.values(other.routes), other.default].some((to) => to !== undefined && to <= node.index),
  );
}

function eventOf(node: ActivityNode): string | undefined {
  return typeof node.config.event === 'string' ? node.config.event : undefined;
}

/** Its name is only known once its templates are filled in. */
function isFilledIn(name: string | undefined): boolean {
  return name?.includes('{{') === true || name?.includes('${') === true;
}

function refused(code: Refusal['code'], message: string): Refusal {
  return { ok: false, code, message };
}
