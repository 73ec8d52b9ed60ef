/** The forward run is over before its end: by failure, by cancel, by time. */
import { LIMITS } from '#contracts/limits';
import { type ErrorInfo, errorInfo } from '#contracts/problems';
import { fail } from '#engine/ends';
import { compensationOrder, ownCompensations } from '#engine/saga';
import type { Compensating, StepState } from '#engine/state';
import { sleepers } from '#engine/status';
import { openBlocks } from '#engine/strands';
import { optional, type Turn } from '#engine/turn';
import { compensateNext } from '#engine/undo';

/** Ends the forward run: undo what completed, or, with nothing to undo, end at once. */
export function stopFor(turn: Turn, cause: { reason: Compensating['reason']; error?: ErrorInfo; step_name?: string; by?: string; note?: string }): void {
  const wanted = cause.reason !== 'cancelled' || turn.pipeline.saga !== undefined || turn.pipeline.on_error === 'compensate';
  const order = wanted ? [...compensationOrder(turn.started, turn.pipeline), ...ownCompensations(turn)] : [];
  if (order.length > 0) {
    turn.emit('saga.compensating', {
      reason: cause.reason,
      ...optional('error', cause.error),
      ...optional('step_name', cause.step_name),
      steps: order,
      ...optional('by', cause.by),
    });
    return compensateNext(turn);
  }
  if (cause.reason === 'cancelled') turn.emit('execution.cancelled', { duration_ms: turn.age, ...optional('reason', cause.note), ...optional('by', cause.by) });
  else fail(turn, cause.error!, cause.step_name);
}

export function cancelNow(turn: Turn): void {
  leaveAll(turn);
  stopFor(turn, { reason: 'cancelled', by: turn.started.cancel?.by, note: turn.started.cancel?.reason });
}

/** What waits, and the blocks around it, come to no end of their own. */
export function leaveAll(turn: Turn): void {
  skipSleepers(turn);
  for (const step of blocksUnderWay(turn)) if (!isAtEnd(turn, step.name)) skipCancelled(turn, step);
}

/** Nothing that waits goes on after a cancel, whatever is still under way beside it. */
export function skipSleepers(turn: Turn): void {
  for (const step of sleepers(turn.started)) if (!isAtEnd(turn, step.name)) skipCancelled(turn, step);
}

function skipCancelled(turn: Turn, { name, type, index }: StepState): void {
  turn.emit('step.skipped', { step_name: name, step_type: type, step_index: index, reason: 'cancelled while it waited' });
}

export function overTime(turn: Turn): void {
  stopAt(turn, errorInfo('execution_timeout', 'The pipeline did not end within its timeout.'), 'timeout');
}

/** The log has grown to its bound. */
export function overflow(turn: Turn): void {
  const size = `${LIMITS.logBytes / 1024 / 1024} MB`;
  stopAt(
    turn,
    errorInfo('execution_failed', `The history of the execution has grown over ${size}. Check its jumps for a loop, and its outputs for their size.`),
    'failed',
  );
}

/** Whatever is under way or waits is over with this error. */
function stopAt(turn: Turn, error: ErrorInfo, reason: Compensating['reason']): void {
  const state = turn.started;
  const active = Object.values(state.active).map(({ step }) => state.steps[step]!);
  const over = [...active, ...sleepers(state), ...blocksUnderWay(turn)];
  for (const { name, started_at, attempts } of over) {
    if (!isAtEnd(turn, name)) turn.emit('step.failed', { step_name: name, error, duration_ms: turn.now - started_at, attempts, final: true });
  }
  const undo = turn.pipeline.saga !== undefined || turn.pipeline.on_error === 'compensate';
  if (undo) stopFor(turn, { reason, error, ...optional('step_name', over[0]?.name) });
  else fail(turn, error, over[0]?.name);
}

/** Steps of blocks that are not at their end, the inner ones first. */
function blocksUnderWay({ started: state }: Turn): StepState[] {
  return openBlocks(state)
    .reverse()
    .map((name) => state.steps[name]!);
}

/** A block that pauses before its next try waits, too. */
function isAtEnd({ started: state }: Turn, name: string): boolean {
  const status = state.steps[name]?.status;
  return status !== 'running' && status !== 'waiting' && status !== 'retrying';
}
