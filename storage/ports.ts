/**
 * The regional stores as ports. Every call names the tenant; no row of another tenant is ever read.
 * Each port has one conformance suite (`test/conformance`), run in memory and on workerd.
 */
import type { Attributes } from '#contracts/attributes';
import type { BreakerName, BreakerRow, BreakerView } from '#contracts/breaker';
import type { BulkJob } from '#contracts/bulk';
import type { Board, BoardKind, BoardName, Breakpoint, Mock, OnBoard } from '#contracts/debugging';
import type { Definition } from '#contracts/definition';
import type { DeadLetterFacts, DeadLetterStatus, ExecutionStatus, ExecutionSummary, ProjectionMessage } from '#contracts/execution';
import type { KeyState } from '#contracts/key-store';
import type { MachineRow } from '#contracts/machine';
import type { Move, MoveStanding } from '#contracts/moving';
import type { PeerDeployments, Replication } from '#contracts/peer';
import type { MeasuredPlace, MeasuredRow, TallySpan } from '#contracts/tally';
import type { UndeliveredEvent } from '#contracts/undelivered';
import type { Correlation } from '#contracts/waiting';
import type { ExecutionPlace } from '#storage/execution-cursor';
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

/** A step of an execution that an event of the bus may be for. */
export interface EventWait {
  tenant: string;
  environment: string;
  event: string;
  correlation: Correlation;
  execution_id: string;
  step: string;
}

/** Which executions wait for which events of the bus. Found by key alone: no event looks through the waits of others. */
export interface EventWaits {
  /** Idempotent. */
  put(waits: EventWait[]): Promise<void>;
  remove(waits: EventWait[]): Promise<void>;
  /** Those that wait for this event. */
  matching(event: WantedEvent): AsyncIterable<EventWait>;
  /** Events that are waited for, the first `events` of them by name, and by how many; of each `most` are counted. */
  counts(tenant: string, environment: string, bounds: { events: number; most: number }): Promise<{ event: string; count: number }[]>;
}

export interface WantedEvent {
  tenant: string;
  environment: string;
  event: string;
  /** The text at a path of it; `undefined` when there is none. */
  valueAt(path: string): string | undefined;
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
  list(tenant: string, environment: string, page: PageRequest): Promise<Page<BreakerRow>>;
}

/** Jobs over many executions, as they were last heard of. */
export interface BulkJobs {
  put(job: BulkJob): Promise<void>;
  /** `createdAt` is part of its key. */
  get(tenant: string, id: string, createdAt: number): Promise<BulkJob | null>;
  /** Newest first; `by`: of this one alone, among the newest thousand. */
  list(tenant: string, page: PageRequest & { by?: string }): Promise<Page<BulkJob>>;
}

/** Entries of one board. */
export const MAX_BOARD_ENTRIES = 100;

export interface ExecutionFilter {
  pipeline?: string;
  workflow?: string;
  /** Of these alone, by id. */
  workflow_ids?: readonly string[];
  status?: ExecutionStatus;
  outcome?: 'went_wrong';
  environment?: string;
  /** All of these. */
  attr?: Attributes;
  /** Epoch ms, inclusive. */
  from?: number;
  /** Epoch ms, exclusive. */
  to?: number;
  /** Epoch ms: those that have ended before are left out. */
  ended_after?: number;
  /** Text in id, pipeline or error. */
  q?: string;
  /** Those alone that were started with a key of this kind. */
  keyed?: KeyedFilter;
  limit: number;
  cursor?: string;
}

/** `now`: epoch ms; by it a key is over. */
export interface KeyedFilter {
  now: number;
  state?: KeyState;
  /** What the key begins with, and what stands in it, in any case. */
  prefix?: string;
  text?: string;
}

