/** What an auditor has written down so far: of each run of a step, of each strand, of each block, and where the whole stands. */
import type { Pipeline } from '#contracts/definition';
import type { LogEvent } from '#contracts/events';
import type { Activity, ActivityNode, BlockNode, Node, OnError, RetryPolicy } from '#contracts/graph';
import { COMPENSATION_RETRY } from '#engine/retry';
import type { Plan } from '../plan.ts';
import { holds } from '../violation.ts';

export type Event<T extends LogEvent['type']> = Extract<LogEvent, { type: T }>;

/** One side of a step: its attempts of one run, or its undoing. */
export interface Side {
  attempt: number;
  failures: number;
  interruptions: number;
  /** How often it was given a fresh budget. */
  resumes: number;
  key?: string;
  input?: string;
  status: 'running' | 'retrying' | 'waiting' | 'done' | 'failed';
  /** From when on it may go on; of one that waits for a signal: never, until that has come. */
  dueAt: number;
  /** Something stands in for what was never done. */
  standIn?: true;
}

export function newSide(more: Partial<Side> = {}): Side {
  return { attempt: 1, failures: 0, interruptions: 0, resumes: 0, status: 'running', dueAt: 0, ...more };
}

/** One position of the run: the pipeline's own, or that of a lane. */
export interface Line {
  position: number;
  end: number;
  /** The step that it is inside of. */
  inside?: string;
  of?: { block: string; lane: string };
  ended?: true;
}

/** A block's lanes: how each of them goes or went. */
export interface BlockBook {
  node: BlockNode;
  path: string;
  lanes: Map<string, 'running' | 'completed' | 'failed' | 'stopped'>;
  items: number;
  chosen?: string;
  stopping: boolean;
  closed: boolean;
}

/** What somebody has laid over the run, and what has come from outside. */
interface Steering {
  /** The step that is held at a breakpoint. */
  held?: string;
  /** The step that was let go, and has not begun. */
  passed?: string;
  /** Inputs that were given to held steps, by step, as text. */
  given: Map<string, string>;
  /** How many mocks each step has had. */
  mocked: Map<string, number>;
  /** Steps that wait for something beside the time. */
  waits: Map<string, { kind: string; event: string }>;
  /** Ids of signals, and the early ones that no step has taken. */
  heard: Set<string>;
  early: Map<string, string>;
  /** Another execution goes on in place of this one. */
  superseded: boolean;
}

export class Books {
  readonly runs = new Map<string, Side>();
  readonly undos = new Map<string, Side>();
  completed: string[] = [];
  readonly active = new Set<string>();
  readonly lines = new Map<string, Line>();
  readonly blocks = new Map<string, BlockBook>();
  /** How often the run has come by each step: it has begun, or was skipped. */
  readonly begun = new Map<string, number>();
  /** The node of each run. */
  readonly nodes = new Map<string, Node>();
  cancelled = false;
  /** Since when it is paused. */
  pausedAt: number | undefined;
  deadline = Number.POSITIVE_INFINITY;
  ended: LogEvent['type'] | undefined;
  /** What is undone, in order. */
  order: string[] | undefined;
  hasLetter = false;
  /** Until when its key holds. */
  keyUntil = 0;
  /** Where it stands at its gate; `undefined`: it has none, or has passed. */
  gate: 'asked' | 'queued' | 'refused' | undefined;
  readonly steering: Steering = {
    given: new Map(),
    mocked: new Map(),
    waits: new Map(),
    heard: new Set(),
    early: new Map(),
    superseded: false,
  };

  constructor(
    public pipeline: Pipeline,
    readonly plan: Pick<Plan, 'board' | 'mocks'>,
  ) {
    this.lines.set('', { position: 0, end: pipeline.main ?? pipeline.nodes.length });
  }

  get root(): Line {
    return this.lines.get('')!;
  }

  runOf(name: string): Side {
    const run = this.runs.get(name);
    holds(run !== undefined, `${name} has begun`);
    return run;
  }

  undoOf(name: string): Side {
    const undo = this.undos.get(name);
    holds(undo !== undefined, `the undoing of ${name} has begun`);
    return undo;
  }

  blockOf(name: string): BlockBook {
    const block = this.blocks.get(name);
    holds(block !== undefined, `${name} is a block that has begun`);
    return block;
  }

  activity(name: string): ActivityNode {
    const node = this.nodes.get(name);
    holds(node?.kind === 'activity', `${name} is an activity`);
    return node;
  }

  /** The strand that a step runs in; that of a lane of one step has the name of the step. */
  lineOf(name: string): Line {
    const line = this.lines.get(name) ?? this.lines.get(name.slice(0, Math.max(0, name.lastIndexOf('/'))));
    holds(line !== undefined, `${name} runs in a strand that has begun`);
    return line;
  }

  // --- where it stands ------------------------------------------------------------------------

  isStopping(line: Line): boolean {
    for (let at: Line | undefined = line; at?.of; at = this.lineOf(at.of.block)) if (this.blocks.get(at.of.block)?.stopping) return true;
    return false;
  }

  hasOpenBlock(): boolean {
    return [...this.blocks.values()].some((block) => !block.closed);
  }

  anyAsleep(): boolean {
    return [...this.runs.values()].some(({ status }) => status === 'waiting' || status === 'retrying');
  }

  /** An answer given within blocks ends them all. */
  answered(): boolean {
    return [...this.nodes].some(([name, node]) => node.kind === 'activity' && node.responds && this.runs.get(name)?.status === 'done');
  }

  // --- changes --------------------------------------------------------------------------------

  settle(name: string, status: Side['status']): void {
    this.runOf(name).status = status;
    this.active.delete(name);
    this.steering.waits.delete(name);
  }

  complete(name: string, next?: number): void {
    this.completed = [...this.completed.filter((each) => each !== name), name];
    this.leave(name, next);
  }

  /** Its strand goes on behind it. */
  leave(name: string, next = this.nodes.get(name)!.index + 1): void {
    const line = this.lineOf(name);
    line.position = next;
    line.inside = undefined;
  }

  /** The time that a pause took counts for no deadline. */
  goOn(at: number): void {
    this.deadline += at - this.pausedAt!;
    this.pausedAt = undefined;
  }

  end(event: LogEvent): void {
    this.ended = event.type;
    this.active.clear();
  }

  // --- policies -------------------------------------------------------------------------------

  retryOf(name: string): RetryPolicy | undefined {
    const node = this.nodes.get(name);
    if (node?.kind === 'block') return node.plan.kind === 'retry' ? node.plan.policy : undefined;
    return node?.kind === 'activity' ? node.retry : undefined;
  }

  undoPolicy(name: string): RetryPolicy {
    return (this.activity(name).compensate as Activity).retry ?? COMPENSATION_RETRY;
  }

  onError(name: string): OnError {
    return this.ownOnError(name) ?? (this.pipeline.saga ? 'compensate' : this.pipeline.on_error);
  }

  ownOnError(name: string): OnError | undefined {
    const node = this.nodes.get(name)!;
    return node.kind === 'conditional' ? undefined : node.on_error;
  }

  whenOverTime(): 'stop' | 'compensate' {
    return this.pipeline.saga !== undefined || this.pipeline.on_error === 'compensate' ? 'compensate' : 'stop';
  }
}
