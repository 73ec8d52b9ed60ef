import { describe, expect, it } from 'vitest';
import type { RetryPolicy } from '#contracts/graph';
import { type ErrorInfo, errorInfo } from '#contracts/problems';
import { nextDelay } from '#engine/retry';

const policy = (more: Partial<RetryPolicy> = {}): RetryPolicy => ({
  max_attempts: 4,
  backoff: 'exponential',
  initial_delay_ms: 1000,
  max_delay_ms: 3000,
  jitter: false,
  ...more,
});
const upstream = (status: number, more: Partial<ErrorInfo> = {}) => errorInfo('upstream_status', 'x', { status, retryable: status >= 500, ...more });

describe('nextDelay', () => {
  it.each<[string, RetryPolicy | undefined, ErrorInfo, number, number, number | undefined]>([
    ['no policy: no retry', undefined, upstream(503), 1, 0, undefined],
    ['exponential, first', policy(), upstream(503), 1, 0, 1000],
    ['exponential, second', policy(), upstream(503), 2, 0, 2000],
    ['exponential, third, at the bound', policy(), upstream(503), 3, 0, 3000],
    ['attempts used up', policy(), upstream(503), 4, 0, undefined],
    ['linear', policy({ backoff: 'linear' }), upstream(503), 2, 0, 2000],
    ['fixed', policy({ backoff: 'fixed' }), upstream(503), 3, 0, 1000],
    ['jitter adds at most half', policy({ jitter: true }), upstream(503), 1, 1, 1500],
    ['jitter may add nothing', policy({ jitter: true }), upstream(503), 1, 0, 1000],
    ['a 404 is not worth it', policy(), upstream(404), 1, 0, undefined],
    ['unless asked for', policy({ retry_on: [404] }), upstream(404), 1, 0, 1000],
    ['retry_on by text', policy({ retry_on: ['404'] }), upstream(404), 1, 0, 1000],
    ['retry_on leaves out the rest', policy({ retry_on: [404] }), upstream(503), 1, 0, undefined],
    ['retry_on by code', policy({ retry_on: ['step_timeout'] }), errorInfo('step_timeout', 'x'), 1, 0, 1000],
    ['give_up_on wins', policy({ retry_on: [503], give_up_on: [503] }), upstream(503), 1, 0, undefined],
    ['Retry-After is honoured', policy(), upstream(503, { retry_after_ms: 60_000 }), 1, 0, 60_000],
    ['a shorter Retry-After is not', policy(), upstream(503, { retry_after_ms: 10 }), 1, 0, 1000],
    ['nor one of years', policy(), upstream(503, { retry_after_ms: 1e12 }), 1, 0, 86_400_000],
  ])('%s', (_, given, error, failures, random, expected) => {
    expect(nextDelay(given, error, failures, random)).toBe(expected);
  });
});
