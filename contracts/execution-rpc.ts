/**
 * The doors of the objects, as the Workers see them (native RPC).
 */

import type { AdmissionAnswer, AdmissionRefusal, AdmissionRequest } from '#contracts/admission';
import type { CompensationPlan } from '#contracts/api-compensation-plan';
import type { Attributes } from '#contracts/attributes';
import type { RunMocks } from '#contracts/debugging';
import type { ValueDiff } from '#contracts/diff';
import type { EventData, EventType, LogEvent, Parent, Stored, TriggerType } from '#contracts/events';
import type { DeadLetterFacts, ExecutionStatus, ExecutionSummary, PausedView, QueueFacts, Timeline } from '#contracts/execution';
import type { Json, JsonObject } from '#contracts/json';
import type { LinePage, LineQuery } from '#contracts/log-line';
import type { Measure } from '#contracts/metrics';
import type { ExecutionImpact } from '#contracts/migration';
import type { ErrorInfo } from '#contracts/problems';
import type { Bound, StartBounds } from '#contracts/quota';
import type { Age, AgeQuery } from '#contracts/retention';
import type { HttpAnswer, PerformEffect, StepOutcome } from '#contracts/step';
import type { Correlation, SentSignal, SignalResult, WaitKind } from '#contracts/waiting';

export interface StartRequest {
  tenant: string;
  region: string;
  workflow: string;
  workflow_id: string;
  version: number;
  /** Content hash of the definition. */
  definition: string;
  environment: string;
  pipeline: string;
  trigger: TriggerType;
  trigger_data: Json;
  trace_id: string;
  parent_span_id?: string;
  idempotency_key?: string;
  idempotency_ttl_ms?: number;
  /** How many times this key has been used up before; names the object together with the key. */
  generation?: number;
  by?: string;
  tags?: JsonObject;
  /** By what it is found. */
  attributes?: Attributes;
  /** A `Recording`, as `origin` gave it: a reference may be to the origin's own payload. */
  recorded?: Stored;
  /** The execution whose step calls this one. */
  parent?: Parent;
  /** The gate that it has to pass before its first step. */
  admission?: AdmissionRequest;
  /** What its tenant and application may have at work; absent: as much as comes. Not written down. */
  bounds?: StartBounds;
  /** Every effect comes from `recorded`. */
  dry_run?: true;
  /** Every effect comes from here; the run never goes out. */
  mocks?: RunMocks;
  /** Answer when the execution has ended, at the latest after this; 0: answer once the start is on disk. */
  wait_ms: number;
  /** Answer with the outputs of all steps. */
  with_outputs?: boolean;
}

export type StartResult =
  | {
      kind: 'started' | 'existing';
      execution_id: string;
      trace_id: string;
      status: ExecutionStatus;
      /** Whether `status` is final. */
      ended: boolean;
      /** What the pipeline responded, if it did. */
      answer?: HttpAnswer;
      /** Outputs by step, once ended, where asked for. */
      outputs?: JsonObject;
      /** What it came to as a whole, once ended, where it was called. */
      output?: Json;
      error?: ErrorInfo;
      /** It waits before its first step. */
      queue?: QueueFacts;
      /** It did not begin: `by` has the place, or came after it. */
      refused?: { reason: AdmissionRefusal; by?: string };
    }
  /** The key's time is over: start the given generation of the key instead. */
  | { kind: 'expired'; generation: number }
  /** The tenant, or the application, has too much at work: nothing was stored. */
  | { kind: 'full'; bound: Bound; waiting: number }
  /** It has come from another region under its own id, and is there. */
  | { kind: 'elsewhere'; execution_id: string };

export interface EventQuery {
  /** First sequence number wanted; default 1. */
  from?: number;
  limit: number;
  types?: string[];
  /** Only what is about this step. */
  step?: string;
}

export interface EventPage {
  items: LogEvent[];
  /** `from` of the next page. */
  next: number | null;
}

