/**
 * The event log's vocabulary: every fact an execution can record.
 *
 * Invariants
 * 1. An event name is for ever. A type is never renamed or reused; its number in EVENT_CODES is its
 *    name on disk, so numbers are only ever appended.
 * 2. The shape of an event's data only grows by optional fields. Anything else is a new version,
 *    lifted by `engine/upcast.ts` on read.
 * 3. Sequence numbers of one execution are 1, 2, 3, … without a gap.
 */

import type { AdmissionRefusal, AdmissionRequest } from '#contracts/admission';
import type { Attributes } from '#contracts/attributes';
import type { RunMocks } from '#contracts/debugging';
import type { Json, JsonObject } from '#contracts/json';
import type { ErrorInfo } from '#contracts/problems';
import type { SecretRef } from '#contracts/step';
import type { Correlation, WaitKind } from '#contracts/waiting';

/** A value in the log: itself, or, above 64 KB, a reference to the same JSON text in the region's R2. */
export type Stored = { value: Json } | { ref: PayloadRef };

export interface PayloadRef {
  /** R2 key: `payloads/{tenant}/{execution_id}/{sha256}`. */
  key: string;
  /** Hex SHA-256 of the JSON text. */
  sha256: string;
  /** Size of the JSON text, bytes. */
  size: number;
}

export const TRIGGER_TYPES = ['http', 'manual', 'event', 'eventbus', 'schedule', 'cron', 'webhook', 'workflow'] as const;
export type TriggerType = (typeof TRIGGER_TYPES)[number];

/** The other end of a call. */
export interface Parent {
  execution_id: string;
  step_name: string;
  /** It waits for the end. */
  waits: boolean;
  /** How many calls stand above this execution, this one included. */
  depth: number;
  /** The calling execution ended with that: this one goes on in its place. */
  continues?: true;
}

