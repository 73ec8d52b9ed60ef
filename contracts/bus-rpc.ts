/** The objects of the event bus: order by key, and patterns over several events. */
import type { EventPattern } from '#contracts/definition';
import type { Json } from '#contracts/json';

/** CloudEvents 1.0 with the extensions of the platform: what the bus carries. */
export interface EventMessage {
  specversion: '1.0';
  /** The same for every attempt of the step that publishes it: receivers drop what they have seen. */
  id: string;
  /** The topic. */
  type: string;
  /** `/{workflow}/{pipeline}/{step}`, or `/api/{who}` of one that was published by hand. */
  source: string;
  /** ISO 8601. */
  time: string;
  datacontenttype: 'application/json';
  data: Json;
  /** Name of the schema the data has to satisfy. */
  dataschema?: string;
  partitionkey?: string;
  traceparent: string;
  tenant: string;
  environment: string;
  /** The execution that published it; absent where somebody did by hand. */
  executionid?: string;
}

/** Events that share a key, in the order in which they came. Object name: `{tenant}/{environment}/{key}`. */
export interface EventLaneRpc {
  /** On disk when it answers. The same event again is dropped. */
  append(message: EventMessage): Promise<void>;
}

export interface SeenEvent {
  id: string;
  type: string;
  /** Epoch ms. */
  at: number;
  data: Json;
}

/** What has been seen of one pattern, for one value of its correlation. */
export interface EventWindowRpc {
  /** The events of the match that this one completes, or `null`. The same event again gets the same answer. `name`: the object's own. */
  observe(name: string, pattern: EventPattern, event: SeenEvent): Promise<SeenEvent[] | null>;
}
