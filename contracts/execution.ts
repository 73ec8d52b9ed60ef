/**
 * What a reader sees of an execution: statuses, the timeline (shape of `vision.txt` 3d), the index row.
 */

import type { AdmissionRefusal } from '#contracts/admission';
import type { Attributes } from '#contracts/attributes';
import type { BlockKind, PinnedVersion } from '#contracts/events';
import type { Json, JsonObject } from '#contracts/json';
import type { MachineRow } from '#contracts/machine';
import type { PackedMeasure } from '#contracts/metrics';
import type { ErrorInfo } from '#contracts/problems';
import type { Correlation, WaitKind } from '#contracts/waiting';

export const EXECUTION_STATUSES = ['pending', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled', 'compensating', 'compensated'] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

/** Of those that did not come to what was wanted of them: what metrics count as errors. */
export const WRONG_STATUSES: readonly ExecutionStatus[] = ['failed', 'compensated'];

export const FINAL_STATUSES: readonly ExecutionStatus[] = ['completed', 'failed', 'cancelled', 'compensated'];

export const STEP_STATUSES = ['pending', 'running', 'retrying', 'completed', 'failed', 'skipped', 'compensated', 'waiting'] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

/** Stands for a value too large to be shown inline; `url` answers the whole JSON. */
export interface PayloadLink {
  _payload: { sha256: string; size: number; url: string };
}

/** One call of a step, or the wait before the next. Instants are ISO 8601 UTC with milliseconds. */
export interface TimelineAttempt {
  attempt: number;
  started_at: string;
  duration_ms?: number;
  status: 'running' | 'completed' | 'failed' | 'interrupted';
  error?: ErrorInfo;
  /** When the next attempt is or was due. */
  retry_at?: string;
}

export interface TimelineCompensation {
  type: string;
  status: 'pending' | 'running' | 'retrying' | 'completed' | 'failed';
  started_at?: string;
  duration_ms?: number;
  attempts: number;
  input?: Json;
  output?: Json;
  error?: ErrorInfo;
}

export interface TimelineBlock {
  kind: BlockKind;
  begun: number;
  completed: number;
  failed: number;
  stopped: number;
  /** How many items there are to go through. */
  items?: number;
  /** The branch that was taken. */
  branch?: string;
}

export interface TimelineStep {
  name: string;
  type: string;
  /** Position in the definition. */
  index: number;
  status: StepStatus;
  started_at?: string;
  /** Offset from the execution's start, ms. */
  offset_ms?: number;
  duration_ms?: number;
  input?: Json;
  output?: Json;
  /** Facts beside the output: status code and headers of a call, whether a stored result was reused. */
  response?: JsonObject;
  error?: ErrorInfo;
  attempts: number;
  attempt_log?: TimelineAttempt[];
  idempotent?: boolean;
  idempotency_key?: string;
  /** Why it was skipped. */
  reason?: string;
  /** Where a conditional went. */
  route?: { value: Json; route: string; target: string };
  /** Of a step in a block: the block's step, and which of its lanes. */
  parent?: string;
  lane?: string;
  /** Of a block: its lanes that have begun, and how they ended. */
  block?: TimelineBlock;
  /** Since when it only waits: for a time, an answer, or what it called. It stays when the step has ended. */
  waited_from?: string;
  /** Until when a waiting step sleeps. */
  waiting_until?: string;
  /** What it waits for beside the time; its settings are in `input`. */
  waiting_for?: { kind: WaitKind; event: string; correlation?: Correlation };
  /** Nothing went out: it came to what this mock says. */
  mocked?: { by: string; mock_id?: string };
  compensation?: TimelineCompensation;
  trace_id?: string;
  span_id?: string;
}

/** Why nothing goes on: somebody paused it, or it is held before a step. */
export interface PausedView {
  since: string;
  /** Who paused it, or who set the breakpoint. */
  by: string;
  reason?: string;
  breakpoint?: { id: string; step: string; condition?: string; input?: Json };
}

export interface Timeline {
  execution_id: string;
  workflow: string;
  workflow_id: string;
  version: number;
  definition: string;
  environment: string;
  region: string;
  pipeline: string;
  tenant: string;
  status: ExecutionStatus;
  started_at: string;
  completed_at?: string;
  duration_ms?: number;
  trigger: JsonObject;
  steps: TimelineStep[];
  error?: ErrorInfo;
  saga?: { status: 'compensating' | 'compensated' | 'failed'; reason: string; order: string[] };
  paused?: PausedView;
  /** Somebody asked to cancel it. */
  cancelled?: { by?: string; reason?: string };
  /** It waits before its first step. */
  queue?: QueueFacts;
  /** It did not begin: `by` has the place, or came after it. */
  refused?: { reason: AdmissionRefusal; by?: string };
  /** What its failure left behind. */
  dead_letter?: DeadLetterFacts;
  /** Moves to other versions; `version` and `definition` are what it is pinned to now. */
  migrations?: { seq: number; at: string; by: string; from: PinnedVersion; to: PinnedVersion }[];
  /** The execution that goes on in place of this one. */
  continued_as?: string;
  metadata: JsonObject;
  /** Sequence number of the last event folded in; a live view continues from here. */
  last_seq: number;
  /** Of a page: how many steps there are in all. */
  steps_total?: number;
}

/** One line of the execution list: what the regional index keeps. */
export interface ExecutionSummary {
  execution_id: string;
  workflow: string;
  workflow_id: string;
  version: number;
  environment: string;
  pipeline: string;
  tenant: string;
  status: ExecutionStatus;
  trigger: string;
  started_at: string;
  completed_at?: string;
  duration_ms?: number;
  current_step?: string;
  error?: { code: string; message: string };
  /** By what it is found. */
  attributes?: Attributes;
  /** The key that it was started with, and until when a start with it answers this execution; ISO 8601. */
  idempotency_key?: string;
  idempotency_expires_at?: string;
  /** It has not begun: why, and where it stands. */
  queue?: QueueFacts;
  /** Where it lives; said by lists. */
  region?: string;
}

/** Of an execution that waits before its first step. `position` as it was when it came; whoever shows it asks the gate how it is now. */
export interface QueueFacts {
  /** `asking`: the gate has not answered yet. */
  reason: 'asking' | 'concurrency' | 'debounce' | 'quota';
  key?: string;
  position?: number;
  /** Of `quota`: whose, `{tenant}` or `{tenant}/{workflow}/{environment}`. */
  of?: string;
  /** When it begins if nothing else comes, ISO 8601. */
  until?: string;
  /** Executions that hold the places. */
  holders?: string[];
}

export const DEAD_LETTER_STATUSES = ['waiting', 'replayed', 'discarded'] as const;
export type DeadLetterStatus = (typeof DEAD_LETTER_STATUSES)[number];

/** A dead letter as lists show it, less what its execution's own line says. Its id is that of the execution. Instants are ISO 8601. */
export interface DeadLetterFacts {
  status: DeadLetterStatus;
  failed_at: string;
  expires_at: string;
  /** The step that failed, and how often it was called. */
  step?: string;
  attempts: number;
  error: { code: string; message: string };
  replayable: boolean;
  alert_threshold?: number;
  replayed_as?: string;
  closed_at?: string;
  closed_by?: string;
}

/** What the outbox hands to the projector: the whole row, so that any later message replaces an earlier. */
export interface ProjectionMessage {
  kind: 'execution';
  /** Last sequence number folded in; the index keeps the row with the greatest. */
  seq: number;
  summary: ExecutionSummary;
  /** It has ended, and its application asks for more to be made of it: the hash of the definition that says what. */
  observed_as?: string;
  /** Goes to the list of dead letters, in the same commit. */
  dead_letter?: DeadLetterFacts;
  /** What it took, once it has ended. */
  measure?: PackedMeasure;
}

/** One message on the projection queue: the rows that were ready at the same time. */
export type ProjectionEnvelope = { kind: 'executions'; rows: ProjectionMessage[] } | { kind: 'machines'; rows: MachineRow[] };

/** What a tenant has deployed has changed: its other regions are to hear of it. */
export interface ReplicationOrder {
  kind: 'replicate';
  tenant: string;
}
