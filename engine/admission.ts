/**
 * Before the first step: an execution whose pipeline has a gate begins when the gate says so.
 *
 * Invariants
 * 1. Until it is granted no step begins and no time limit runs: `deadline` counts from the grant.
 * 2. The gate's word is in the log before anything follows from it; a word that comes twice or too late changes nothing.
 */
import type { AdmissionRefusal } from '#contracts/admission';
import type { Pipeline } from '#contracts/definition';
import { errorInfo } from '#contracts/problems';
import type { Order } from '#engine/commands';
import { fail } from '#engine/ends';
import { run } from '#engine/forward';
import { awaitsAdmission } from '#engine/status';
import { optional, type Turn } from '#engine/turn';

export function admit(turn: Turn, { answer, run: goOn }: Extract<Order, { type: 'admission' }>): void {
  if (!awaitsAdmission(turn.started)) return;
  switch (answer.kind) {
    case 'granted':
      turn.emit('admission.granted', { waited_ms: turn.age, ...optional('deadline', deadlineFrom(turn.now, turn.pipeline)) });
      return goOn ? run(turn) : undefined;
    case 'queued': {
      const { kind: _, ...place } = answer;
      return turn.started.admission ? undefined : turn.emit('admission.queued', place);
    }
    case 'refused': {
      const { reason, by } = answer;
      turn.emit('admission.refused', { reason, ...optional('by_execution', by) });
      if (reason === 'full') return fail(turn, errorInfo('queue_full', 'Too many executions of the pipeline wait for their turn already.'));
      return turn.emit('execution.cancelled', { duration_ms: turn.age, reason: REASONS[reason](by ?? 'another execution'), by: 'concurrency' });
    }
    default: {
      const never: never = answer;
      return never;
    }
  }
}

/** When the pipeline's time is over, from its beginning at `now`. */
export function deadlineFrom(now: number, pipeline: Pipeline | undefined): number | undefined {
  const limits = [pipeline?.timeout_ms, pipeline?.saga?.timeout_ms].filter((ms): ms is number => ms !== undefined);
  return limits.length > 0 ? now + Math.min(...limits) : undefined;
}

const REASONS: { [R in Exclude<AdmissionRefusal, 'full'>]: (by: string) => string } = {
  busy: (by) => `skipped, for ${by} is under way`,
  superseded: (by) => `superseded by ${by}`,
};
