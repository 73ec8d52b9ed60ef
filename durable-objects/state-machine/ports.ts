/** What the object of a state machine leans on; the composition root gives it. */
import type { JsonObject } from '#contracts/json';
import type { Machine, MachineAddress, MachineApplication, MachineRow } from '#contracts/machine';
import type { GuardTest } from '#engine/machine';

export interface HookOrder {
  address: MachineAddress;
  application: MachineApplication;
  pipeline: string;
  /** The same key is the same execution. */
  key: string;
  /** What the pipeline sees as its trigger. */
  data: JsonObject;
  /** Who moved the machine. */
  by: string;
}

/** `data`: what the handler answered, an object. */
export type HookResult = { kind: 'passed'; data?: JsonObject } | { kind: 'refused'; message: string } | { kind: 'running' };

export interface MachineRules {
  machine: Machine;
  test: GuardTest;
}

export interface MachinePorts {
  /** The rules of a version; `null` when it has no such machine. */
  rules(address: MachineAddress, application: MachineApplication): Promise<MachineRules | null>;
  /** Id of the execution that `runHook` starts. */
  hookExecution(order: HookOrder): string;
  /** Starts it, or finds it, and waits for a while. */
  runHook(order: HookOrder): Promise<HookResult>;
  /** Hands the index its row. */
  project(row: MachineRow): Promise<void>;
  /** Epoch ms. */
  now(): number;
  /** Has `wake` called at the instant at the latest, even after a crash. */
  wakeAt(instant: number): void;
  /** What comes of the work, or nothing when it takes longer than so many ms. */
  within<T>(work: Promise<T>, ms: number): Promise<T | undefined>;
}
