/**
 * Calls that a circuit breaker did not let go out: what they come to instead.
 *
 * 1. Whether a call may go is the breaker's affair, and known to the world alone; the log keeps what it said.
 * 2. A static fallback stands for the other side's answer: with a status of 2xx the step completes, with any other it fails.
 * 3. A step that a fallback completed has had no effect, so there is nothing of it to undo.
 */
import type { Activity } from '#contracts/graph';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { type ErrorInfo, errorInfo } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import type { Visit } from '#engine/strands';
import { optional, type Turn } from '#engine/turn';

type Refusal = Extract<StepOutcome, { kind: 'refused' }>;
type Settled = Extract<StepOutcome, { kind: 'completed' | 'failed' }>;

/** Records the refusal, and gives what the attempt comes to. */
export function refusedByBreaker(turn: Turn, visit: Visit, activity: Activity, phase: 'run' | 'compensate', refusal: Refusal): Settled {
  const { breaker, retry_after_ms, kept } = refusal;
  const outcome = phase === 'run' ? insteadOf(turn, visit, activity, refusal) : failed(refusal);
  const used = outcome.kind === 'completed' ? (kept ? ('cached' as const) : ('static' as const)) : undefined;
  turn.emit('circuit.refused', { step_name: visit.name, phase, breaker, retry_after_ms, ...optional('fallback', used) });
  return outcome;
}

/** Whether a result stands in for a call that was never made. */
export function isFallback(response: JsonObject | undefined): boolean {
  return response?.fallback !== undefined;
}

function insteadOf(turn: Turn, { strand }: Visit, { breaker: policy }: Activity, refusal: Refusal): Settled {
  const facts = { circuit_breaker: refusal.breaker };
  if (refusal.kept) return { kind: 'completed', output: refusal.kept.output, response: { ...refusal.kept.response, ...facts, fallback: 'cached' } };
  const { fallback } = policy ?? {};
  if (fallback?.type !== 'static') return failed(refusal);
  const filled = turn.world.evaluator.value(fallback as unknown as Json, turn.frame(strand));
  if (filled.kind === 'error') return { kind: 'failed', error: filled.error };
  const { body = null } = filled.value as JsonObject;
  if (fallback.status < 200 || fallback.status > 299) return failed(refusal, { status: fallback.status, body });
  const output = isJsonObject(body) ? body : { body };
  return { kind: 'completed', output, response: { ...facts, status_code: fallback.status, fallback: 'static' } };
}

function failed({ breaker, retry_after_ms }: Refusal, answer?: { status: number; body: Json }): Settled {
  const said = isJsonObject(answer?.body) ? [answer.body.error, answer.body.message].find((text) => typeof text === 'string') : undefined;
  const message = said ?? `The circuit breaker ${breaker} is open: calls kept failing, so none is made for now.`;
  const details: JsonObject = { circuit_breaker: breaker, ...(answer ? { fallback: answer.body } : {}) };
  const facts: Partial<ErrorInfo> = { details, ...(retry_after_ms > 0 ? { retry_after_ms } : {}), ...optional('status', answer?.status) };
  return { kind: 'failed', error: errorInfo('circuit_open', message, facts) };
}
