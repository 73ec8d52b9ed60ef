/** A detached step, seen from the queue: what its consumer has to perform. */
import type { DetachedOrder } from '#contracts/execution-rpc';
import type { PerformEffect } from '#contracts/step';
import { activityOf, effectOf } from '#engine/effect';
import { isActive, type StartedState } from '#engine/state';
import type { History } from '#objects/execution/history';

/** `null` when the order is stale. */
export async function claimed(state: StartedState, order: DetachedOrder, history: History): Promise<PerformEffect | null> {
  if (!isActive(state, order)) return null;
  const { step, phase } = order;
  const definition = await history.definition();
  const activity = activityOf(state, definition, step, phase);
  return activity ? effectOf(state, definition.pipelines[state.facts.pipeline]!, activity, step, phase) : null;
}
