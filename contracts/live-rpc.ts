/** What the live hub of a company is told and asked. */
import type { Attributes } from '#contracts/attributes';
import type { ExecutionStatus } from '#contracts/execution';
import type { JsonObject } from '#contracts/json';
import type { LineFilter, LogLine } from '#contracts/log-line';

/** What the live hub sends on; also the `data` of the SSE events. `event` is the SSE event's name (an event type). */
export interface LiveMessage {
  event: string;
  execution_id: string;
  seq: number;
  /** Epoch ms. */
  at: number;
  tenant: string;
  workflow: string;
  workflow_id: string;
  environment: string;
  pipeline: string;
  /** By what the execution is found. */
  attributes?: Attributes;
  /** Status of the execution after this event. */
  status: ExecutionStatus;
  /** Shape of vision.txt 3d: `{execution_id, pipeline, step?, type?, duration_ms?, status?, trigger?}` and more. */
  data: JsonObject;
  /** What the event says in the log, for those who follow lines. */
  line?: LogLine;
}

/** One per tenant. */
export interface LiveHubRpc {
  /** Hands events on to those who listen. Answers how long (ms) the caller need not send any more, for nobody listens. */
  publish(messages: LiveMessage[]): Promise<{ quiet_ms: number }>;
  /**
   * An endless SSE body with every message that fits the filter, and a comment every 15 s. The promise resolves
   * only once no publisher is quiet any more: what is started after it is seen. `null`: as many watch as may.
   */
  subscribe(filter: LiveFilter, watch?: LiveWatch): Promise<ReadableStream<Uint8Array> | null>;
  /** How many streams are open. */
  watching(): Promise<number>;
}

/** Who watches, and how many may at the same time. */
export interface LiveWatch {
  /** The credential. */
  by: string;
  /** Streams of the company, and of one credential. */
  most: number;
  most_each: number;
}

export interface LiveFilter {
  /** Of these workflows alone, by id. */
  workflow_ids?: string[];
  /** Name, or `workflow.pipeline`. */
  pipeline?: string;
  workflow?: string;
  environment?: string;
  status?: ExecutionStatus;
  execution_id?: string;
  /** All of these. */
  attr?: Attributes;
  /** Lines in place of events, as SSE events of the type `log`: those that fit. */
  lines?: LineFilter;
}
