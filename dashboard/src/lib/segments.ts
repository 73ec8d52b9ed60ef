/**
 * The parts of a step's bar: running and waiting, attempt by attempt. Pure; ms from the start of the execution.
 *
 * Invariants
 * 1. Segments are in order of time and none is negative, whatever the clocks of the parts said.
 */
import type { StepStatus, TimelineAttempt } from '#contracts/execution';
import type { SlimStep } from './timeline';

export type LineStatus = StepStatus | 'cancelled';

export interface Segment {
  kind: 'run' | 'wait';
  start: number;
  end: number;
  status: LineStatus;
  attempt?: number;
  /** Still going on: its end is the present moment. */
  open: boolean;
}

export function segmentsOf(step: SlimStep, start: number, end: number, open: boolean, origin: number): Segment[] {
  const status = step.status;
  const log = step.attempt_log ?? [];
  if (status === 'skipped') return [{ kind: 'run', start, end, status, open: false }];
  const waited = step.waited_from === undefined ? undefined : Math.min(end, Math.max(start, Date.parse(step.waited_from) - origin));
  if (log.length === 0) {
    if (waited !== undefined) return ranThenWaited(start, waited, end, status, open);
    const waits = status === 'waiting' || step.waiting_until !== undefined;
    return [{ kind: waits ? 'wait' : 'run', start, end, status: status === 'waiting' || waits ? 'waiting' : status, open }];
  }
  const segments: Segment[] = [];
  log.forEach((attempt, i) => {
    const last = i === log.length - 1;
    const from = Math.max(segments.at(-1)?.end ?? 0, Date.parse(attempt.started_at) - origin, 0);
    const running = last && open && attempt.status === 'running' && status !== 'waiting';
    const to = running ? Math.max(from, end) : Math.max(from, from + (attempt.duration_ms ?? (last ? Math.max(0, end - from) : 0)));
    if (last && waited !== undefined) {
      segments.push(...ranThenWaited(Math.min(from, waited), waited, end, status, open, attempt.attempt));
      return;
    }
    // Of a step that slept, the attempt is the sleep.
    if (last && step.waiting_until !== undefined && attempt.status !== 'failed') {
      segments.push({ kind: 'wait', start: from, end: Math.max(from, end), status: 'waiting', attempt: attempt.attempt, open });
      return;
    }
    segments.push({ kind: 'run', start: from, end: to, status: attemptStatus(attempt, last, status), attempt: attempt.attempt, open: running });
    const next = log[i + 1];
    const due = next ? Date.parse(next.started_at) - origin : open && attempt.retry_at ? Math.max(end, to) : undefined;
    if (due !== undefined && due > to) segments.push({ kind: 'wait', start: to, end: due, status: 'retrying', open: !next });
  });
  return segments;
}

/** What it did before it waited, where that took any time, and the wait. */
function ranThenWaited(start: number, waited: number, end: number, status: LineStatus, open: boolean, attempt?: number): Segment[] {
  const about = attempt === undefined ? {} : { attempt };
  const ran: Segment[] = waited > start ? [{ kind: 'run', start, end: waited, status: open ? 'completed' : status, ...about, open: false }] : [];
  return [...ran, { kind: 'wait', start: waited, end: Math.max(waited, end), status: 'waiting', ...about, open }];
}

function attemptStatus(attempt: TimelineAttempt, last: boolean, status: StepStatus): LineStatus {
  if (attempt.status === 'failed' || attempt.status === 'interrupted') return last && status === 'failed' ? 'failed' : 'retrying';
  if (attempt.status === 'running') return 'running';
  return status === 'running' || status === 'retrying' ? 'completed' : status;
}
