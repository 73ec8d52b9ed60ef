/**
 * Executions as they run, made of live messages: for each one its steps in order, and how each fares. Pure.
 *
 * Invariants
 * 1. A message older than what an execution has seen changes nothing.
 * 2. Bounded: at most MOST executions are held, those that run before those that have ended, the newest first; what is
 *    let go of stays in the counts.
 * 3. A step within a block is told by the block's own step.
 */
import { type ExecutionStatus, FINAL_STATUSES, type StepStatus } from '#contracts/execution';
import type { LiveData } from './live-rows';
import type { SlimTimeline } from './timeline';

export interface LiveStep {
  name: string;
  type: string;
  status: StepStatus;
  /** Epoch ms. */
  since?: number;
  duration_ms?: number;
  /** Steps within it that are under way. */
  inside?: number;
  attempts?: number;
}

export interface LiveRun {
  execution_id: string;
  workflow: string;
  pipeline: string;
  status: ExecutionStatus;
  started_at: number;
  ended_at?: number;
  steps: LiveStep[];
  error?: string;
  seq: number;
  /** It was under way before anybody looked. */
  late?: true;
}

export interface LiveCounts {
  started: number;
  completed: number;
  failed: number;
}

export interface LiveBoard {
  /** By id, in the order in which they came. */
  runs: Map<string, LiveRun>;
  counts: LiveCounts;
}

/** Held in memory; what is drawn is less. */
export const MOST = 300;

export function emptyBoard(): LiveBoard {
  return { runs: new Map(), counts: { started: 0, completed: 0, failed: 0 } };
}

/** Steps of a pipeline that are still to come. */
export type Skeleton = readonly { name: string; type: string }[];

/** Takes a message in, in place: a busy platform tells of thousands a second. */
export function take(board: LiveBoard, event: string, data: LiveData, skeleton: Skeleton = []): void {
  let run = board.runs.get(data.execution_id);
  if (!run) {
    const isStart = event === 'execution.started';
    if (FINAL_STATUSES.includes(data.execution_status) && !isStart) return;
    run = begun(data, skeleton, !isStart);
    board.runs.set(run.execution_id, run);
    if (isStart) board.counts.started++;
    thin(board);
  }
  if (data.seq <= run.seq) return;
  run.seq = data.seq;
  const wasFinal = FINAL_STATUSES.includes(run.status);
  run.status = data.execution_status;
  about(run, event, data);
  if (wasFinal || !FINAL_STATUSES.includes(run.status)) return;
  run.ended_at = data.at;
  if (run.status === 'completed') board.counts.completed++;
  else if (run.status !== 'cancelled') board.counts.failed++;
}

function begun({ execution_id, workflow, pipeline, at, execution_status }: LiveData, skeleton: Skeleton, late: boolean): LiveRun {
  const steps = skeleton.map(({ name, type }): LiveStep => ({ name, type, status: 'pending' }));
  return { execution_id, workflow, pipeline, status: execution_status, started_at: at, steps, seq: 0, ...(late ? { late: true as const } : {}) };
}

/** The steps to come of a pipeline have become known: runs that are held get those that they lack, in order. */
export function outline(board: LiveBoard, workflow: string, pipeline: string, skeleton: Skeleton): void {
  for (const run of board.runs.values()) {
    if (run.workflow !== workflow || run.pipeline !== pipeline) continue;
    const known = new Map(run.steps.map((step) => [step.name, step]));
    const steps = skeleton.map(({ name, type }): LiveStep => known.get(name) ?? { name, type, status: 'pending' });
    run.steps = [...steps, ...run.steps.filter(({ name }) => !skeleton.some((one) => one.name === name))];
  }
}

/** As its timeline says: for one that was under way before, or whose messages went by unheard. */
export function adopt(board: LiveBoard, timeline: SlimTimeline, now: number): void {
  const known = board.runs.get(timeline.execution_id);
  if (known && known.seq > timeline.last_seq) return;
  const ended = FINAL_STATUSES.includes(timeline.status);
  if (ended && !known) return;
  board.runs.set(timeline.execution_id, {
    execution_id: timeline.execution_id,
    workflow: timeline.workflow,
    pipeline: timeline.pipeline,
    status: timeline.status,
    started_at: Date.parse(timeline.started_at),
    ...(ended ? { ended_at: known?.ended_at ?? now } : {}),
    steps: timeline.steps.flatMap(({ name, type, status, started_at, duration_ms, attempts }): LiveStep[] =>
      name.includes('/') ? [] : [{ name, type, status, duration_ms, attempts, ...(started_at === undefined ? {} : { since: Date.parse(started_at) }) }],
    ),
    ...(timeline.error ? { error: timeline.error.message } : {}),
    seq: timeline.last_seq,
    late: true,
  });
  thin(board);
}

