/** What was thrown, as the log's form of an error. */
import type { Json } from '#contracts/json';
import { type ErrorInfo, errorInfo, Problem } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';

export function failedOutcome(thrown: unknown): StepOutcome {
  return { kind: 'failed', error: errorOf(thrown) };
}

/** A Problem keeps its code; what else is thrown is a defect of the step, and says so. */
function errorOf(thrown: unknown): ErrorInfo {
  if (!(thrown instanceof Problem)) return errorInfo('step_failed', thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown));
  const { status, retryable, retry_after_ms: retryAfter, details } = thrown.extra;
  const shown = thrown.errors ?? details;
  return errorInfo(thrown.code, thrown.message, {
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof retryable === 'boolean' ? { retryable } : {}),
    ...(typeof retryAfter === 'number' ? { retry_after_ms: retryAfter } : {}),
    ...(shown === undefined ? {} : { details: shown as unknown as Json }),
  });
}
