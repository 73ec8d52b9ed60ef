/**
 * The state of an execution: what the log says, folded.
 *
 * Invariants
 * 1. Derived from the events alone: `fold(events)` gives the same state on every machine, at any time.
 * 2. Plain JSON, so that it can be hashed and compared.
 * 3. A step's input is kept only while an attempt of it is under way; outputs are kept, for they are the context.
 *
 * Strands. A run stands at several places at once while the lanes of a block are under way: each is a strand, and the
 * pipeline itself is the strand ''. A step inside of a block has the name of its run for its name, and that is the
 * `step_name` of all its events and the end of its keys: the block's step, the lane, the step, as in `fan/left/charge`,
 * `each/17/charge` (the 18th item) or `poll/2/ask` (the third time round). A branch that is a single step has the step's
 * name, so that it is `fan/charge`. Where a jump back has led to the block again, its name carries which time it is:
 * `fan#2/left/charge`. So every run of a step in a block has a name of its own.
 */
import type { AdmissionRefusal } from '#contracts/admission';
import type { BlockKind, EventData, ResponseRef, Stored } from '#contracts/events';
import type { DeadLetterStatus, StepStatus } from '#contracts/execution';
import type { Json, JsonObject } from '#contracts/json';
import type { ErrorInfo } from '#contracts/problems';
import type { SecretRef } from '#contracts/step';
import type { Correlation, Signal, WaitKind } from '#contracts/waiting';

export type ExecutionState = PendingState | StartedState;

/** Nothing in the log yet. */
export interface PendingState {
  phase: { kind: 'pending' };
  seq: 0;
}

export interface StartedState {
  phase: Phase;
  /** Last sequence number folded in. */
  seq: number;
  facts: EventData['execution.started'];
  /** Epoch ms. */
  started_at: number;
  /** Where the run stands, by path; a linear pipeline has the strand '' alone. */
  strands: { [path: string]: Strand };
  /** Strands at their end of which something may have to be undone, or is seen by the steps after their block. */
  kept: { [path: string]: Strand };
  /** Blocks under way, and those that have kept strands, by the name of their step. */
  blocks: { [step: string]: Block };
  /** By the name of their run. */
  steps: { [name: string]: StepState };
  /** Executions that steps have called and wait for, or would wait for had they not been stopped: the step, by their id. */
  calls: { [execution_id: string]: string };
  /** The execution that goes on in place of this one, once it has been started. */
  continued_as?: string;
  /** Attempts under way, by `attemptId`. */
  active: { [id: string]: Attempt };
  /** Asked to cancel while an attempt was under way. */
  cancel?: { reason?: string; by?: string };
  /** What the gate has said last; absent: it has not answered, or there is none. */
  admission?: EventData['admission.queued'] | { reason: 'granted' } | { reason: 'refused'; because: AdmissionRefusal; by_execution?: string };
  /** What the failure left behind. */
  dead_letter?: DeadLetter;
  /** Nothing new is entered until somebody resumes it. */
  paused?: Pause;
  /** A step that was held may be entered: past its breakpoints, with another input where one was given. */
  pass?: { step: string } & GivenInput;
  /** Signals that came before a step waited for them. */
  early?: EarlySignal[];
  /** Ids of the signals that were taken, the latest ones. */
  heard?: string[];
  /** How many mocks each step has had. */
  mocked?: { [step: string]: number };
}

export interface EarlySignal extends Omit<Signal, 'data'> {
  data: Stored;
}

/** By an operator, or before a step that has a breakpoint. */
export interface Pause {
  at: number;
  by: string;
  reason?: string;
  breakpoint?: { id: string; step: string; step_type: string; step_index: number; condition?: string } & GivenInput;
}

/** An input in place of the one that the settings give. */
export interface GivenInput {
  input?: Stored;
  secrets?: SecretRef[];
}

/** Instants are epoch ms. */
export interface DeadLetter {
  status: DeadLetterStatus;
  recorded_at: number;
  expires_at: number;
  /** Calls of the step that failed. */
  attempts: number;
  replayable: boolean;
  alert_threshold?: number;
  /** The execution that it was replayed as. */
  replayed_as?: string;
  closed_at?: number;
  closed_by?: string;
}

