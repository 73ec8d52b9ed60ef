/** Whether an execution has been over for so long that it may go: nothing that still runs, or that somebody may yet take up, is ever old. */
import type { AgeQuery } from '#contracts/retention';
import { hasEnded, type StartedState } from '#engine/state';

export function isOld(state: StartedState, { ended_before, letters_before = 0, now }: AgeQuery): boolean {
  const { phase, dead_letter: letter } = state;
  // One whose undoing gave up may be resumed, so it has not come to its end.
  if (!hasEnded(state) || !('at' in phase) || (phase.kind === 'failed' && phase.saga)) return false;
  if (phase.at >= ended_before) return false;
  const isAwaited = letter?.status === 'waiting' && letter.expires_at > now && letter.recorded_at >= letters_before;
  return !isAwaited;
}
