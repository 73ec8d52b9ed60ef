/** Executions in the regional index: their lists, what they took, what waits for an event, and jobs over many of them. */
import type { Attributes } from '#contracts/attributes';
import type { BulkJob } from '#contracts/bulk';
import type { ExecutionStatus, ExecutionSummary, ProjectionMessage } from '#contracts/execution';
import type { KeyState } from '#contracts/key-store';
import type { MeasuredPlace, MeasuredRow, TallySpan } from '#contracts/tally';
import type { Correlation } from '#contracts/waiting';
import type { ExecutionPlace } from '#storage/execution-cursor';
import type { Page, PageRequest } from '#storage/platform-ports';

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

/** Jobs over many executions, as they were last heard of. */
export interface BulkJobs {
  put(job: BulkJob): Promise<void>;
  /** `createdAt` is part of its key. */
  get(tenant: string, id: string, createdAt: number): Promise<BulkJob | null>;
  /** Newest first; `by`: of this one alone, among the newest thousand. */
  list(tenant: string, page: PageRequest & { by?: string }): Promise<Page<BulkJob>>;
}

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
