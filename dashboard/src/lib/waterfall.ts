/**
 * Where everything of the waterfall stands: a pure function of the timeline and the present moment.
 *
 * Invariants
 * 1. Positions are ms from the execution's start; only the page turns them into percent.
 * 2. One line per step, in the timeline's order; its compensation is the line right below it, then the steps within it.
 * 3. Segments of a line are in order of time and none is negative, whatever the clocks of the parts said.
 */
import type { StepStatus, Timeline, TimelineAttempt, TimelineStep } from '#contracts/execution';
import { nest } from './nesting';

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
  /** ms; the axis ends here. */
  end: number;
  /** When undoing began. */
  undoingFrom?: number;
  /** Something still runs or waits. */
  open: boolean;
}

/** What only the detail pane shows; it loads the whole step. */
type Details = 'input' | 'output' | 'response' | 'trace_id' | 'span_id' | 'idempotency_key' | 'compensation';
export type SlimStep = Omit<TimelineStep, Details> & { compensation?: Omit<NonNullable<TimelineStep['compensation']>, 'input' | 'output'> };
export type SlimTimeline = Omit<Timeline, 'steps'> & { steps: SlimStep[] };

/** Drops what the waterfall does not need, so that the page of a thousand steps stays small. */
export function slim(timeline: Timeline): SlimTimeline {
  return { ...timeline, steps: timeline.steps.map(slimStep) };
}

function slimStep(whole: TimelineStep): SlimStep {
  const { input: _i, output: _o, response: _r, trace_id: _t, span_id: _s, idempotency_key: _k, compensation, attempt_log, ...step } = whole;
  const slimmed: SlimStep = step;
  // One attempt that went well is the step's own bar.
  if (attempt_log && !(attempt_log.length === 1 && attempt_log[0]!.status === 'completed')) slimmed.attempt_log = attempt_log;
  if (compensation) {
    const { input: _in, output: _out, ...rest } = compensation;
    slimmed.compensation = rest;
  }
  return slimmed;
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
  return { lines, end: Math.max(end, 1), undoingFrom, open };
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

function segmentsOf(step: SlimStep, start: number, end: number, open: boolean, origin: number): Segment[] {
  const status = step.status;
  const log = step.attempt_log ?? [];
  if (status === 'skipped') return [{ kind: 'run', start, end, status, open: false }];
  if (log.length === 0) {
    const waits = status === 'waiting' || step.waiting_until !== undefined;
    return [{ kind: waits ? 'wait' : 'run', start, end, status: status === 'waiting' || waits ? 'waiting' : status, open }];
  }
  const segments: Segment[] = [];
  log.forEach((attempt, i) => {
    const last = i === log.length - 1;
    const from = Math.max(segments.at(-1)?.end ?? 0, Date.parse(attempt.started_at) - origin, 0);
    const running = last && open && attempt.status === 'running' && status !== 'waiting';
    const to = running ? Math.max(from, end) : Math.max(from, from + (attempt.duration_ms ?? (last ? Math.max(0, end - from) : 0)));
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

function attemptStatus(attempt: TimelineAttempt, last: boolean, status: StepStatus): LineStatus {
  if (attempt.status === 'failed' || attempt.status === 'interrupted') return last && status === 'failed' ? 'failed' : 'retrying';
  if (attempt.status === 'running') return 'running';
  return status === 'running' || status === 'retrying' ? 'completed' : status;
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

/** Round steps of the axis: 1, 2, 5 times a power of ten below a minute, then clock units. */
const CLOCK_STEPS = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400].map((s) => s * 1000);

export interface Tick {
  at: number;
  label: string;
}

/** At most `wanted` ticks after the one at the start, all at round places. */
export function ticks(from: number, to: number, wanted: number): Tick[] {
  const span = Math.max(to - from, Number.MIN_VALUE);
  const step = tickStep(span / Math.max(1, wanted));
  const list: Tick[] = [];
  // Counting by index keeps 0.1 + 0.2 out of the labels.
  for (let n = Math.ceil(from / step - 1e-9); n * step <= to + step * 1e-9; n++) list.push({ at: n * step, label: tickLabel(n * step, step) });
  return list;
}

export function tickStep(least: number): number {
  if (least <= 30_000) {
    const power = 10 ** Math.floor(Math.log10(Math.max(least, 0.001)));
    for (const factor of [1, 2, 5, 10]) if (factor * power >= least * (1 - 1e-9)) return factor * power > 30_000 ? 60_000 : factor * power;
  }
  for (const step of CLOCK_STEPS) if (step >= least) return step;
  const day = 86_400_000;
  const power = 10 ** Math.floor(Math.log10(least / day));
  for (const factor of [1, 2, 5, 10]) if (factor * power * day >= least) return factor * power * day;
  return day;
}

function tickLabel(at: number, step: number): string {
  if (at === 0) return '0';
  if (step < 1) return `${Number(at.toFixed(2))} ms`;
  if (at < 1000) return `${Math.round(at)} ms`;
  if (at < 60_000) return `${Number((at / 1000).toFixed(step < 10 ? 3 : step < 100 ? 2 : step < 1000 ? 1 : 0))} s`;
  if (at < 3_600_000) return unitPair(at / 60_000, 'm', 60, 's');
  if (at < 86_400_000) return unitPair(at / 3_600_000, 'h', 60, 'm');
  return unitPair(at / 86_400_000, 'd', 24, 'h');
}

function unitPair(value: number, large: string, per: number, small: string): string {
  const whole = Math.floor(value + 1e-9);
  const rest = Math.round((value - whole) * per);
  return rest === 0 ? `${whole} ${large}` : `${whole} ${large} ${rest} ${small}`;
}

/** The axis of something still running ends at a round place ahead of now, so that bars do not shrink with every frame. */
export function roundedEnd(elapsed: number): number {
  const step = tickStep(Math.max(elapsed, 100) / 5);
  return Math.ceil((Math.max(elapsed, 100) * 1.04) / step) * step;
}

/** Rows of a long list that are in the DOM: the visible ones and some on both sides. */
export function visibleRange(total: number, rowHeight: number, scrollTop: number, viewport: number, overscan = 12): { from: number; to: number } {
  const from = Math.max(0, Math.floor(scrollTop / rowHeight) - overscan);
  const to = Math.min(total, Math.ceil((scrollTop + viewport) / rowHeight) + overscan);
  return { from: Math.min(from, total), to: Math.max(to, Math.min(from, total)) };
}
