/**
 * A state as a shape, so that it can be told without its colour: check, cross, ring in motion, loop, pause, dash,
 * return arrow, stop. Decorative unless `title` is given; the word stands beside it.
 */
import type { ExecutionStatus, StepStatus } from '#contracts/execution';

export type AnyStatus = ExecutionStatus | StepStatus;

const WORDS: Record<AnyStatus, string> = {
  pending: 'Pending',
  running: 'Running',
  retrying: 'Retrying',
  waiting: 'Waiting',
  paused: 'Paused',
  completed: 'Completed',
  failed: 'Failed',
  skipped: 'Skipped',
  cancelled: 'Cancelled',
  compensating: 'Compensating',
  compensated: 'Compensated',
};

export function statusWord(status: AnyStatus): string {
  return WORDS[status];
}

/** Rendered inline, not as a component: a list of a thousand has no thousand boundaries. */
export const StatusMark = ({ status, size = 14 }: { status: AnyStatus; size?: number }) => (
  <svg class="mark" data-status={status} width={size} height={size} viewBox="0 0 14 14" fill="none" aria-hidden="true" focusable="false">
    {shape(status)}
  </svg>
);

function shape(status: AnyStatus) {
  switch (status) {
    case 'completed':
      return (
        <>
          <circle cx="7" cy="7" r="6.5" fill="currentColor" />
          <path d="M4.2 7.3 6.2 9.2 9.8 5.1" stroke="var(--bg)" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
        </>
      );
    case 'failed':
      return (
        <>
          <rect x="0.5" y="0.5" width="13" height="13" rx="3" fill="currentColor" />
          <path d="M4.7 4.700l4.6 4.600M9.3 4.7 4.7 9.3" stroke="var(--bg)" stroke-width="1.6" stroke-linecap="round" />
        </>
      );
    case 'running':
      return (
        <>
          <circle cx="7" cy="7" r="5.5" stroke="currentColor" stroke-width="2" opacity="0.3" />
          <path class="mark-turning" d="M7 1.500A5.5 5.5 0 0 1 12.5 7" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
        </>
      );
    case 'retrying':
      return (
        <path
          d="M11.9 7A4.9 4.9 0 1 1 10.4 3.500L12 5M12.1 1.700V5.100H8.7"
          stroke="currentColor"
          stroke-width="1.7"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      );
    case 'waiting':
    case 'paused':
      return (
        <>
          <circle cx="7" cy="7" r="5.7" stroke="currentColor" stroke-width="1.6" />
          <path d="M5.5 5v4M8.5 5v4" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" />
        </>
      );
    case 'compensated':
    case 'compensating':
      return (
        <path d="M5 2.5 2 5.5 5 8.500M2.3 5.500H9a3 3 0 0 1 0 6H5.5" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" />
      );
    case 'cancelled':
      return (
        <>
          <circle cx="7" cy="7" r="5.7" stroke="currentColor" stroke-width="1.6" />
          <rect x="4.8" y="4.8" width="4.4" height="4.4" rx="0.8" fill="currentColor" />
        </>
      );
    case 'skipped':
      return <path d="M3 7h8" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" />;
    case 'pending':
      return <circle cx="7" cy="7" r="5" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2 2.2" />;
  }
}

/** Mark and word. */
export const Status = ({ status }: { status: AnyStatus }) => (
  <span class="status" data-status={status}>
    <StatusMark status={status} />
    {WORDS[status]}
  </span>
);
