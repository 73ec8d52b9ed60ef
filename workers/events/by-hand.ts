/** An event that somebody publishes by hand: it takes the same way as one of a step. */
import type { EventMessage } from '#contracts/bus-rpc';
import { newId, newSpanId, newTraceId } from '#contracts/ids';
import type { Json } from '#contracts/json';
import { isPlatformTopic, platformTopicMessage } from '#contracts/platform-topics';
import { Problem } from '#contracts/problems';
import { MAX_EVENT_BYTES } from '#workers/performer/bus';

export interface HandedEvent {
  tenant: string;
  environment: string;
  topic: string;
  data: Json;
  /** Events with the same key are kept in order. */
  key?: string;
  /** Who it reached does not take one of the same id again. */
  id?: string;
  by: string;
}

/** Throws Problem: forbidden, body_too_large. */
export function handedEvent({ tenant, environment, topic, data, key, id = newId('evt'), by }: HandedEvent, now: number): EventMessage {
  if (isPlatformTopic(topic)) throw new Problem('forbidden', platformTopicMessage(topic));
  const message: EventMessage = {
    specversion: '1.0',
    id,
    type: topic,
    source: `/api/${by}`,
    time: new Date(now).toISOString(),
    datacontenttype: 'application/json',
    data,
    ...(key === undefined ? {} : { partitionkey: key }),
    traceparent: `00-${newTraceId()}-${newSpanId()}-01`,
    tenant,
    environment,
  };
  const size = new TextEncoder().encode(JSON.stringify(message)).byteLength;
  if (size > MAX_EVENT_BYTES) {
    throw new Problem(
      'body_too_large',
      `The event takes ${size} bytes, and ${MAX_EVENT_BYTES} is the most. Publish what identifies the data, and let the receiver fetch it.`,
    );
  }
  return message;
}
