/**
 * Everything that can be asked of an execution. Time and chance travel in the command, so that deciding is a pure function.
 */
import type { DeadLetterOrder, StartRequest } from '#contracts/execution-rpc';
import type { StepOutcome } from '#contracts/step';

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
  /** The log has grown to its bound. */
  | { type: 'overflow' }
  | { type: 'cancel'; reason?: string; by: string }
  | { type: 'resume'; by: string }
  /** What becomes of the letter that the failure left. */
  | ({ type: 'dead_letter' } & DeadLetterOrder);
