/** Every call of a step, and the waits between. */
import type { TimelineAttempt, TimelineStep } from '#contracts/execution';
import { StatusMark } from '~/components/ui/status-mark';
import { formatClock, formatDuration } from '~/lib/time';

const WORDS: Record<TimelineAttempt['status'], string> = {
  running: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  interrupted: 'Interrupted: the runtime ended while it was under way',
};

export const AttemptList = ({ step }: { step: TimelineStep }) => (
  <ol class="grid text-13">
    {(step.attempt_log ?? []).map((attempt) => (
      <li key={attempt.attempt} class="border-b border-line py-2 last:border-b-0">
        <div class="flex items-center gap-2">
          <StatusMark status={attempt.status === 'interrupted' ? 'cancelled' : attempt.status} />
          <span class="font-medium">Attempt {attempt.attempt}</span>
          <span class="text-text-2">{WORDS[attempt.status]}</span>
          <span class="ml-auto text-text-2">{attempt.duration_ms === undefined ? '' : formatDuration(attempt.duration_ms)}</span>
        </div>
        <p class="pl-[22px] text-12 text-text-3">{formatClock(attempt.started_at)} UTC</p>
        {attempt.error && (
          <p class="pl-[22px] text-text-2">
            {attempt.error.message} <span class="mono text-12 text-text-3">{attempt.error.code}</span>
          </p>
        )}
        {attempt.retry_at && <p class="pl-[22px] text-12 text-retry">Next attempt at {formatClock(attempt.retry_at)} UTC</p>}
      </li>
    ))}
  </ol>
);