/** The list of executions: a projection of the logs, newest first. */
export interface ExecutionIndex {
  /** Idempotent; a message older than the row (by `seq`) changes nothing. */
  project(messages: ProjectionMessage[]): Promise<void>;
  list(tenant: string, filter: ExecutionFilter): Promise<{ items: ExecutionSummary[]; next_cursor: string | null }>;
}

/** An hour that has been added up, as it is kept. */
export interface KeptHour {
  span: TallySpan;
  /** How many executions it was made from, and the sum of their `seq`: it is of use only while that is still so. */
  rows: number;
  seqs: number;
}

/** How many executions of a pipeline have not ended. */
export interface OpenCount extends MeasuredPlace {
  count: number;
}

/** Executions that are counted one by one, since they may end at any moment. */
export const MAX_OPEN = 10_000;

/** What is measured of executions: a part of their rows, and hours that have been added up from it. */
export interface ExecutionMeasures {
  /** Those that started from `from` (inclusive) to `to` (exclusive), newest first; `before` goes on behind a row. */
  rows(tenant: string, query: { from: number; to: number; before?: ExecutionPlace; limit: number }): Promise<MeasuredRow[]>;
  /** Kept hours that begin in the time, in order. */
  hours(tenant: string, from: number, to: number): Promise<TallySpan[]>;
  /** Executions that have not ended, by pipeline; at most MAX_OPEN are counted. */
  open(tenant: string): Promise<OpenCount[]>;
  /** Keeps those of which no execution has changed meanwhile, and lets go of those that began before `until`. */
  keep(tenant: string, hours: KeptHour[], until: number): Promise<void>;
}

/** A pipeline as dead letters are kept: in one environment. */
export interface PipelinePlace {
  environment: string;
  workflow: string;
  pipeline: string;
}

export interface DeadLetterRow extends DeadLetterFacts {
  execution_id: string;
  trigger: string;
}

export interface DeadLetterDepth extends PipelinePlace {
  /** Letters that wait. */
  depth: number;
  alert_threshold?: number;
}

/** The list of dead letters: a projection of the logs of what failed. */
export interface DeadLetterIndex {
  /** Messages without a letter are passed over. Idempotent; a message older than the row (by `seq`) changes nothing. */
  project(messages: ProjectionMessage[]): Promise<void>;
  /** Newest first, or oldest first. What is past its retention at `now` (epoch ms) is not there. */
  list(
    tenant: string,
    place: PipelinePlace,
    query: { status?: DeadLetterStatus; oldest_first?: boolean; now: number; limit: number; cursor?: string },
  ): Promise<{ items: DeadLetterRow[]; next_cursor: string | null }>;
  /** An event that reached no execution, and its letter, in one commit. The first of an id stays. */
  keep(event: UndeliveredEvent, letter: DeadLetterFacts): Promise<void>;
  undelivered(tenant: string, id: string): Promise<{ event: UndeliveredEvent; letter: DeadLetterRow } | null>;
  /** Closes the letter of such an event. False when it is closed already. */
  close(event: UndeliveredEvent, closing: Pick<DeadLetterFacts, 'status' | 'replayed_as' | 'closed_at' | 'closed_by'>): Promise<boolean>;
  /** Pipelines that have or had letters, by workflow and name; expired letters count until `expire` has removed them. */
  depths(tenant: string, environment?: string): Promise<DeadLetterDepth[]>;
  /** Removes what is past its retention, a bounded number at a time; answers how many. */
  expire(tenant: string, now: number): Promise<number>;
  /** Removes those that failed before the instant, whatever their retention; else as `expire`. */
  forget(tenant: string, before: number): Promise<number>;
}

/** Another region in which a tenant has executions. */
export interface Outpost {
  region: string;
  /** Epoch ms. */
  since: number;
  /** Counts the changes of what is deployed, and the state of that count which the region was sent. */
  wanted: number;
  sent: number;
  /** What lives there is being erased: since when, epoch ms, and who asked. */
  clearing?: { at: number; by: string };
}

