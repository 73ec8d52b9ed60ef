import { expect, it } from 'vitest';
import { errorInfo } from '#contracts/problems';
import { describe } from '../../../dashboard/src/lib/sentence';
import { at, ran, step, timeline, UNAVAILABLE } from './timelines';

const undone = (name: string) => ran(name, 0, 1, { status: 'compensated', compensation: { type: 't', status: 'completed', attempts: 1 } });
const failedPayment = step('charge-payment', { status: 'failed', attempts: 3, error: UNAVAILABLE });

it.each([
  ['pending', { status: 'pending' }, 'Accepted; the first step has not started yet.'],
  ['running', { status: 'running', steps: [ran('a', 0, 1), step('b', { status: 'running', attempts: 2 })] }, 'Running b, attempt 2. 1 of 2 steps done.'],
  [
    'retrying',
    {
      status: 'running',
      steps: [
        step('b', {
          status: 'retrying',
          attempts: 2,
          attempt_log: [{ attempt: 2, started_at: at(0), status: 'failed', error: UNAVAILABLE, retry_at: at(61_500) }],
        }),
      ],
    },
    'b failed 2 times: 503 from payment. The next attempt is due at 14:31:01.500 UTC.',
  ],
  [
    'waiting for time',
    { status: 'waiting', steps: [step('nap', { status: 'waiting', waiting_until: at(3_600_000) })] },
    'nap waits until 2026-11-23 15:30:00 UTC.',
  ],
  ['waiting for somebody', { status: 'waiting', steps: [step('approve', { status: 'waiting' })] }, 'approve waits for an answer from outside.'],
  ['more steps than are here', { duration_ms: 847, steps_total: 2002, steps: [ran('a', 0, 1)] }, 'Completed in 847 ms, with 2,002 steps.'],
  ['running, more steps than are here', { status: 'running', steps_total: 9, steps: [step('b', { status: 'running' })] }, 'Running b.'],
  ['one step', { duration_ms: 847, steps: [ran('a', 0, 1)] }, 'The one step completed in 847 ms.'],
  [
    'skipped and retried',
    { duration_ms: 1234, steps: [ran('a', 0, 1), ran('b', 0, 1, { attempts: 2 }), step('c', { status: 'skipped' })] },
    'All 2 steps that ran completed in 1.23 s; 1 was skipped. b needed 2 attempts.',
  ],
  [
    'failed on the way',
    { duration_ms: 20, steps: [ran('a', 0, 1), step('b', { status: 'failed' }), step('c', { status: 'skipped' })] },
    '1 of 2 steps completed in 20 ms; 1 failed and was passed over; 1 was skipped.',
  ],
  [
    'compensated',
    { status: 'compensated', steps: [undone('a'), undone('b'), failedPayment] },
    'charge-payment failed after 3 attempts: 503 from payment. The two steps before it were undone.',
  ],
  [
    'compensated, one',
    { status: 'compensated', steps: [undone('a'), failedPayment] },
    'charge-payment failed after 3 attempts: 503 from payment. The one completed step before it was undone.',
  ],
  [
    'compensating',
    { status: 'compensating', saga: { status: 'compensating', reason: 'failed', order: ['b', 'a'] }, steps: [ran('a', 0, 1), undone('b'), failedPayment] },
    'charge-payment failed after 3 attempts: 503 from payment. One completed step is being undone.',
  ],
  ['failed', { status: 'failed', steps: [failedPayment] }, 'charge-payment failed after 3 attempts: 503 from payment.'],
  [
    'failed before others',
    { status: 'failed', steps: [ran('a', 0, 1), failedPayment, step('b', { status: 'pending' }), step('c', { status: 'pending' })] },
    'charge-payment failed after 3 attempts: 503 from payment. The two steps after it did not run.',
  ],
  [
    'failed at once, message with a full stop',
    { status: 'failed', steps: [step('v', { status: 'failed', error: errorInfo('validation_failed', 'quantity is missing.') })] },
    'v failed: quantity is missing.',
  ],
  [
    'compensation gave up',
    {
      status: 'failed',
      steps: [
        ran('fly', 0, 1, { compensation: { type: 't', status: 'failed', attempts: 5, error: errorInfo('upstream_status', '500 from flights') } }),
        step('car', { status: 'failed', error: UNAVAILABLE }),
      ],
    },
    'car failed: 503 from payment. Undoing fly gave up after 5 attempts: 500 from flights. Fix the other side, then resume.',
  ],
  [
    'timeout',
    { status: 'failed', error: errorInfo('execution_timeout', 'x'), steps: [step('a', { status: 'pending' })] },
    'The pipeline took longer than its timeout.',
  ],
  [
    'cancelled by somebody',
    { status: 'cancelled', duration_ms: 1500, cancelled: { by: 'ann@example.com', reason: 'Ordered twice.' } },
    'Cancelled by ann@example.com after 1.50 s: Ordered twice. Nothing had to be undone.',
  ],
  [
    'cancelled by somebody while a step had failed',
    {
      status: 'compensated',
      cancelled: { by: 'ann@example.com' },
      saga: { status: 'compensated', reason: 'cancelled', order: ['a'] },
      steps: [undone('a'), step('b', { status: 'failed', error: UNAVAILABLE })],
    },
    'It was cancelled by ann@example.com. The one completed step before it was undone.',
  ],
  [
    'to be cancelled once a call has ended',
    { status: 'running', cancelled: { by: 'ann@example.com', reason: 'Ordered twice.' }, steps: [step('charge', { status: 'running' })] },
    'It is to be cancelled, as ann@example.com asked: Ordered twice. charge comes to its end first.',
  ],
  ['cancelled', { status: 'cancelled', duration_ms: 1500 }, 'Cancelled after 1.50 s. Nothing had to be undone.'],
  [
    'cancelled and undone',
    { status: 'compensated', saga: { status: 'compensated', reason: 'cancelled', order: ['a'] }, steps: [undone('a')] },
    'It was cancelled. The one completed step before it was undone.',
  ],
] as const)('%s', (_, more, sentence) => expect(describe(timeline(more as never))).toBe(sentence));

it('names who acted, where the name is known', () => {
  const cancelled = timeline({ status: 'cancelled', duration_ms: 1500, cancelled: { by: 'user:usr_1' } } as never);
  expect(describe(cancelled, { 'user:usr_1': 'Ada Lovelace' })).toBe('Cancelled by Ada Lovelace after 1.50 s. Nothing had to be undone.');
  expect(describe(cancelled)).toBe('Cancelled by user:usr_1 after 1.50 s. Nothing had to be undone.');
});
