/**
 * The idempotency key that an execution was started with.
 *
 * 1. While it holds, whoever starts with it gets this execution. It holds for its time, or until somebody releases it.
 * 2. It is not released while the execution is at work: the next one would do the same beside it.
 */
import type { Order } from '#engine/commands';
import type { StartedState } from '#engine/state';
import { hasEnded } from '#engine/status';
import { optional, type Turn } from '#engine/turn';

export type KeyHold = 'none' | 'over' | 'at_work' | 'held';

/** How it stands with its key; `held`: it may be released. */
export function keyHold(state: StartedState, now: number): KeyHold {
  const { idempotency_key: key, idempotency_expires_at: expires } = state.facts;
  if (key === undefined || expires === undefined) return 'none';
  if (expires <= now) return 'over';
  return hasEnded(state) ? 'held' : 'at_work';
}

export function releaseKey(turn: Turn, { by, reason }: Extract<Order, { type: 'release_key' }>): void {
  if (keyHold(turn.started, turn.now) === 'held') turn.emit('key.released', { by, ...optional('reason', reason) });
}
