/** Whether and when a failed attempt is made again. */
import type { RetryPolicy } from '#contracts/graph';
import type { ErrorInfo } from '#contracts/problems';

/** For compensations without a policy of their own: undoing is worth more than one try. */
export const COMPENSATION_RETRY: RetryPolicy = { max_attempts: 3, backoff: 'exponential', initial_delay_ms: 500, max_delay_ms: 30_000, jitter: true };

/**
 * Milliseconds until the next attempt, or `undefined` when there is none.
 * @param failures failed attempts so far, this one included
 * @param random in [0, 1); jitter adds at most half of the delay
 */
export function nextDelay(policy: RetryPolicy | undefined, error: ErrorInfo, failures: number, random: number): number | undefined {
  if (!policy || failures >= policy.max_attempts || !isRetryable(policy, error)) return undefined;
  const plain = Math.min(policy.max_delay_ms, backoff(policy, failures));
  const delay = policy.jitter ? plain + plain * 0.5 * random : plain;
  // The other side knows best how long it needs; a day is the end of our patience.
  return Math.round(Math.max(delay, Math.min(error.retry_after_ms ?? 0, 24 * 3_600_000)));
}

function isRetryable(policy: RetryPolicy, error: ErrorInfo): boolean {
  const matches = (wanted: number | string) => wanted === error.code || Number(wanted) === error.status;
  if (policy.give_up_on?.some(matches)) return false;
  return policy.retry_on ? policy.retry_on.some(matches) : error.retryable;
}

function backoff(policy: RetryPolicy, failures: number): number {
  switch (policy.backoff) {
    case 'fixed':
      return policy.initial_delay_ms;
    case 'linear':
      return policy.initial_delay_ms * failures;
    case 'exponential':
      return policy.initial_delay_ms * (policy.multiplier ?? 2) ** Math.min(failures - 1, 52);
    default: {
      const never: never = policy.backoff;
      return never;
    }
  }
}