export type ControlResult =
  | { ok: true; status: ExecutionStatus }
  | {
      ok: false;
      code:
        | 'execution_finished'
        | 'not_resumable'
        | 'read_only'
        | 'already_paused'
        | 'not_pausable'
        | 'not_at_breakpoint'
        | 'invalid_input'
        | 'still_running'
        | 'key_at_work'
        | 'key_free';
      status: ExecutionStatus;
      message?: string;
      details?: Json;
    };

/** What somebody decides about a step that is held at a breakpoint. */
export type HoldOrder = { by: string } & (
  | { action: 'modify'; input: JsonObject }
  | { action: 'resume'; input?: JsonObject }
  | { action: 'skip' }
  | { action: 'abort'; reason?: string }
  /** `replayed_as` goes on in place of this one. */
  | { action: 'replay'; replayed_as: string; from_step: string }
);

/** What the next step sees. */
/** What of a timeline is wanted; all of it without anything. The facts of the execution are in every answer. */
export interface TimelinePartQuery {
  /** A page of the steps that fit. */
  from?: number;
  limit?: number;
  /** Steps that an event after this one said something of. */
  since?: number;
  /** One step. */
  step?: string;
  /** Without what steps were given and gave. */
  slim?: boolean;
}

/** `next`: index at which the next page begins, where there is one. */
export type TimelinePart = Timeline & { next?: number };

export interface ContextView {
  execution_id: string;
  status: ExecutionStatus;
  context: JsonObject;
  /** The event after which this is, when an earlier moment was asked for. */
  after?: {
    seq: number;
    type: EventType;
    /** ms. */
    at: number;
    step?: string;
    /** What the event changed of the context; `changes_cut`: there is more than is listed. */
    changes: ValueDiff;
    changes_cut: boolean;
  };
  /** The step that is held at a breakpoint, and the input it would get; `error`: why its settings give none. */
  next?: { step: string; type: string; input?: Json; modified?: true; error?: ErrorInfo };
}

/** The summary, and what the execution stands at. */
export interface ExecutionNow extends ExecutionSummary {
  waiting_for?: WaitingFor[];
  paused?: PausedView;
}

export interface WaitingFor {
  step: string;
  kind: 'time' | 'retry' | WaitKind;
  /** Name to send a signal under. */
  event?: string;
  correlation?: Correlation;
  /** At the latest; ISO 8601. */
  until?: string;
  /** Settings of the wait, as the step has them: who may approve, which form. */
  input?: Json;
}

export type DeadLetterOrder = { action: 'replayed'; execution_id: string; by: string } | { action: 'discarded'; reason?: string; by: string };

/** Another definition of the same workflow. With `by` the execution is moved there, without it is only looked at. */
export interface MigrationTarget {
  tenant: string;
  definition: string;
  version: number;
  by?: string;
}

export type MigrationOutcome = ExecutionImpact & { definition: string; workflow_id: string; environment: string; moved?: true };

/** What a replay asks of its origin: facts alone, or the record too. */
export interface OriginQuery {
  /** The record, to be followed up to the last run of this step. */
  before?: string;
  /** The whole record, effects after `before` included. */
  whole?: boolean;
}

export interface Origin {
  /** As it started; `trigger_data` may be a reference. What it took from a record of its own is left out. */
  facts: Omit<EventData['execution.started'], 'recorded' | 'dry_run'>;
  /** Names of the steps that ran, each once, in the order of their first run. */
  ran: string[];
  /** A `Recording`; absent when none was asked for, or when `before` never ran. */
  recorded?: Stored;
}

/**
 * One execution. Every call names the tenant; an object that belongs to another one answers `null`,
 * just as one that does not exist.
 */
/** What a called execution came to, for the step that waits for it. */
export type CallReport = { execution_id: string; step_name: string } & ({ output: Json } | { error: ErrorInfo });