export interface EventData {
  /** The execution exists. `definition` is the content hash it is pinned to. */
  'execution.started': {
    execution_id: string;
    tenant_id: string;
    region: string;
    workflow: string;
    workflow_id: string;
    version: number;
    definition: string;
    environment: string;
    pipeline: string;
    trigger: TriggerType;
    trigger_data: Stored;
    trace_id: string;
    /** Span of the caller, when it sent a W3C `traceparent`. */
    parent_span_id?: string;
    idempotency_key?: string;
    /** Until when (epoch ms) a second start with the same key gets this execution. */
    idempotency_expires_at?: number;
    /** Pipeline (or saga) timeout as an instant, epoch ms. */
    deadline?: number;
    /** Who asked: `key:{id}`, `user:{id}`, `http`, `schedule`, … */
    by?: string;
    /** Tags of the start, e.g. `{record_as: 'replay'}`. */
    tags?: JsonObject;
    /** By what it is found. */
    attributes?: Attributes;
    /** A `Recording`: what another execution's log says, taken instead of running it. */
    recorded?: Stored;
    /** The gate that it has to pass before its first step. */
    admission?: AdmissionRequest;
    /** The execution whose step has called this one. */
    parent?: Parent;
    /** Every effect is taken from `recorded`; one that is not there fails, and nothing goes out. */
    dry_run?: true;
    /** No effect goes out: each comes from here, and one that is not here fails. */
    mocks?: RunMocks;
  };
  /** An attempt begins. On disk before the effect goes out: this event is the lease. */
  'step.started': {
    step_name: string;
    step_type: string;
    step_index: number;
    attempt: number;
    idempotency_key?: string;
  };
  /** `secrets`: where the names of secrets stand in the input; their values never come here. */
  'step.input_recorded': { step_name: string; input: Stored; secrets?: SecretRef[] };
  /** `response`: facts beside the output, e.g. HTTP status and headers, span id, reuse of a stored result. */
  'step.output_recorded': { step_name: string; output: Stored; response?: JsonObject };
  /** `next_index`: where the run goes on, where that is not the next step. `continued_as`: the execution that goes on in place of this one. */
  'step.completed': { step_name: string; duration_ms: number; status: 'completed'; attempts: number; next_index?: number; continued_as?: string };
  /** One attempt failed. `final` says that no further attempt follows. */
  'step.failed': { step_name: string; error: ErrorInfo; duration_ms: number; attempts: number; final: boolean };
  'step.skipped': { step_name: string; step_type: string; step_index: number; reason: string; error?: ErrorInfo };
  'step.compensated': { step_name: string; duration_ms: number; attempts: number; output: Stored; response?: JsonObject };
  'conditional.routed': { step_name: string; step_type: string; step_index: number; value: Json; route: string; target: string; target_index: number };
  /** The next attempt is due at `due_at` (epoch ms). `phase` says which of the step's two sides is retried. */
  'retry.attempted': {
    step_name: string;
    phase: 'run' | 'compensate';
    attempt: number;
    delay_ms: number;
    due_at: number;
    /** `failure`: the attempt failed. `interrupted`: the runtime ended while it was under way. */
    reason: 'failure' | 'interrupted';
    error?: ErrorInfo;
  };
  'execution.completed': { duration_ms: number; status: 'completed'; response?: ResponseRef; continued_as?: string };
  'execution.failed': { duration_ms: number; error: ErrorInfo; step_name?: string };
  'execution.cancelled': { duration_ms: number; reason?: string; by?: string };
  /** Undoing begins: `steps` in the order in which they will be undone. */
  'saga.compensating': { reason: 'failed' | 'cancelled' | 'timeout'; error?: ErrorInfo; step_name?: string; steps: string[]; by?: string };
  /** Everything on the list is undone; the execution has ended. */
  'saga.compensated': { duration_ms: number; steps: string[] };
  // Beyond the fifteen of the product document:
  /** A compensation's attempt begins; the lease of the undoing side. Without an input its settings could not be filled in. */
  'compensation.started': { step_name: string; step_type: string; attempt: number; input?: Stored; secrets?: SecretRef[]; idempotency_key?: string };
  'compensation.failed': { step_name: string; error: ErrorInfo; duration_ms: number; attempts: number; final: boolean };
  /** A step waits until an instant (epoch ms) and completes with `output` then; the object sleeps. */
  'timer.scheduled': { step_name: string; due_at: number; output: Stored };
  /** Somebody asked to cancel while an attempt was under way; it takes effect when that attempt ends. */
  'cancel.requested': { reason?: string; by?: string };
  /** A failed compensation is tried again on an operator's word. */
  'compensation.resumed': { by?: string };
  /**
   * It goes on, on another version. What stands elsewhere there: `indexes`, steps of the pipeline itself; `moved`, nodes
   * within blocks, the new index by the old; `positions`, lanes under way, by the path of their strand.
   */
  'execution.migrated': {
    by: string;
    from: PinnedVersion;
    to: PinnedVersion;
    indexes?: { [step: string]: number };
    moved?: { [index: string]: number };
    positions?: { [strand: string]: number };
  };
  /** The execution failed for good, and nobody was there to be told: what started it is kept for an operator until `expires_at` (epoch ms). */
  'dead_letter.recorded': { attempts: number; expires_at: number; replayable: boolean; alert_threshold?: number };
  /** The dead letter was replayed: as this execution. */
  'dead_letter.replayed': { execution_id: string; by: string };
  'dead_letter.discarded': { by: string; reason?: string };
  /** Nothing new is entered any more; what is under way comes to its end. */
  'execution.paused': { by: string; reason?: string };
  'execution.resumed': { by: string };
  /** Paused before this step, for somebody to look. */
  'breakpoint.hit': { step_name: string; step_type: string; step_index: number; breakpoint_id: string; condition?: string; set_by: string; notify?: string[] };
  /** The step that is held will get this input in place of its own. */
  'breakpoint.modified': { step_name: string; input: Stored; secrets?: SecretRef[]; by: string };
  /** What was decided about the step that was held. */
  'breakpoint.released': {
    step_name: string;
    action: 'resume' | 'skip' | 'abort' | 'replay';
    by: string;
    /** `replay`: the execution that goes on in place of this one, and the step it starts from. */
    replayed_as?: string;
    from_step?: string;
  };
  /** The attempt that began does not go out: this is what it comes to, at once or at `due_at` (epoch ms). */
  'step.mocked': { step_name: string; mock_id?: string; by: string; due_at?: number; output?: Stored; error?: ErrorInfo };
  /** A step waits for somebody or something outside, at the latest until `due_at` (epoch ms). */
  'wait.started': { step_name: string; kind: WaitKind; event: string; correlation?: Correlation; due_at?: number };
  /** Something came from outside: for the step that waits for it, or, without one, to be kept until one does. */
  'signal.received': { signal_id: string; name: string; data: Stored; by: string; step_name?: string };
  /** A wait ends at once with a signal that came before it. */
  'signal.taken': { signal_id: string; step_name: string };
  /** It waits before its first step: for a place (`position` when it came), or until starts have settled (`until`, epoch ms). */
  'admission.queued': { reason: 'concurrency' | 'debounce' | 'quota'; position?: number; until?: number };
  /** It may begin; `deadline` as in `execution.started`, counted from now. */
  'admission.granted': { waited_ms: number; deadline?: number };
  /** It will not begin: `by_execution` has the place, or came after it. */
  'admission.refused': { reason: AdmissionRefusal; by_execution?: string };
  /** Its key holds no longer: the next start with it is another execution. */
  'key.released': { by: string; reason?: string };
  /** A breaker did not let the attempt go out. `fallback`: what it came to instead; absent: it failed. */
  'circuit.refused': { step_name: string; phase: 'run' | 'compensate'; breaker: string; retry_after_ms: number; fallback?: 'static' | 'cached' };
  /** A block begins, whose step is `step_name`. `items`: what it goes through; `deadline`: when its time is over, epoch ms. */
  'block.opened': { step_name: string; kind: BlockKind; items?: Stored; choice?: { value: Json; lane: string }; deadline?: number };
  /** A lane of a block begins. Its steps have the block's name and the lane's before their own. */
  'strand.started': { step_name: string; lane: string; position: number };
  /**
   * A lane has ended. `undo`: something in it completed that says how it is undone. `output`: what goes into the block's
   * output, where that is not what the lane's steps came to.
   */
  'strand.ended': { step_name: string; lane: string; outcome: 'completed' | 'failed' | 'stopped'; error?: ErrorInfo; output?: Stored; undo?: true };
  /** The block's end is decided; lanes that still run begin nothing new. */
  'block.stopping': { step_name: string; reason: 'failed' | 'enough' | 'timeout' | 'stopped'; error?: ErrorInfo };
}

