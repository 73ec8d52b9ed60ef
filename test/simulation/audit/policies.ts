/** Retries, as a policy grants them. */
import type { RetryPolicy } from '#contracts/graph';
import type { ErrorInfo } from '#contracts/problems';
import { holds } from '../violation.ts';
import type { Side } from './books.ts';

/** A failure is final when it has to be, and only then. */
export function keepsPolicy(policy: RetryPolicy | undefined, side: Side, error: ErrorInfo, final: boolean, at: number, deadline: number): void {
  const matches = (wanted: number | string) => wanted === error.code || wanted === error.status;
  const worth = !policy?.give_up_on?.some(matches) && (policy?.retry_on?.some(matches) ?? error.retryable);
  const left = policy !== undefined && side.failures < policy.max_attempts;
  if (!final) holds(worth && left, `a retry is what the policy grants: ${error.code}, failure ${side.failures} of ${policy?.max_attempts ?? 1}`);
  // Before the deadline for certain, however the delay is rolled.
  const latest = policy ? at + Math.max(policy.max_delay_ms * 1.5, error.retry_after_ms ?? 0) + 1 : at;
  if (final && worth && left)
    holds(latest >= deadline, `what the policy grants is granted: ${error.code}, failure ${side.failures} of ${policy?.max_attempts}`);
  withinBudget(side, policy?.max_attempts ?? 1, error.code);
}

export function withinBudget(side: Side, most: number, what: string): void {
  holds(side.failures <= most, `failures keep to max_attempts: ${side.failures} of ${most}, ${what}`);
  holds(side.attempt <= most * (1 + side.resumes) + side.interruptions, `attempts keep to max_attempts and interruptions: ${side.attempt} of ${most}, ${what}`);
}

/** The delay before the next attempt is that of the policy, or more where the other side asked for it. */
export function keepsPause(policy: RetryPolicy, failures: number, delay: number, retryAfter: number): void {
  const least = Math.max(pause(policy, failures), retryAfter);
  const most = Math.max(least, pause(policy, failures) * (policy.jitter ? 1.5 : 1));
  holds(delay >= least && delay <= Math.ceil(most), `the pause before a retry keeps to the policy: ${delay} ms is not ${least} to ${most}`);
}

/** The pause that a policy asks for after so many failures, less jitter. */
function pause({ backoff, initial_delay_ms, max_delay_ms, multiplier = 2 }: RetryPolicy, failures: number): number {
  const factor = { fixed: 1, linear: failures, exponential: multiplier ** (failures - 1) }[backoff];
  return Math.min(max_delay_ms, initial_delay_ms * factor);
}