/** One position of the run. */
export interface Strand {
  /** Node index to run next. */
  position: number;
  /** The step that it is inside of: begun, and not at its end. */
  inside?: string;
  /** Steps and jumps taken so far. */
  runs: number;
  /** Steps that it has come by, in the order of their first run. */
  steps: string[];
  /** Steps in the order of their (latest) completion; what later ones see follows it. */
  completed: string[];
  /** The block and the lane; absent for the pipeline itself. */
  of?: { block: string; lane: string };
  /** What this lane of a `foreach` is about. */
  item?: Json;
  /** Kept for undoing. */
  undo?: true;
}

/** What a block has come to so far. */
export interface Block {
  kind: BlockKind;
  /** Where the paths of its lanes begin: the name of its step, and, where a jump has led to it again, which time it is. */
  path: string;
  /** Lanes that have begun, and those of them that run. */
  begun: number;
  open: number;
  items?: Json[];
  choice?: { value: Json; lane: string };
  /** By lane: what it came to, or why it failed. */
  results: { [lane: string]: Json };
  errors: { [lane: string]: ErrorInfo };
  /** About the length of the results as JSON. */
  size: number;
  deadline?: number;
  stopping?: { reason: EventData['block.stopping']['reason']; error?: ErrorInfo };
  /** Paths of its kept strands. */
  kept: string[];
  /** The kept strand whose steps those outside see: the way that a branch took, the last time round of a loop. */
  seen?: string;
  /** One of the kept strands may have to be undone. */
  undo?: true;
  /** Its step is at its end. */
  closed?: true;
}

export type Phase =
  | { kind: 'running' }
  | Compensating
  | { kind: 'completed'; at: number; response?: ResponseRef }
  | { kind: 'failed'; at: number; error: ErrorInfo; step_name?: string; saga?: Compensating }
  | { kind: 'cancelled'; at: number; reason?: string; by?: string }
  | { kind: 'compensated'; at: number; saga: Compensating };

export interface Compensating {
  kind: 'compensating';
  reason: 'failed' | 'cancelled' | 'timeout';
  error?: ErrorInfo;
  step_name?: string;
  /** To be undone, in this order. */
  order: string[];
  started_at: number;
}

export interface StepState {
  name: string;
  type: string;
  index: number;
  /** Path of the strand it runs in, where that is not the pipeline itself. */
  strand?: string;
  status: StepStatus;
  /** Calls made. */
  attempts: number;
  /** Attempts that failed; what the retry policy counts. */
  failures: number;
  /** How often the run has come by here; more than once only through jumps. */
  runs: number;
  started_at: number;
  /** Sequence number of its (latest) completion; undoing goes back along it. */
  completed_seq?: number;
  input?: Stored;
  secrets?: SecretRef[];
  output?: Stored;
  /** It only chose the way: its output says where to. */
  routed?: true;
  response?: JsonObject;
  error?: ErrorInfo;
  idempotency_key?: string;
  /** A retry or a timer is due then, epoch ms. */
  due_at?: number;
  /** What it waits for, beside the time. */
  wait?: { kind: WaitKind; event: string; correlation?: Correlation };
  /** What it comes to at `due_at`, without having gone out. */
  mock?: MockedOutcome;
  undo?: UndoState;
}

export interface MockedOutcome {
  mock_id?: string;
  output?: Stored;
  error?: ErrorInfo;
}

export interface UndoState {
  type: string;
  status: 'running' | 'retrying' | 'completed' | 'failed';
  attempts: number;
  failures: number;
  input?: Stored;
  secrets?: SecretRef[];
  idempotency_key?: string;
  due_at?: number;
  error?: ErrorInfo;
}

/** An attempt whose outcome is not in the log yet. */
export interface Attempt {
  step: string;
  phase: 'run' | 'compensate';
  attempt: number;
  started_at: number;
}

export const initialState: ExecutionState = { phase: { kind: 'pending' }, seq: 0 };

/** Which attempt is meant: of which run of the step, and of which of its sides. */
export interface AttemptName {
  step: string;
  phase: 'run' | 'compensate';
  run: number;
  attempt: number;
}

/** Whether this very attempt is under way: a step that is run again begins anew with attempt 1. */
export function isActive(state: StartedState, { step, phase, run, attempt }: AttemptName): boolean {
  return state.active[attemptId(step, phase)]?.attempt === attempt && state.steps[step]?.runs === run;
}

export function attemptId(step: string, phase: 'run' | 'compensate'): string {
  return phase === 'run' ? step : `${step} (undo)`;
}

export function isStarted(state: ExecutionState): state is StartedState {
  return state.phase.kind !== 'pending';
}
