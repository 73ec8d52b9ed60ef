/**
 * Pausing and going on.
 *
 * Invariants
 * 1. A paused run enters no step and sees no timer, retry or deadline; an attempt under way comes to its end.
 * 2. A run that is being undone is not paused: half undone is the one place where nothing should stay.
 */
import { optional, type Turn } from '#engine/turn';

export function pause(turn: Turn, by: string, reason: string | undefined): void {
  const { phase, paused, cancel } = turn.started;
  if (phase.kind !== 'running' || paused || cancel) return;
  turn.emit('execution.paused', { by, ...optional('reason', reason) });
}

/** Answers whether there was a pause to end; what the run does now is up to the caller. */
export function endPause(turn: Turn, by: string): boolean {
  const { phase, paused } = turn.started;
  if (phase.kind !== 'running' || !paused) return false;
  if (paused.breakpoint) turn.emit('breakpoint.released', { step_name: paused.breakpoint.step, action: 'resume', by });
  else turn.emit('execution.resumed', { by });
  return true;
}
