/**
 * Breakpoints and mocks: what operators lay over a pipeline for a time. They are no part of the definition, and
 * executions take them from the board of their pipeline as they run.
 */
import type { Json } from '#contracts/json';
import type { ErrorInfo } from '#contracts/problems';

/** Whose board: one for each pipeline of a workflow in an environment. */
export interface BoardName {
  tenant: string;
  environment: string;
  workflow: string;
  pipeline: string;
}

export interface Breakpoint {
  id: string;
  step: string;
  /** In the expression language; hit only when it holds. */
  condition?: string;
  /** Who is told when it is hit: `https://…` gets a POST, an e-mail address a mail. */
  notify: string[];
  /** Epoch ms. */
  created_at: number;
  expires_at: number;
  created_by: string;
}

/** What a mocked step comes to. */
export interface MockAnswer {
  output?: Json;
  error?: ErrorInfo;
  /** It takes this long, ms. */
  delay_ms?: number;
}

export interface Mock {
  id: string;
  step: string;
  /** One for each call of an execution, in order; the last one stays. */
  answers: MockAnswer[];
  created_at: number;
  expires_at: number;
  created_by: string;
}

/** What stands on a board now. */
export interface Board {
  breakpoints: Breakpoint[];
  mocks: Mock[];
}

/** Mocks of a single run, in its own log: with them no effect of it goes out. */
export interface RunMocks {
  by: string;
  steps: { [step: string]: MockAnswer[] };
}

/** What is told when a breakpoint holds an execution. */
export interface BreakpointHit extends BoardName {
  execution_id: string;
  /** Of the event in the log: the same hit is told under the same number. */
  seq: number;
  step: string;
  breakpoint_id: string;
  condition?: string;
  set_by: string;
  notify: string[];
}

/** What may stand on a board. */
export interface BoardKinds {
  breakpoint: Breakpoint;
  mock: Mock;
}

export type BoardKind = keyof BoardKinds;

/** An entry, and the board that it stands on. */
export interface OnBoard<K extends BoardKind> {
  name: BoardName;
  entry: BoardKinds[K];
}

export const EMPTY_BOARD: Board = { breakpoints: [], mocks: [] };
