/** How an execution ends going forward. */
import type { ResponseRef } from '#contracts/events';
import type { ErrorInfo } from '#contracts/problems';
import { optional, type Turn } from '#engine/turn';

export function complete(turn: Turn, response?: ResponseRef): void {
  turn.emit('execution.completed', {
    duration_ms: turn.age,
    status: 'completed',
    ...optional('response', response),
    ...optional('continued_as', turn.started.continued_as),
  });
}

export function fail(turn: Turn, error: ErrorInfo, step_name?: string): void {
  turn.emit('execution.failed', { duration_ms: turn.age, error, ...optional('step_name', step_name) });
}