export interface ExecutionRpc {
  start(request: StartRequest): Promise<StartResult>;
  /** Where the latest generation of this object's key is, so that callers need not walk through all. */
  noteGeneration(tenant: string, generation: number): Promise<void>;
  summary(tenant: string): Promise<ExecutionNow | null>;
  /** What it has taken so far, by its log. */
  measure(tenant: string): Promise<Measure | null>;
  /** What the next step sees: its context, and at a breakpoint its input. */
  context(tenant: string, after?: number): Promise<ContextView | null>;
  /** All steps, or, with `steps`, so many from a place on. */
  timeline(tenant: string, query?: TimelinePartQuery): Promise<TimelinePart | null>;
  events(tenant: string, query: EventQuery): Promise<EventPage | null>;
  /** What it says, the newest first. */
  lines(tenant: string, query: LineQuery): Promise<LinePage | null>;
  cancel(tenant: string, order: { reason?: string; by: string }): Promise<ControlResult | null>;
  /** Enters nothing new; what is under way comes to its end. */
  pause(tenant: string, order: { reason?: string; by: string }): Promise<ControlResult | null>;
  /** Goes on after a pause or from a breakpoint; tries a failed compensation again. */
  resume(tenant: string, order: { by: string }): Promise<ControlResult | null>;
  /** Decides about the step that is held at a breakpoint. */
  hold(tenant: string, order: HoldOrder): Promise<ControlResult | null>;
  signal(tenant: string, sent: SentSignal): Promise<SignalResult | null>;
  /** The key that it was started with is free before its time: the next start with it is another execution. */
  releaseKey(tenant: string, order: { reason?: string; by: string }): Promise<ControlResult | null>;
  /** Folds the log anew, compares it with the state in memory (`equal: false` is a defect), and hands the index its row again. */
  rebuild(tenant: string): Promise<{ equal: boolean; events: number; status: ExecutionStatus; state_hash: string; differences: string[] } | null>;
  /** What cancelling now would run. Changes nothing. */
  compensationPlan(tenant: string): Promise<CompensationPlan | null>;
  /** All of it as one file, see `portable/lines.ts`. */
  export(tenant: string): Promise<ReadableStream<Uint8Array> | null>;
  /** Whether it could run on another definition; with `by`, it does so from now on where nothing stands against it. */
  migration(tenant: string, target: MigrationTarget): Promise<MigrationOutcome | null>;
  /** What a replay of this execution starts from. Changes nothing. */
  origin(tenant: string, query: OriginQuery): Promise<Origin | null>;
  /** What the gate has decided since it was asked. */
  admit(tenant: string, answer: AdmissionAnswer): Promise<void>;
  /** The letter that its failure left, after the order where there is one; `letter: null`: it left none. An order to a letter that is closed changes nothing. */
  deadLetter(tenant: string, order?: DeadLetterOrder): Promise<{ facts: Origin['facts']; letter: DeadLetterFacts | null } | null>;
  /** Whether it has been over for so long that it may go. Changes nothing. `null`: there is nothing here. */
  age(tenant: string, query: AgeQuery): Promise<Age | null>;
  /** Everything of it goes if it is old, and nobody is looking at it. Whether nothing is left of it here. */
  eraseOld(tenant: string, query: AgeQuery): Promise<boolean>;
  /** Everything of it goes: its tenant is erased. */
  erase(tenant: string): Promise<void>;
  /** What a queue consumer has to do for a detached step; `null` when the order is stale. */
  claim(tenant: string, order: DetachedOrder): Promise<PerformEffect | null>;
  /** An execution that a step of this one has called has ended. Late or doubled reports change nothing. */
  childEnded(tenant: string, report: CallReport): Promise<void>;
  /** A detached step's outcome. Late or doubled ones change nothing. */
  deliver(tenant: string, report: DetachedOrder & { outcome: StepOutcome }): Promise<void>;
}

/** Names one attempt of a detached step. */
export interface DetachedOrder {
  step: string;
  phase: 'run' | 'compensate';
  run: number;
  attempt: number;
}

/** The message on the queue of detached steps: ids only, so that no payload leaves the object. */
export interface DetachedMessage extends DetachedOrder {
  tenant: string;
  execution_id: string;
}
