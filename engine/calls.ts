/**
 * Executions that call others: what a called one gives back, and which of them nobody waits for any more.
 *
 * A call waits like for a signal: its name is the id of the execution, and so is the id of the report, so that a report
 * is taken once. A step that is stopped while it waits leaves an orphan, which is to be cancelled.
 */
import type { Parent } from '#contracts/events';
import type { CallReport } from '#contracts/execution-rpc';
import type { Json, JsonObject } from '#contracts/json';
import { errorInfo } from '#contracts/problems';
import type { Signal } from '#contracts/waiting';
import { storedValue } from '#engine/context';
import { laneOutput } from '#engine/evolve/blocks';
import { attemptId, type StartedState } from '#engine/state';
import { hasEnded, statusOf } from '#engine/status';
import { ROOT } from '#engine/strands';

/** What the steps of an execution came to: their fields in one object, the last writer winning. */
export function wholeOutput(state: StartedState): Json {
  return laneOutput(state, state.strands[ROOT]!);
}

/** Outputs by step. */
export function outputsByStep(state: StartedState): JsonObject {
  const outputs: JsonObject = {};
  for (const name of state.strands[ROOT]!.completed) {
    const output = state.steps[name]?.output;
    outputs[name] = output ? storedValue(output) : null;
  }
  return outputs;
}

/** For the step that waits; `undefined` while there is nothing to tell. */
export function reportOf(state: StartedState): { parent: Parent; report: CallReport } | undefined {
  const { parent, execution_id } = state.facts;
  if (!parent?.waits || !hasEnded(state)) return undefined;
  const { phase } = state;
  const about = { execution_id, step_name: parent.step_name };
  if (phase.kind === 'completed') return { parent, report: { ...about, output: wholeOutput(state) } };
  const error = phase.kind === 'failed' ? phase.error : phase.kind === 'compensated' ? phase.saga.error : undefined;
  return { parent, report: { ...about, error: error ?? errorInfo('call_failed', `${execution_id} ended as ${statusOf(state)}.`) } };
}

/** A report as the signal that the step waits for. */
export function signalOf(report: CallReport): Signal {
  const { execution_id, step_name, ...end } = report;
  return { id: execution_id, name: step_name, data: end as unknown as JsonObject, by: reporter(execution_id) };
}

/** By whom a report says that it is. */
export function reporter(executionId: string): string {
  return `execution:${executionId}`;
}

/** Whether the step may still come to wait for it: the call is under way. */
export function isCalling(state: StartedState, step: string): boolean {
  return state.active[attemptId(step, 'run')] !== undefined;
}

/** Called, but their steps were stopped: nobody waits for them. And the next run of one that came to another end. */
export function orphans(state: StartedState): string[] {
  const { continued_as, phase, calls } = state;
  const found: string[] = [];
  for (const id in calls) if (hasEnded(state) || state.steps[calls[id]!]?.wait?.event !== id) found.push(id);
  if (continued_as !== undefined && hasEnded(state) && phase.kind !== 'completed') found.push(continued_as);
  return found;
}
