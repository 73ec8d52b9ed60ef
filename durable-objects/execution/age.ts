/**
 * Whether an execution has been over for so long that it may go.
 *
 * 1. Nothing that still runs, or that somebody may yet take up, is ever old.
 * 2. A key that still holds keeps its execution: the same call would have its effects once more.
 */
import type { AgeQuery, ExecutionKey } from '#contracts/retention';
import type { StartedState } from '#engine/state';
import { hasEnded } from '#engine/status';

/** `importedAt`: when it was brought here from elsewhere, epoch ms; it is as old as that. */
export function isOld(state: StartedState, { ended_before, letters_before = 0, now }: AgeQuery, importedAt = 0): boolean {
  const { phase, dead_letter: letter, facts } = state;
  // One whose undoing gave up may be resumed, so it has not come to its end.
  if (!hasEnded(state) || !('at' in phase) || (phase.kind === 'failed' && phase.saga)) return false;
  if (Math.max(phase.at, importedAt) >= ended_before) return false;
  if (facts.idempotency_expires_at !== undefined && facts.idempotency_expires_at > now) return false;
  const isAwaited = letter?.status === 'waiting' && letter.expires_at > now && letter.recorded_at >= letters_before;
  return !isAwaited;
}

export function keyOf({ facts: { workflow, environment, pipeline, idempotency_key } }: StartedState): ExecutionKey | undefined {
  return idempotency_key === undefined ? undefined : { workflow, environment, pipeline, idempotency_key };
}
