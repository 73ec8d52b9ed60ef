/** Where the time of an execution went: something ran, or all that there was waited. Pure. */
import { segmentsOf } from './segments';
import type { SlimTimeline } from './timeline';

export interface TimeSpent {
  /** ms in which at least one step ran. */
  running: number;
  /** ms in which nothing ran and at least one step waited: for a time, an answer, or its next attempt. */
  waiting: number;
}

type Interval = [from: number, to: number];

export function timeSpent(timeline: SlimTimeline, now: number): TimeSpent {
  const origin = Date.parse(timeline.started_at);
  const ended = timeline.completed_at !== undefined;
  const elapsed = timeline.duration_ms ?? Math.max(0, now - origin);
  const runs: Interval[] = [];
  const waits: Interval[] = [];
  for (const step of timeline.steps) {
    // What a block takes is what its steps take.
    if (step.block || step.status === 'pending' || step.started_at === undefined) continue;
    const open = !ended && (step.status === 'running' || step.status === 'retrying' || step.status === 'waiting');
    const from = Math.max(0, Date.parse(step.started_at) - origin);
    const to = open ? Math.max(from, elapsed) : from + Math.max(0, step.duration_ms ?? 0);
    for (const { kind, start, end } of segmentsOf(step, from, to, open, origin)) (kind === 'run' ? runs : waits).push([start, end]);
    const undo = step.compensation;
    if (undo?.started_at === undefined) continue;
    const began = Math.max(0, Date.parse(undo.started_at) - origin);
    runs.push([began, undo.duration_ms === undefined ? Math.max(began, elapsed) : began + undo.duration_ms]);
  }
  const running = covered(runs);
  return { running, waiting: covered([...runs, ...waits]) - running };
}

/** Length of the union. */
function covered(intervals: Interval[]): number {
  let total = 0;
  let reached = 0;
  for (const [from, to] of intervals.sort((a, b) => a[0] - b[0])) {
    if (to <= reached) continue;
    total += to - Math.max(from, reached);
    reached = to;
  }
  return total;
}
