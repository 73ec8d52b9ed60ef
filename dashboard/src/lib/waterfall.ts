/**
 * Where everything of the waterfall stands: a pure function of the timeline and the present moment.
 *
 * Invariants
 * 1. Positions are ms from the execution's start; only the page turns them into percent.
 * 2. One line per step, in the timeline's order; its compensation is the line right below it, then the steps within it.
 * 3. Segments of a line are in order of time and none is negative, whatever the clocks of the parts said.
 */
import { nest } from './nesting';
import { type LineStatus, type Segment, segmentsOf } from './segments';
import type { SlimStep, SlimTimeline } from './timeline';

export interface Line {
  /** `s:{name}` or `c:{name}`; unique in a timeline. */
  key: string;
  kind: 'step' | 'compensation';
  step: string;
  type: string;
  status: LineStatus;
  /** Calls made; the badge shows above 1. */
  attempts: number;
  start?: number;
  /** `undefined` while it has not started. Counts while open. */
  duration?: number;
  open: boolean;
  segments: Segment[];
  /** Nothing went out for it. */
  mocked?: true;
  /** What assistive technology reads. */
  label: string;
  /** What the line is called. */
  name: string;
  /** Blocks around it. */
  depth: number;
  /** Of a block: how many steps are in it, how its lanes have fared, and whether they are hidden. */
  block?: { inner: number; closed: boolean; summary: string };
}

export interface Waterfall {
  lines: Line[];
  /** How many steps this is the picture of, whatever is closed or filtered away. */
  steps: number;
  /** ms; the axis ends here. */
  end: number;
  /** When undoing began. */
  undoingFrom?: number;
  /** Something still runs or waits. */
  open: boolean;
}

/** `turned` and `all`: which blocks are open, see `nest`. */
export function layOut(timeline: SlimTimeline, now: number, turned: { readonly [step: string]: boolean } = {}, all = false): Waterfall {
  const origin = Date.parse(timeline.started_at);
  const elapsed = timeline.duration_ms ?? Math.max(0, now - origin);
  const lines: Line[] = [];
  let undoingFrom: number | undefined;
  const ended = timeline.completed_at !== undefined;
  for (const { step, depth, label: name, inner, closed } of nest(timeline.steps, turned, all)) {
    const own = { ...stepLine(step, origin, elapsed, ended), name, depth };
    lines.push(inner > 0 ? { ...own, block: { inner, closed, summary: summaryOf(step, inner) } } : own);
    if (step.compensation) {
      const line = { ...compensationLine(step, origin, elapsed), name: `Undo ${name}`, depth };
      lines.push(line);
      if (line.start !== undefined) undoingFrom = Math.min(undoingFrom ?? Number.POSITIVE_INFINITY, line.start);
    }
  }
  let end = elapsed;
  let open = false;
  for (const line of lines) {
    open ||= line.open;
    for (const segment of line.segments) end = Math.max(end, segment.end);
  }
  return { lines, steps: timeline.steps.length, end: Math.max(end, 1), undoingFrom, open };
}

function stepLine(step: SlimStep, origin: number, elapsed: number, ended: boolean): Omit<Line, 'name' | 'depth'> {
  const start = step.started_at === undefined ? step.offset_ms : Date.parse(step.started_at) - origin;
  // A compensated step did complete: its own bar stays what it was.
  const status = step.status;
  const open = !ended && (status === 'running' || status === 'retrying' || status === 'waiting');
  const line: Omit<Line, 'name' | 'depth'> = {
    key: `s:${step.name}`,
    kind: 'step',
    step: step.name,
    type: step.type,
    status,
    attempts: step.attempts,
    start,
    open,
    segments: [],
    ...(step.mocked ? { mocked: true as const } : {}),
    label: '',
  };
  if (start !== undefined && status !== 'pending') {
    const at = Math.max(0, start);
    line.start = at;
    const end = open ? Math.max(at, elapsed) : at + Math.max(0, step.duration_ms ?? 0);
    line.duration = end - at;
    line.segments = segmentsOf(step, at, end, open, origin);
  }
  line.label = label(line, step.reason);
  return line;
}

function compensationLine(step: SlimStep, origin: number, elapsed: number): Omit<Line, 'name' | 'depth'> {
  const undo = step.compensation!;
  const status: LineStatus = undo.status === 'completed' ? 'compensated' : undo.status;
  const open = undo.status === 'running' || undo.status === 'retrying';
  const line: Omit<Line, 'name' | 'depth'> = {
    key: `c:${step.name}`,
    kind: 'compensation',
    step: step.name,
    type: undo.type,
    status,
    attempts: undo.attempts,
    open,
    segments: [],
    label: '',
  };
  if (undo.started_at !== undefined && undo.status !== 'pending') {
    const start = Math.max(0, Date.parse(undo.started_at) - origin);
    const end = open ? Math.max(start, elapsed) : start + Math.max(0, undo.duration_ms ?? 0);
    line.start = start;
    line.duration = end - start;
    line.segments = [{ kind: undo.status === 'retrying' ? 'wait' : 'run', start, end, status, open }];
  }
  line.label = label(line, undefined);
  return line;
}

/** `12 of 40 done, 1 failed`. */
function summaryOf({ block }: SlimStep, inner: number): string {
  if (!block) return `${inner} steps`;
  const { begun, completed, failed, stopped, items } = block;
  const parts = [`${completed} of ${items ?? begun} done`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (stopped > 0) parts.push(`${stopped} stopped`);
  return parts.join(', ');
}

function label(line: Omit<Line, 'name' | 'depth'>, reason: string | undefined): string {
  const what = line.kind === 'step' ? line.step : `Undoing ${line.step}`;
  const state = line.attempts > 1 ? `${line.status} after ${line.attempts} attempts` : line.status;
  return `${what}, ${line.type}, ${state}${reason ? `, ${reason}` : ''}`;
}
