/** Whether more is to be made of an execution that has ended than its row in the index; its definition says so. */
import type { ProjectionMessage } from '#contracts/execution';
import { isSampled } from '#engine/spans';
import type { StartedState } from '#engine/state';
import { hasEnded } from '#engine/status';
import type { History } from '#objects/execution/history';

export async function observed(message: ProjectionMessage, state: StartedState, history: History): Promise<ProjectionMessage> {
  if (!hasEnded(state) || history.isImported) return message;
  const { hash, observation } = await history.definition();
  const { log, traces } = observation ?? {};
  const asked = log !== undefined || (traces !== undefined && isSampled(state.facts.trace_id, traces.sample));
  return asked ? { ...message, observed_as: hash } : message;
}
