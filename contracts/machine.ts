/**
 * State machines: what a document compiles to, what an instance remembers, and the door of its object.
 *
 * 1. The state of an instance is a fold of its history; the history is only ever appended to.
 * 2. An instance follows the version of its application that runs now: it outlives many of them.
 */
import type { JsonObject } from '#contracts/json';
import type { ProblemCode } from '#contracts/problems';

export interface Machine {
  name: string;
  description?: string;
  /** The module that runs it; steps may name either. */
  engine?: string;
  initial: string;
  states: { [name: string]: MachineState };
  transitions: { [name: string]: MachineTransition };
  hooks: MachineHook[];
}

export interface MachineState {
  description?: string;
  /** Nothing leads out of it. */
  final: boolean;
  error: boolean;
  data?: JsonObject;
}

export interface MachineTransition {
  from: string[];
  to: string;
  description?: string;
  /** Condition source: the guard. */
  condition?: string;
  /** Taken by the machine itself as soon as `from` is entered and the guard holds. */
  auto: boolean;
  /** Laid under the data that comes with the transition. */
  data?: JsonObject;
}

/** A pipeline that runs before the commit of each transition that all of the given lists name. Its failure vetoes. */
export interface MachineHook {
  transitions?: string[];
  from?: string[];
  to?: string[];
  /** As the document names it. */
  handler: string;
  pipeline: string;
  /** Taken by itself once the transition is committed and the handler has succeeded. */
  on_success?: string;
  /** A handler that fails does not veto: the transition is committed, and this one is taken next. */
  on_failure?: string;
}

/** One row of an instance's history. */
export type MachineEntry = { at: number; by: string; key?: string; execution_id?: string } & (
  | { kind: 'created'; to: string; data: JsonObject }
  | {
      kind: 'moved';
      transition: string;
      from: string;
      to: string;
      /** What was laid over the data. */
      data: JsonObject;
      /** The machine took it by itself. */
      auto?: true;
      /** Executions of the hooks that let it pass. */
      hooks?: string[];
    }
);

/** What a history folds to. */
export interface MachineSnapshot {
  /** Number of the last entry. */
  seq: number;
  state: string;
  previous_state?: string;
  data: JsonObject;
  /** Epoch ms. */
  created_at: number;
  updated_at: number;
}

/** An instance as readers see it. Instants are ISO 8601. */
export interface MachineInstance {
  id: string;
  machine: string;
  state: string;
  previous_state?: string;
  data: JsonObject;
  final: boolean;
  error: boolean;
  seq: number;
  created_at: string;
  updated_at: string;
  /** Transitions that lead out of the state, whatever their guards say. */
  transitions: { name: string; to: string; condition?: string; auto?: true }[];
  /** A transition whose hooks are running. */
  pending?: { transition: string; to: string; since: string; executions: string[] };
}

export type MachineHistoryItem = { seq: number; at: string; by: string; key?: string; execution_id?: string } & (
  | { kind: 'created'; to: string; data: JsonObject }
  | { kind: 'moved'; transition: string; from: string; to: string; data: JsonObject; auto?: true; hooks?: string[] }
);

/** The version of the application whose rules hold for a call. */
export interface MachineApplication {
  workflow_id: string;
  version: number;
  /** Content hash of the definition. */
  hash: string;
}

/** Names an instance; together they name its object. */
export interface MachineAddress {
  tenant: string;
  workflow: string;
  environment: string;
  machine: string;
  id: string;
}

interface Order {
  application: MachineApplication;
  by: string;
  /** Same key, same answer: the order is carried out once. */
  key?: string;
  /** The execution whose step asks. */
  execution_id?: string;
}

export interface MachineCreate extends Order {
  data: JsonObject;
  /** Taken first, before those that the machine takes by itself. */
  transition?: string;
}

export interface MachineMove extends Order {
  transition: string;
  data: JsonObject;
  /** Refused unless this is the state. */
  expected_state?: string;
  /** Refused unless this is the number of the last entry. */
  expected_seq?: number;
}

export type MachineRefusal = {
  ok: false;
  code: ProblemCode;
  message: string;
  /** As it is now. */
  state?: string;
  /** Of the hook that refused. */
  execution_id?: string;
};

export type MachineAnswer =
  | {
      ok: true;
      instance: MachineInstance;
      /** The order was carried out before; this is how things stand. */
      reused?: true;
      /** What was asked for. */
      transition?: string;
      from?: string;
      to: string;
      /** What the machine did by itself afterwards, in order. */
      followed: string[];
      /** Why it did not go on by itself. */
      stopped?: { transition: string; code: ProblemCode; message: string; execution_id?: string };
    }
  | MachineRefusal;

export interface MachineHistoryQuery {
  /** First number wanted; default 1. */
  from?: number;
  limit: number;
}

/** One instance. Its address travels with every call: a new object learns from it who it is. */
export interface MachineRpc {
  create(address: MachineAddress, order: MachineCreate): Promise<MachineAnswer>;
  move(address: MachineAddress, order: MachineMove): Promise<MachineAnswer>;
  read(address: MachineAddress, application: MachineApplication): Promise<MachineInstance | null>;
  history(address: MachineAddress, query: MachineHistoryQuery): Promise<{ items: MachineHistoryItem[]; next: number | null } | null>;
}

/** The index row of an instance, whole: any later message replaces an earlier. */
export interface MachineRow {
  tenant: string;
  environment: string;
  workflow: string;
  machine: string;
  id: string;
  state: string;
  previous_state?: string;
  seq: number;
  created_at: number;
  updated_at: number;
}

/** What can stand in a path and be read by people; `.` and `..` would change the path. */
export const INSTANCE_ID = /^(?!\.{1,2}$)[^\s\p{C}]{1,200}$/u;
