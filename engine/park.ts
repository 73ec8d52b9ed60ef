/**
 * Executions that end their runtime every time they are run: parked, so that they stop costing, until somebody resumes them.
 *
 * Invariants
 * 1. An attempt that was lost as often as LIMITS.crashes says, with no outcome between, is not made again by itself.
 * 2. A run is paused; an undoing, which is never paused, gives up and can be resumed. Either way nothing is due any more.
 */
import { LIMITS } from '#contracts/limits';
import { errorInfo } from '#contracts/problems';
import { pause } from '#engine/pause';
import type { Attempt } from '#engine/state';
import { cancelNow } from '#engine/stop';
import type { Turn } from '#engine/turn';
import { compensateNext, undoGaveUp } from '#engine/undo';

/** Who parks. */
const PLATFORM = 'platform';

/** Of attempts that were just lost: whether a step was lost too often, so that the run is paused, or, asked to cancel, ends. */
export function pausedFor(turn: Turn, lost: readonly Attempt[]): boolean {
  const poison = lost.find((attempt) => attempt.phase === 'run' && isPoison(turn, attempt));
  if (!poison) return false;
  park(turn, `${poison.step} ended the runtime ${LIMITS.crashes} times.`);
  return true;
}

/** A compensation that was lost too often fails for good, while its attempt is still open. */
export function gaveUpUndoing(turn: Turn, attempt: Attempt): boolean {
  if (attempt.phase !== 'compensate' || !isPoison(turn, attempt)) return false;
  const reason = `The compensation of ${attempt.step} ended the runtime ${LIMITS.crashes} times.`;
  return undoGaveUp(turn, attempt.step, errorInfo('parked', reason), attempt.attempt);
}

/** Calls that came to nothing at all; each round of them is one more chance that somebody has given it. */
function isPoison(turn: Turn, { step, phase }: Attempt): boolean {
  const known = turn.started.steps[step];
  const side = phase === 'run' ? known : known?.undo;
  const crashes = side ? side.attempts - side.failures : 0;
  return crashes > 0 && crashes % LIMITS.crashes === 0;
}

/** Nothing is due any more: a run is paused, an undoing gives up its next compensation. */
export function park(turn: Turn, reason: string): void {
  const { phase, cancel, steps } = turn.started;
  if (phase.kind === 'running') {
    if (cancel) cancelNow(turn);
    else pause(turn, PLATFORM, reason);
  } else if (phase.kind === 'compensating') {
    const name = phase.order.find((each) => steps[each]?.undo?.status !== 'completed');
    if (name === undefined) return;
    undoGaveUp(turn, name, errorInfo('parked', reason), steps[name]?.undo?.attempts ?? 0);
    compensateNext(turn);
  }
}
