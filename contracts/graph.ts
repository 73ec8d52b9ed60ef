/**
 * The steps of a pipeline, compiled: a closed graph that the engine can switch over exhaustively.
 *
 * Invariants
 * 1. Every jump target is an index into `nodes`; nothing is looked up by name at run time.
 * 2. The steps of a block stand in `nodes` too, behind those of the pipeline itself: a lane is a range of them. No jump
 *    leads out of its lane.
 */
import type { BreakerPolicy } from '#contracts/breaker';
import type { Json, JsonObject } from '#contracts/json';
import type { ProblemCode } from '#contracts/problems';

export type OnError = 'stop' | 'skip' | 'continue' | 'compensate';

export type Node = ActivityNode | ConditionalNode | BlockNode;

interface NodeBase {
  name: string;
  index: number;
  type: string;
  /** Condition source; run only when true. */
  if?: string;
  /** Condition source; skip when true. */
  skip_if?: string;
}

/** A step of the open set: the engine knows its name and policy, never its code. */
export interface ActivityNode extends NodeBase, Activity {
  kind: 'activity';
  /** Overrides the pipeline's. */
  on_error?: OnError;
  compensate?: Activity;
}

/** What is run, with its policy; a step's forward side, or its undoing. */
export interface Activity {
  type: string;
  /** Settings with templates unrendered. */
  config: JsonObject;
  /** Runs inside the object's turn, without I/O. */
  pure: boolean;
  /** Its result is the HTTP answer, and the pipeline ends there. */
  responds: boolean;
  /** Waits long: the object sleeps, a queue consumer of the same region performs it and reports back. */
  detached: boolean;
  /** It waits for a signal; see `StepFacts`. */
  waits?: 'early' | 'guarded';
  /** Its output names the next run of the pipeline, and this one ends. */
  continues?: true;
  timeout_ms: number;
  retry?: RetryPolicy;
  /** Calls go out only while it lets them. */
  breaker?: BreakerPolicy;
  /** Whether the same key is promised to have its effect once: the stored result is returned. */
  idempotent: boolean;
  /** Template of the key. Without one the key is `{execution_id}:{step}`. */
  idempotency_key?: string;
}

/** Jumps to one of its targets, and the run continues from there in order. */
export interface ConditionalNode extends NodeBase, Choice {
  kind: 'conditional';
}

/** By a value, one of several. */
export interface Choice {
  config: JsonObject;
  select: { by: 'field'; field: string } | { by: 'expression'; expression: string } | { by: 'flag'; flag: string; user?: string };
  /** Value to the index of what is chosen: a node, or a lane. For an expression: "true" and "false". */
  routes: { [value: string]: number };
  default?: number;
}

/** A step made of steps: it runs its lanes, each as a strand of its own, and completes with what they came to. */
export interface BlockNode extends NodeBase {
  kind: 'block';
  plan: BlockPlan;
  lanes: Lane[];
  /** Of a `retry`: only failures that are worth it are tried again, as those of a step are; absent: whatever went wrong. */
  transient?: true;
  /** From the start of the block, ms; absent: as long as the pipeline may. */
  timeout_ms?: number;
  /** Overrides the pipeline's. */
  on_error?: OnError;
}

/** Steps in order: the nodes from `from` to before `to`. */
export interface Lane {
  name: string;
  from: number;
  to: number;
  /** A single step that gives the lane its name. */
  single?: true;
}

/** `fail_fast`: the first failure ends the block; `collect_errors`: all lanes run, and the output tells of the failed ones. */
export type ErrorStrategy = 'fail_fast' | 'collect_errors';

export type BlockPlan =
  /** All lanes at once; done when all are, or, with a number, when so many have completed. */
  | { kind: 'parallel'; wait: 'all' | number; errors: ErrorStrategy }
  /** The one lane for each item; `items` is a path, a template, or the list itself. */
  | { kind: 'foreach'; items: Json; item: string; index: string; concurrency: number; errors: ErrorStrategy }
  /** One of the lanes, chosen as a conditional chooses; the run goes on at `merge`, or with the next step. */
  | ({ kind: 'branch'; merge?: number } & Choice)
  /** The one lane, again and again while the condition holds, at most `max` times. */
  | { kind: 'while'; condition: string; max: number; variable?: string; collect?: { key: string; from: Json } }
  /** The first lane, tried again after a pause; the second one, if there is one, when all tries have failed. */
  /** `fallback_on`: codes of failures for which the second lane runs; absent: any. */
  | { kind: 'retry'; policy: RetryPolicy; fallback_on?: ProblemCode[] };

export interface RetryPolicy {
  /** Calls in all, the first included; at least 1. */
  max_attempts: number;
  backoff: 'exponential' | 'linear' | 'fixed';
  initial_delay_ms: number;
  max_delay_ms: number;
  /** By how much an exponential delay grows each time; absent: 2. */
  multiplier?: number;
  /** Add up to half of the delay at random. */
  jitter: boolean;
  /** Only these statuses or codes are retried. */
  retry_on?: (number | ProblemCode | string)[];
  /** These are never retried. */
  give_up_on?: (number | ProblemCode | string)[];
}