/** A definition by content hash, and which version of its workflow that is. */
export interface PinnedVersion {
  definition: string;
  version: number;
}

/** Where the HTTP answer stands: the output of a step that responds. */
export interface ResponseRef {
  step_name: string;
  http_status: number;
}

/** How a block goes through its lanes, see `BlockPlan`. */
export type BlockKind = 'parallel' | 'foreach' | 'branch' | 'while' | 'retry';

export type EventType = keyof EventData;

/** Number of each type on disk. Append only. */
export const EVENT_CODES = {
  'execution.started': 1,
  'step.started': 2,
  'step.input_recorded': 3,
  'step.output_recorded': 4,
  'step.completed': 5,
  'step.failed': 6,
  'step.skipped': 7,
  'step.compensated': 8,
  'conditional.routed': 9,
  'retry.attempted': 10,
  'execution.completed': 11,
  'execution.failed': 12,
  'execution.cancelled': 13,
  'saga.compensating': 14,
  'saga.compensated': 15,
  'compensation.started': 16,
  'compensation.failed': 17,
  'timer.scheduled': 18,
  'cancel.requested': 19,
  'compensation.resumed': 20,
  'dead_letter.recorded': 51,
  'dead_letter.replayed': 52,
  'dead_letter.discarded': 53,
  'execution.paused': 36,
  'execution.resumed': 37,
  'breakpoint.hit': 38,
  'breakpoint.modified': 39,
  'breakpoint.released': 40,
  'step.mocked': 41,
  'wait.started': 42,
  'signal.received': 43,
  'signal.taken': 44,
  'admission.queued': 54,
  'admission.granted': 55,
  'admission.refused': 56,
  // Blocks: 21 to 35
  'block.opened': 21,
  'strand.started': 22,
  'strand.ended': 23,
  'block.stopping': 24,
  'execution.migrated': 61,
  'circuit.refused': 66,
  'key.released': 67,
} as const satisfies Record<EventType, number>;

/** An event before it has a place in the log. */
export type NewEvent = { [T in EventType]: { type: T; data: EventData[T] } }[EventType];

/** An event in the log. `at` is epoch ms. */
export type LogEvent = { [T in EventType]: { seq: number; at: number; type: T; data: EventData[T] } }[EventType];

/** Keys of an event's data that hold a stored value. */
export const STORED_KEYS = ['trigger_data', 'recorded', 'input', 'output', 'data', 'items'] as const;

/** The large values that an event refers to. */
export function payloadRefs(event: LogEvent): PayloadRef[] {
  const data = event.data as Record<string, unknown>;
  const refs: PayloadRef[] = [];
  for (const key of STORED_KEYS) {
    const stored = data[key] as Stored | undefined;
    if (stored && typeof stored === 'object' && 'ref' in stored) refs.push(stored.ref);
  }
  return refs;
}
