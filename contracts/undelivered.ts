/** Events that reached no execution: kept as dead letters beside those of executions that failed. */
import type { TriggerType } from '#contracts/events';
import type { Json, JsonObject } from '#contracts/json';

/** Of the dead letter: the same event and pipeline, the same id. */
export const UNDELIVERED_ID = /^und_[0-9a-f]{40}$/;

/** What the event would have started. */
export interface UndeliveredStart {
  /** Of the event. */
  id: string;
  topic: string;
  trigger: TriggerType;
  data: Json;
  /** They were as the pipeline asks before they were masked. */
  checked?: true;
  /** Of the execution: whoever starts it again gets the same one. */
  idempotency_key: string;
  by: string;
  traceparent: string;
  tags: JsonObject;
  workflow_id: string;
  /** The version that would not take it. */
  version: number;
}

export interface UndeliveredEvent {
  tenant: string;
  /** Of its letter, see `UNDELIVERED_ID`. */
  id: string;
  environment: string;
  workflow: string;
  pipeline: string;
  start: UndeliveredStart;
}
