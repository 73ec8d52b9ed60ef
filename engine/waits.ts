/**
 * Waiting for something from outside, and what ends it.
 *
 * Invariants
 * 1. Each signal is taken once, by its id, for one step.
 * 2. One that comes before its step waits is kept, in order, where the step takes early ones.
 * 3. A call is ended by what it has called alone.
 * 4. The step makes an outcome of the signal, or of its absence in time; the engine knows nothing of what is in it.
 */
import type { Pipeline } from '#contracts/definition';
import type { ActivityNode } from '#contracts/graph';
import type { StepOutcome } from '#contracts/step';
import type { Signal, WaitOrder } from '#contracts/waiting';
import { MAX_EARLY_SIGNALS } from '#contracts/waiting';
import { reporter } from '#engine/calls';
import { storedValue } from '#engine/context';
import type { StartedState, StepState } from '#engine/state';
import { ROOT, type Visit } from '#engine/strands';
import { optional, type Turn } from '#engine/turn';

/** With an effect, what a step waits for is the end of an execution that it has started. */
export function isCall({ waits, pure }: ActivityNode): boolean {
  return waits !== undefined && !pure;
}

/** The step begins to wait. Gives its outcome where the wait is over already. */
export function beginWait(turn: Turn, { node, name }: Visit<ActivityNode>, wait: WaitOrder): StepOutcome | undefined {
  const { kind, event, until, correlation } = wait;
  turn.emit('wait.started', { step_name: name, kind, event, ...optional('correlation', correlation), ...optional('due_at', until) });
  const early = node.waits === 'early' ? turn.started.early?.find((signal) => isFor(wait, name, signal)) : undefined;
  if (early) {
    turn.emit('signal.taken', { signal_id: early.id, step_name: name });
    return answered(turn, name, { ...early, data: storedValue(early.data) });
  }
  return until !== undefined && until <= turn.now ? answered(turn, name, null) : undefined;
}

/** A call is ended by the execution that was called, and by nobody else, whatever name somebody sends a signal under. */
function isFor({ kind, event }: Pick<WaitOrder, 'kind' | 'event'>, step: string, signal: Pick<Signal, 'id' | 'name' | 'by'>): boolean {
  if (kind === 'call') return signal.id === event && signal.by === reporter(event);
  return signal.name === event || signal.name === step;
}

/** What the step makes of a signal; `null`: none came in time. */
export function answered(turn: Turn, name: string, signal: Signal | null): StepOutcome {
  const step = turn.started.steps[name]!;
  return turn.world.evaluator.receive(step.type, step.input ? storedValue(step.input) : null, signal, turn.frame(step.strand ?? ROOT));
}

/** The step that waits under this name: that of its run, of its node, or of the event. */
export function waiterFor(state: StartedState, { nodes }: Pick<Pipeline, 'nodes'>, given: string): StepState | undefined {
  const waiting = Object.values(state.steps).filter((step) => step.status === 'waiting' && step.wait);
  return waiting.find((step) => step.name === given) ?? waiting.find((step) => nodes[step.index]?.name === given || step.wait!.event === given);
}

/** Takes a signal. Gives the step that it is for, and what that comes to. `keep`: it may wait for its step. */
export function receive(turn: Turn, signal: Signal, keep: boolean): { step: string; outcome: StepOutcome } | undefined {
  const state = turn.started;
  if (state.phase.kind !== 'running' || state.heard?.includes(signal.id)) return undefined;
  const named = waiterFor(state, turn.pipeline, signal.name);
  const waiter = named?.wait?.kind === 'call' && !isFor(named.wait, named.name, signal) ? undefined : named;
  if (!waiter && (!keep || (state.early?.length ?? 0) >= MAX_EARLY_SIGNALS)) return undefined;
  turn.emit('signal.received', {
    signal_id: signal.id,
    name: signal.name,
    data: { value: signal.data },
    by: signal.by,
    ...optional('step_name', waiter?.name),
  });
  return waiter && { step: waiter.name, outcome: answered(turn, waiter.name, signal) };
}
