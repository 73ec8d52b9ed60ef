/**
 * The regional stores as ports. Every call names the tenant; no row of another tenant is ever read.
 * Each port has one conformance suite (`test/conformance`), run in memory and on workerd.
 */
import type { BreakerName, BreakerPlace, BreakerRow, BreakerRows, BreakerView } from '#contracts/breaker';
import type { Board, BoardKind, BoardName, Breakpoint, Mock, OnBoard } from '#contracts/debugging';
import type { Definition } from '#contracts/definition';
import type { Page, PageRequest } from '#storage/platform-ports';

/** Definitions by content: immutable, so cached in the isolate without end (bounded by count). R2: `definitions/{tenant}/{hash}.json`. */
export interface DefinitionStore {
  put(tenant: string, definition: Definition, source: string): Promise<void>;
  /** The compiled graph, or `null`. */
  get(tenant: string, hash: string): Promise<Definition | null>;
  /** The YAML as it was given. */
  source(tenant: string, hash: string): Promise<string | null>;
}

/** Large values by content. R2: `payloads/{tenant}/{execution_id}/{sha256}`. JSON text. */
export interface PayloadStore {
  put(key: string, text: string): Promise<void>;
  get(key: string): Promise<string | null>;
}

/** How an archive came to be there, when it was brought from elsewhere. */
export interface ImportNote {
  by: string;
  /** Epoch ms. */
  at: number;
}

/** Executions as files. R2: `archives/{tenant}/{execution_id}.jsonl`. */
export interface ArchiveStore {
  /** Lines with their line breaks, written as they come: whole, or not at all. */
  put(tenant: string, executionId: string, lines: AsyncIterable<string>, imported?: ImportNote): Promise<void>;
  get(tenant: string, executionId: string): Promise<{ content: ReadableStream<Uint8Array>; imported?: ImportNote } | null>;
}

export interface ActiveDeployment {
  deployment_id: string;
  workflow: string;
  workflow_id: string;
  version: number;
  hash: string;
  environment: string;
}

/** What runs where. Read by every request, hence cached in the isolate for a moment and dropped on deploy. */
export interface DeploymentStore {
  active(tenant: string, workflow: string, environment: string): Promise<ActiveDeployment | null>;
  /** All that is deployed in an environment: for pipelines by name, and for events. */
  list(tenant: string, environment: string): Promise<ActiveDeployment[]>;
}

/** Of which boards of a tenant. */
export interface BoardFilter {
  environment?: string;
  workflow?: string;
  pipeline?: string;
  /** On those of these workflows alone, by name. */
  workflows?: readonly string[];
}

/** Breakpoints and mocks of a pipeline. Expired ones are as if they were not there. */
export interface DebugBoards {
  read(name: BoardName, now: number): Promise<Board>;
  /** Over all boards, by environment, workflow, pipeline and step. */
  list<K extends BoardKind>(tenant: string, kind: K, filter: BoardFilter & PageRequest & { now: number }): Promise<Page<OnBoard<K>>>;
  /** False when the board is full (`MAX_BOARD_ENTRIES`); nothing is changed then. */
  addBreakpoint(name: BoardName, breakpoint: Breakpoint): Promise<boolean>;
  /** In place of earlier ones of the same steps. False when the board is full. */
  putMocks(name: BoardName, mocks: Mock[]): Promise<boolean>;
  /** All, or the one. How many there were. */
  removeBreakpoints(name: BoardName, id?: string): Promise<number>;
  /** All, or those of a step. */
  removeMocks(name: BoardName, step?: string): Promise<number>;
}

/** Rows of circuit breakers: what isolates look at, and lists are made of. */
export interface CircuitBreakers {
  read(name: BreakerName): Promise<BreakerView | null>;
  /** An older revision than the one that is there changes nothing. */
  put(row: BreakerRow): Promise<void>;
  /** Unless it has a later revision. */
  remove(name: BreakerName, revision: number): Promise<void>;
  /** By name. */
  list(tenant: string, environment: string, part: { limit: number; from?: BreakerPlace }): Promise<BreakerRows>;
}

/** Entries of one board. */
export const MAX_BOARD_ENTRIES = 100;