/** What the message says of a step. */
function about(run: LiveRun, event: string, data: LiveData): void {
  const error = messageOf(data.error);
  if (error && (event === 'execution.failed' || event === 'step.failed' || event === 'saga.compensating')) run.error = error;
  const named = typeof data.step === 'string' ? data.step : undefined;
  if (named === undefined) return;
  const slash = named.indexOf('/');
  if (slash > 0) return within(run, named.slice(0, slash), event);
  const step = stepOf(run, named, data);
  const duration = typeof data.duration_ms === 'number' ? data.duration_ms : step.since === undefined ? undefined : data.at - step.since;
  switch (event) {
    case 'step.started':
      step.status = 'running';
      if (data.attempt === undefined || data.attempt === 1) {
        step.since = data.at;
        step.duration_ms = undefined;
      }
      if (typeof data.attempt === 'number') step.attempts = data.attempt;
      break;
    case 'step.completed':
    case 'conditional.routed':
      step.status = 'completed';
      step.duration_ms = step.since === undefined ? (duration ?? 0) : data.at - step.since;
      step.inside = undefined;
      break;
    case 'step.failed':
      step.status = data.final === true ? 'failed' : 'retrying';
      step.duration_ms = step.since === undefined ? duration : data.at - step.since;
      step.inside = undefined;
      break;
    case 'retry.attempted':
      if (data.phase !== 'compensate') step.status = 'retrying';
      break;
    case 'step.skipped':
      step.status = 'skipped';
      break;
    case 'step.compensated':
      step.status = 'compensated';
      break;
    case 'wait.started':
    case 'timer.scheduled':
      step.status = 'waiting';
      break;
  }
}

function within(run: LiveRun, name: string, event: string): void {
  const block = run.steps.find((step) => step.name === name.replace(/#\d+$/, ''));
  if (!block) return;
  if (event === 'step.started') block.inside = (block.inside ?? 0) + 1;
  else if (event === 'step.completed' || event === 'step.failed') block.inside = Math.max(0, (block.inside ?? 0) - 1);
}

function stepOf(run: LiveRun, name: string, data: LiveData): LiveStep {
  const known = run.steps.find((step) => step.name === name);
  if (known) return known;
  const step: LiveStep = { name, type: typeof data.type === 'string' ? data.type : '', status: 'pending' };
  run.steps.push(step);
  return step;
}

function messageOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string' ? error.message : undefined;
}

/** Lets go of the oldest that have ended; where all run, of the oldest. */
function thin(board: LiveBoard): void {
  if (board.runs.size <= MOST) return;
  for (const [id, { ended_at }] of board.runs) {
    if (ended_at === undefined) continue;
    board.runs.delete(id);
    return;
  }
  board.runs.delete(board.runs.keys().next().value!);
}

export interface LiveView {
  runs: LiveRun[];
  /** Running ones that are held, and not drawn. */
  more: number;
  running: number;
}

/** What is drawn: those that run, the newest first, then those that ended less than `lingerMs` ago. Copies, so that a change is seen. */
export function viewOf(board: LiveBoard, fits: (run: LiveRun) => boolean, { now, most, lingerMs }: { now: number; most: number; lingerMs: number }): LiveView {
  const all = [...board.runs.values()].filter(fits).reverse();
  const going = all.filter(({ ended_at }) => ended_at === undefined);
  const ended = all.filter(({ ended_at }) => ended_at !== undefined && now - ended_at < lingerMs);
  const drawn = [...going.slice(0, most), ...ended].slice(0, most).sort((left, right) => right.started_at - left.started_at);
  return {
    runs: drawn.map((run) => ({ ...run, steps: run.steps.map((step) => ({ ...step })) })),
    more: Math.max(0, going.length - most),
    running: going.length,
  };
}
