/**
 * The dead letter: what a failure for good leaves behind for an operator, where nobody was there to be told.
 *
 * Invariants
 * 1. One execution leaves at most one, in the turn in which it fails; its id is the execution's.
 * 2. A cancelled execution leaves none, however its undoing ends; nor does a rehearsal (dry, or with mocks of its own), nor a replay that somebody watches.
 * 3. What is closed stays closed: replayed once, or discarded once.
 */
import type { TriggerType } from '#contracts/events';
import type { Order } from '#engine/commands';
import { isStarted, type StartedState } from '#engine/state';
import { optional, type Turn } from '#engine/turn';

/** A caller waits at the other end of these. */
const ATTENDED: ReadonlySet<TriggerType> = new Set(['http', 'workflow']);

/** After every turn: whether the execution has failed in it, and leaves a letter. */
export function recordDeadLetter(turn: Turn): void {
  if (turn.events.length === 0 || !isStarted(turn.draft)) return;
  const state = turn.started;
  const policy = turn.pipeline.dead_letter;
  if (!policy || state.dead_letter || !hasFailed(state) || isWatched(state)) return;
  if (policy.of === 'unattended' && ATTENDED.has(state.facts.trigger)) return;
  turn.emit('dead_letter.recorded', {
    attempts: attemptsOf(state),
    expires_at: turn.now + policy.retention_ms,
    replayable: policy.replayable,
    ...optional('alert_threshold', policy.alert_threshold),
  });
}

export function closeDeadLetter(turn: Turn, order: Extract<Order, { type: 'dead_letter' }>): void {
  const letter = turn.started.dead_letter;
  if (!letter || letter.replayed_as !== undefined) return;
  // A replay that had begun before somebody discarded the letter has happened all the same.
  if (order.action === 'replayed') turn.emit('dead_letter.replayed', { execution_id: order.execution_id, by: order.by });
  else if (letter.status === 'waiting') turn.emit('dead_letter.discarded', { by: order.by, ...optional('reason', order.reason) });
}

/** Against its will: a cancelled one ends as it was told to. */
function hasFailed({ phase }: StartedState): boolean {
  if (phase.kind === 'failed') return phase.saga?.reason !== 'cancelled';
  return phase.kind === 'compensated' && phase.saga.reason !== 'cancelled';
}

/** A dry run, a run with mocks of its own, or a replay by hand; the replay of a dead letter is on its own again. */
function isWatched({ facts }: StartedState): boolean {
  return facts.dry_run === true || facts.mocks !== undefined || (facts.tags?.replay_of !== undefined && facts.tags.dead_letter === undefined);
}

function attemptsOf({ phase, steps }: StartedState): number {
  const name = phase.kind === 'failed' ? phase.step_name : phase.kind === 'compensated' ? phase.saga.step_name : undefined;
  return (name === undefined ? undefined : steps[name]?.attempts) ?? 0;
}
