/**
 * The backward run of a saga: compensations in order or all at once, each with attempts and a key of its own.
 * It ends compensated, or, when one gives up and no other can go on, failed and resumable.
 */
import type { ActivityNode } from '#contracts/graph';
import { type ErrorInfo, errorInfo } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import { refusedByBreaker } from '#engine/circuit';
import { storedValue } from '#engine/context';
import { fail } from '#engine/ends';
import { mockedUndo, refusedEffect } from '#engine/mocks';
import { notRecorded, recordedEffect, recordedResponse } from '#engine/recording';
import { COMPENSATION_RETRY, nextDelay } from '#engine/retry';
import { optional, type Turn } from '#engine/turn';

/** Begins what may be undone now: the next in order, or all at once; ends the saga when nothing more can be done. */
export function compensateNext(turn: Turn): void {
  while (turn.draft.phase.kind === 'compensating') {
    const { order } = turn.draft.phase;
    const undo = (name: string) => turn.started.steps[name]?.undo;
    const isOpen = (name: string) => undo(name)?.status !== 'completed';
    const next = order.find(isOpen);
    if (next === undefined) return turn.emit('saga.compensated', { duration_ms: turn.age, steps: order });
    const reach = turn.pipeline.saga?.order === 'parallel' ? order.filter(isOpen) : [next];
    const startable = reach.filter((name) => undo(name) === undefined);
    if (startable.length === 0) {
      if (reach.every((name) => undo(name)?.status === 'failed')) compensationStuck(turn, reach[0]!);
      return;
    }
    let settled = false;
    for (const name of startable) settled = undoAttempt(turn, name) || settled;
    if (!settled) return;
  }
}

/** Answers whether it settled within the turn. */
export function undoAttempt(turn: Turn, name: string): boolean {
  const step = turn.started.steps[name];
  const visit = turn.visitOf(name);
  const activity = visit?.node.kind === 'activity' ? visit.node.compensate : undefined;
  if (!step || !visit || !activity) return false;
  const attempt = (step.undo?.attempts ?? 0) + 1;
  const known = step.undo?.input;
  const resolved = known
    ? { kind: 'ready' as const, input: storedValue(known), secrets: step.undo?.secrets ?? [], idempotency_key: step.undo?.idempotency_key }
    : turn.world.evaluator.resolve(name, activity, turn.frame(visit.strand));
  if (resolved.kind === 'error') {
    turn.emit('compensation.started', { step_name: name, step_type: activity.type, attempt });
    return undoGaveUp(turn, name, resolved.error, attempt);
  }
  const key = resolved.idempotency_key ?? `${turn.started.facts.execution_id}:${name}:compensate${step.runs > 1 ? `:${step.runs}` : ''}`;
  turn.emit('compensation.started', {
    step_name: name,
    step_type: activity.type,
    attempt,
    input: { value: resolved.input },
    ...(resolved.secrets.length > 0 ? { secrets: resolved.secrets } : {}),
    idempotency_key: key,
  });
  const mocked = mockedUndo(step);
  if (mocked) return undoSettled(turn, name, mocked);
  const refused = refusedEffect(turn, name, activity);
  if (refused) return undoGaveUp(turn, name, refused, attempt);
  if (!activity.pure && turn.started.facts.dry_run) {
    const run = recordedEffect(turn.started, name, 'compensate');
    if (run?.kind !== 'completed') return undoGaveUp(turn, name, run?.error ?? notRecorded(name), attempt);
    return undoSettled(turn, name, { ...run, response: recordedResponse(run.response) });
  }
  if (!activity.pure) {
    turn.effect(activity, name, 'compensate');
    return false;
  }
  return undoSettled(turn, name, turn.world.evaluator.run(activity.type, resolved.input, turn.frame(visit.strand)));
}

export function undoOutcome(turn: Turn, name: string, outcome: StepOutcome): void {
  if (turn.draft.phase.kind === 'compensating' && undoSettled(turn, name, outcome)) compensateNext(turn);
}

function undoSettled(turn: Turn, name: string, outcome: StepOutcome): boolean {
  const undo = turn.started.steps[name]!.undo!;
  if (outcome.kind === 'refused') {
    const visit = turn.visitOf(name)!;
    return undoSettled(turn, name, refusedByBreaker(turn, visit, (visit.node as ActivityNode).compensate!, 'compensate', outcome));
  }
  if (outcome.kind === 'wait') return undoGaveUp(turn, name, errorInfo('step_failed', 'An undoing cannot wait for a signal.'), undo.attempts);
  if (outcome.kind !== 'failed') {
    turn.emit('step.compensated', {
      step_name: name,
      duration_ms: turn.elapsed(name, 'compensate'),
      attempts: undo.attempts,
      output: { value: outcome.output },
      ...(outcome.kind === 'completed' ? optional('response', outcome.response) : {}),
    });
    return true;
  }
  const node = turn.visitOf(name)!.node as ActivityNode;
  const delay = nextDelay(node.compensate?.retry ?? COMPENSATION_RETRY, outcome.error, undo.failures + 1, turn.random);
  if (delay === undefined) return undoGaveUp(turn, name, outcome.error, undo.attempts);
  turn.emit('compensation.failed', {
    step_name: name,
    error: outcome.error,
    duration_ms: turn.elapsed(name, 'compensate'),
    attempts: undo.attempts,
    final: false,
  });
  turn.emit('retry.attempted', {
    step_name: name,
    phase: 'compensate',
    attempt: undo.attempts + 1,
    delay_ms: delay,
    due_at: turn.now + delay,
    reason: 'failure',
    error: outcome.error,
  });
  return false;
}

/** The others go on where the order allows it; `compensateNext` ends the saga once nothing can. */
export function undoGaveUp(turn: Turn, name: string, error: ErrorInfo, attempts: number): boolean {
  turn.emit('compensation.failed', { step_name: name, error, duration_ms: turn.elapsed(name, 'compensate'), attempts, final: true });
  return true;
}

function compensationStuck(turn: Turn, name: string): void {
  const undo = turn.started.steps[name]?.undo;
  const cause = undo?.error;
  const attempts = undo?.attempts ?? 0;
  fail(
    turn,
    errorInfo(
      'compensation_failed',
      `The compensation of ${name} gave up after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${cause?.message ?? ''}`,
      {
        ...optional('status', cause?.status),
        details: { cause: cause?.code ?? null },
      },
    ),
    name,
  );
}
