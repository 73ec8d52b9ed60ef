/** The forward run is over before its end: by failure, by cancel, by time. */
import { LIMITS } from '#contracts/limits';
import { type ErrorInfo, errorInfo } from '#contracts/problems';
import { fail } from '#engine/ends';
import { compensationOrder } from '#engine/saga';
import { type Compensating, sleeper } from '#engine/state';
import { optional, type Turn } from '#engine/turn';
import { compensateNext } from '#engine/undo';

/** Ends the forward run: undo what completed, or, with nothing to undo, end at once. */
export function stopFor(turn: Turn, cause: { reason: Compensating['reason']; error?: ErrorInfo; step_name?: string; by?: string; note?: string }): void {
  const wanted = cause.reason !== 'cancelled' || turn.pipeline.saga !== undefined || turn.pipeline.on_error === 'compensate';
  const order = wanted ? compensationOrder(turn.started, turn.pipeline) : [];
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
  const waiting = sleeper(turn.started);
  if (waiting) turn.emit('step.skipped', { step_name: waiting.name, step_type: waiting.type, step_index: waiting.index, reason: 'cancelled while it waited' });
  stopFor(turn, { reason: 'cancelled', by: turn.started.cancel?.by, note: turn.started.cancel?.reason });
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
  const name = Object.values(state.active)[0]?.step ?? sleeper(state)?.name;
  const step = name === undefined ? undefined : state.steps[name];
  if (step) {
    turn.emit('step.failed', { step_name: step.name, error, duration_ms: turn.now - step.started_at, attempts: step.attempts, final: true });
  }
  const undo = turn.pipeline.saga !== undefined || turn.pipeline.on_error === 'compensate';
  if (undo) stopFor(turn, { reason, error, ...optional('step_name', step?.name) });
  else fail(turn, error, step?.name);
}