/** `arriving`: it is on its way here for good. `unknown`: the region has not been told of it, or has let go of it. */
export type Lodging = 'lives' | 'arriving' | 'unknown';

/** Which regions have to do with a tenant beside its home. The one half is asked at home, the other in the other regions. */
export interface RegionLinks {
  /** What may leave the home; `null`: definitions, where a pipeline's residency asks for it. */
  replication(tenant: string): Promise<Replication | null>;
  setReplication(tenant: string, replication: Replication | null): Promise<void>;
  /** By name. */
  outposts(tenant: string): Promise<Outpost[]>;
  /** One that is there stays as it is. */
  open(tenant: string, region: string, now: number): Promise<void>;
  /** What is deployed has changed. */
  touch(tenant: string): Promise<void>;
  noteSent(tenant: string, region: string, revision: number): Promise<void>;
  /** Nothing is started there any more. Again changes nothing. Answers since when, and who asked first; `null`: the tenant has nothing there. */
  clear(tenant: string, region: string, by: string, now: number): Promise<{ at: number; by: string } | null>;
  /** The tenant has nothing there any more. */
  close(tenant: string, region: string): Promise<void>;
  /** Where the tenant, of which this region has definitions, is at home. */
  homeOf(tenant: string): Promise<string | null>;
  /**
   * From now on something of the guest lives here; said before it does, so that a list which hears of it later need not be asked.
   * Where the answer is not `lives`, nothing of it may.
   */
  lodge(tenant: string, now: number): Promise<Lodging>;
  /** Puts these in place of all that was deployed; not when it has seen a later revision. */
  admit(tenant: string, home: string, sent: PeerDeployments, now: number): Promise<void>;
}

/** Tenants on their way between this region and another one, and those that are being erased: whose doors are not open. */
export interface TenantMoves {
  /** How one stands that is on its way or has gone; what was so a second ago at the latest. `undefined`: nothing of the kind. */
  open(tenant: string): Promise<MoveStanding | undefined>;
  /** Whether one that is at home here is being erased; as late as `open`. */
  isClosed(tenant: string): Promise<boolean>;
  /** It is being erased from now on. Again changes nothing. False: it is on its way to another region, and nothing is changed. */
  close(tenant: string, at: number): Promise<boolean>;
  /** It is on its way here from now on, and no guest any more. Again changes nothing. False: something of it lives here already, and nothing is changed. */
  expect(tenant: string, peer: string, at: number): Promise<boolean>;
  /** It is on its way to another region from now on. False: it is being erased, and nothing is changed. */
  leave(tenant: string, peer: string, at: number): Promise<boolean>;
  /** Whether it was at home elsewhere before. */
  hasArrived(tenant: string): Promise<boolean>;
  /** The region that it has come from so lately that messages may still come after it there; `null`: none. */
  cameFrom(tenant: string, now: number): Promise<string | null>;
  /** As it is now, asked of the store. */
  standing(tenant: string): Promise<MoveStanding | null>;
  set(standing: MoveStanding): Promise<void>;
  remove(tenant: string): Promise<void>;
  /** What is left to read of the move by which it came. */
  report(tenant: string): Promise<Move | null>;
  keepReport(move: Move): Promise<void>;
}

export interface MachineFilter {
  environment: string;
  workflow: string;
  machine: string;
  state?: string;
  limit: number;
  cursor?: string;
}

export interface MachineCount {
  machine: string;
  state: string;
  count: number;
}

/** The list of state machine instances: a projection of their histories, newest first, and how many are in each state. */
export interface MachineIndex {
  /** Idempotent; a row older than the one that is there (by `seq`) changes nothing. */
  project(rows: MachineRow[]): Promise<void>;
  list(tenant: string, filter: MachineFilter): Promise<{ items: MachineRow[]; next_cursor: string | null }>;
  /** Of all machines of a workflow; states without an instance are left out. */
  counts(tenant: string, environment: string, workflow: string): Promise<MachineCount[]>;
}
