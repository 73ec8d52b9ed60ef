/** Failures keep to the retry policy, and what it grants is granted; `on_error` is done as it is written. */
import type { LogEvent } from '#contracts/events';
import type { ErrorInfo } from '#contracts/problems';
import { holds } from '../violation.ts';
import { closeBlock } from './blocks.ts';
import type { Books, Event } from './books.ts';
import { mayBegin } from './forward.ts';
import { keepsPause, keepsPolicy } from './policies.ts';
import { expectedOrder } from './undoing.ts';

export function failed(books: Books, event: Event<'step.failed'>, next: LogEvent | undefined): void {
  const { step_name, error, final, attempts } = event.data;
  const run = books.runOf(step_name);
  holds(attempts === run.attempt, 'a failed step says its attempts');
  run.failures++;
  const overTime = isOverTime(error);
  const stopped = error.code === 'step_stopped';
  const waited = run.status === 'waiting' && event.at >= run.dueAt;
  holds(overTime || run.status === 'running' || waited || books.blocks.has(step_name), `a step fails while it runs: ${step_name}`);
  if (overTime) holds(event.at >= books.deadline, 'an execution is over time at its deadline');
  else if (stopped) holds(final && books.isStopping(books.lineOf(step_name)), `a step is stopped with its block only: ${step_name}`);
  else if (run.input !== undefined && !(final && (books.cancelled || books.isStopping(books.lineOf(step_name)))))
    keepsPolicy(books.retryOf(step_name), run, error, final, event.at, books.deadline);
  const node = books.nodes.get(step_name);
  if (!final && node?.kind === 'block' && node.plan.kind === 'retry' && node.transient)
    keepsPolicy(node.plan.policy, run, error, final, event.at, books.deadline);
  books.settle(step_name, final ? 'failed' : 'retrying');
  if (!final) {
    holds(next?.type === 'retry.attempted' && !books.cancelled, 'a failure that is not final is retried');
    return;
  }
  books.leave(step_name);
  if (!overTime) closeBlock(books, step_name);
  holds(next !== undefined, 'something follows a final failure');
  if (overTime) {
    if (next.type === 'step.failed' && isOverTime(next.data.error)) return;
  } else if (stopped) return;
  followsPolicy(books, event, next);
}

/** By its own deadline: that of an execution which it has called is an answer like any other, and is not tried again. */
function isOverTime({ code, retryable }: ErrorInfo): boolean {
  return code === 'execution_timeout' && retryable;
}

/** What comes right after the last failure of a step. */
function followsPolicy(books: Books, { data: { step_name, error } }: Event<'step.failed'>, next: LogEvent): void {
  const line = books.lineOf(step_name);
  const own = books.ownOnError(step_name);
  const inLane = line.of !== undefined && own !== 'skip' && own !== 'continue';
  const overTime = isOverTime(error);
  const policy = overTime ? books.whenOverTime() : books.cancelled ? 'cancel' : inLane ? 'lane' : books.onError(step_name);
  const undoing = next.type === 'saga.compensating' || (next.type === 'execution.failed' && expectedOrder(books).length === 0);
  if (policy === 'stop') holds(next.type === 'execution.failed', `on_error: stop ends the run, not ${next.type}`);
  else if (policy === 'skip') holds(next.type === 'step.skipped', `on_error: skip skips, not ${next.type}`);
  else if (policy === 'compensate') holds(undoing, `on_error: compensate undoes, not ${next.type}`);
  else if (policy === 'lane') holds(next.type === 'strand.ended' && next.data.outcome === 'failed', `a failure in a lane ends the lane, not ${next.type}`);
  else if (policy === 'cancel')
    holds(
      next.type === 'saga.compensating' || next.type === 'execution.cancelled' || books.active.size > 0 || books.hasOpenBlock() || books.anyAsleep(),
      `a cancelled run ends, not ${next.type}`,
    );
  else holds(next.type !== 'saga.compensating' || next.data.error !== error, 'on_error: continue goes on');
}

export function skipped(books: Books, event: Event<'step.skipped'>): void {
  const { step_name, step_index, error } = event.data;
  const run = books.runs.get(step_name);
  if (error) {
    holds(run?.status === 'failed' && books.onError(step_name) === 'skip', `only on_error: skip skips a failed step: ${step_name}`);
  } else if (run && (run.status === 'waiting' || run.status === 'retrying' || (run.status === 'running' && books.blocks.has(step_name)))) {
    const left = books.cancelled || books.steering.superseded || books.isStopping(books.lineOf(step_name));
    holds(left, `a step that waits is skipped by a cancel or with its block only: ${step_name}`);
    books.settle(step_name, 'failed');
    closeBlock(books, step_name);
  } else {
    mayBegin(books, step_name, step_index, event.at);
    books.begun.set(step_name, (books.begun.get(step_name) ?? 0) + 1);
    if (books.steering.passed === step_name) books.steering.passed = undefined;
    books.steering.given.delete(step_name);
  }
  books.completed = books.completed.filter((name) => name !== step_name);
  const line = books.lineOf(step_name);
  line.position = step_index + 1;
  line.inside = undefined;
}

export function retry(books: Books, event: Event<'retry.attempted'>): void {
  const { step_name, phase, attempt, delay_ms, due_at, reason } = event.data;
  const side = phase === 'run' ? books.runOf(step_name) : books.undoOf(step_name);
  holds(attempt === side.attempt + 1 && due_at === event.at + delay_ms && delay_ms >= 0, 'a retry says which attempt and when');
  if (reason === 'interrupted') {
    holds(side.status === 'running' && delay_ms === 0, 'only what runs is interrupted, and goes on at once');
    side.interruptions++;
    if (phase === 'run') books.active.delete(step_name);
  } else {
    holds(side.status === 'retrying', 'only what failed is retried');
    const policy = phase === 'run' ? books.retryOf(step_name)! : books.undoPolicy(step_name);
    keepsPause(policy, side.failures, delay_ms, event.data.error?.retry_after_ms ?? 0);
  }
  side.status = 'retrying';
  side.dueAt = due_at;
}
