/** Timelines for the tests of this folder: a start, then steps by their facts. */
import type { Timeline, TimelineStep } from '#contracts/execution';
import { errorInfo } from '#contracts/problems';
import type { SlimTimeline } from '../../../dashboard/src/lib/timeline';

export const ORIGIN = Date.parse('2026-11-23T14:30:00.000Z');
export const at = (ms: number) => new Date(ORIGIN + ms).toISOString();
export const UNAVAILABLE = errorInfo('upstream_status', '503 from payment', { status: 503, retryable: true });

export function step(name: string, more: Partial<TimelineStep> = {}): TimelineStep {
  return { name, type: 'step.http_call', index: 0, status: 'completed', attempts: 1, ...more };
}

/** A step with one finished attempt. */
export function ran(name: string, start: number, ms: number, more: Partial<TimelineStep> = {}): TimelineStep {
  return step(name, {
    started_at: at(start),
    duration_ms: ms,
    attempt_log: [{ attempt: 1, started_at: at(start), duration_ms: ms, status: 'completed' }],
    ...more,
  });
}

export function full(more: Partial<Timeline>): Timeline {
  return {
    execution_id: 'exec_0',
    workflow: 'orders',
    workflow_id: 'wf_1',
    version: 1,
    definition: 'aa',
    environment: 'production',
    region: 'eu',
    pipeline: 'process-order',
    tenant: 'acme',
    status: 'completed',
    started_at: at(0),
    trigger: {},
    steps: [],
    metadata: {},
    last_seq: 1,
    ...more,
  };
}

export function timeline(more: Partial<Timeline>): SlimTimeline {
  return full(more);
}
