/**
 * Everything that can be asked of an execution. Time and chance travel in the command, so that deciding is a pure function.
 */
import type { AdmissionAnswer } from '#contracts/admission';
import type { Definition } from '#contracts/definition';
import type { DeadLetterOrder, StartRequest } from '#contracts/execution-rpc';
import type { StepOutcome } from '#contracts/step';
import type { Signal } from '#contracts/waiting';
import type { Resolved } from '#engine/ports';

/** `now` is epoch ms, `random` a number in [0, 1). */
export interface Chance {
  now: number;
  random: number;
}

export type Command = Chance & Order;

/** What is asked; whoever submits it adds the time and the chance. */
export type Order =
  | { type: 'start'; execution_id: string; request: Omit<StartRequest, 'wait_ms'>; run: boolean }
  /** Run on from where the log ends. */
  | { type: 'proceed' }
  /** An attempt has ended. A stale one (another attempt is under way, or none) decides to nothing. */
  | { type: 'outcome'; step: string; phase: 'run' | 'compensate'; run: number; attempt: number; outcome: StepOutcome }
  /** The clock: due timers, retries and deadlines. */
  | { type: 'tick' }
  /** The runtime died with these attempts (`attemptId`s) under way. */
  | { type: 'interrupted'; attempts: string[] }
  /** It has ended its runtime again and again, before anything could be committed. */
  | { type: 'park'; reason: string }
  /** The log has grown to its bound. */
  | { type: 'overflow' }
  | { type: 'cancel'; reason?: string; by: string }
  /** Goes on after a pause or from a breakpoint; tries a compensation that gave up again. */
  | { type: 'resume'; by: string; input?: ReadyInput }
  /** Enters nothing new; what is under way comes to its end. */
  | { type: 'pause'; by: string; reason?: string }
  /** The step that is held at a breakpoint: another input, or past it, or no further, or elsewhere instead. */
  | { type: 'modify'; by: string; input: ReadyInput }
  | { type: 'skip'; by: string }
  | { type: 'abort'; by: string; reason?: string }
  | { type: 'supersede'; by: string; replayed_as: string; from_step: string }
  /** Something from outside. `keep`: it may wait until its step does. */
  | { type: 'signal'; signal: Signal; keep: boolean }
  /** The gate's word; `run`: go on in the same turn. */
  | { type: 'admission'; answer: AdmissionAnswer; run: boolean }
  /** Run on with this definition from now on. */
  | { type: 'migrate'; by: string; version: number; definition: Definition }
  /** What becomes of the letter that the failure left. */
  | ({ type: 'dead_letter' } & DeadLetterOrder)
  /** Its idempotency key is free again, before its time. */
  | { type: 'release_key'; by: string; reason?: string };

/** An input that the step has accepted. */
export type ReadyInput = Extract<Resolved, { kind: 'ready' }>;
