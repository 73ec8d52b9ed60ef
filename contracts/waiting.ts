/** What a step can wait for, and what ends the wait. */
import type { Json } from '#contracts/json';

/** `call`: the end of an execution that the step has started. */
export type WaitKind = 'event' | 'approval' | 'call';

/** Which events of the bus are meant: those whose data has these values at these paths. */
export interface Correlation {
  /** Sorted; empty: every event of the name. */
  paths: string[];
  /** Text of the value at each path. */
  values: string[];
}

/** What a step asks for with the outcome `wait`. */
export interface WaitOrder {
  kind: WaitKind;
  /** The name that a signal is sent under; the step's own name serves as well. Of a call: the id of the execution. */
  event: string;
  /** Epoch ms; without one it waits as long as the execution may live. */
  until?: number;
  /** Events of the bus end it too. */
  correlation?: Correlation;
}

/** From outside, for one execution. */
export interface Signal {
  /** Names this very signal: the same id is taken once. */
  id: string;
  /** The event, or the step that waits. */
  name: string;
  data: Json;
  /** `key:{id}`, `admin`, or `event:{source}` for an event of the bus. */
  by: string;
}

/** A signal at the door: also everything its sender may be named by where a step says who may answer. */
export interface SentSignal extends Signal {
  sender: string[];
  source: 'api' | 'bus';
  /** Of an event of the bus: what it was found by. */
  correlation?: Correlation;
}

/** What has come of a signal at the door. */
export type SignalResult =
  | { ok: true; signal_id: string; step?: string; duplicate: boolean }
  | {
      ok: false;
      code:
        | 'execution_finished'
        | 'read_only'
        | 'unknown_signal'
        | 'not_waiting'
        | 'too_many_signals'
        | 'not_an_approver'
        | 'invalid_signal'
        | 'schema_mismatch';
      message: string;
      expected?: string[];
      errors?: { code: string; message: string; path?: string }[];
    };

/** Early signals that one execution keeps. */
export const MAX_EARLY_SIGNALS = 100;
