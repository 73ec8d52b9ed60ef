/** Dead letters in the regional index. */
import type { DeadLetterFacts, DeadLetterStatus, ProjectionMessage } from '#contracts/execution';
import type { UndeliveredEvent } from '#contracts/undelivered';

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
