/** The bus port of an effect: events go to the queue of the region as CloudEvents. */
import type { EventMessage } from '#contracts/bus-rpc';
import type { DataSchema } from '#contracts/definition';
import { newSpanId } from '#contracts/ids';
import { isPlatformTopic, platformTopicMessage } from '#contracts/platform-topics';
import { Problem } from '#contracts/problems';
import type { PerformEffect } from '#contracts/step';
import type { BusPort } from '#steps/define-step';
import { checkData } from '#workers/data-schema';

/** A message of the queue is 128 KB at most; some is left for its envelope. */
export const MAX_EVENT_BYTES = 120 * 1024;

/** `schemas`: those of the definition that the effect is pinned to. */
export function createBus(
  send: (message: EventMessage) => Promise<void>,
  effect: PerformEffect,
  now: () => number,
  schemas: () => Promise<{ [name: string]: DataSchema }>,
): BusPort {
  return {
    async publish({ id, topic, data, schema, key }) {
      if (isPlatformTopic(topic)) throw new Problem('publish_failed', platformTopicMessage(topic), { extra: { retryable: false } });
      const known = schema === undefined ? {} : await schemas();
      if (schema !== undefined && Object.hasOwn(known, schema)) checkData(known[schema]!, data, `the schema ${schema}`);
      const message: EventMessage = {
        specversion: '1.0',
        id,
        type: topic,
        source: `/${effect.workflow}/${effect.pipeline}/${effect.step}`,
        time: new Date(now()).toISOString(),
        datacontenttype: 'application/json',
        data,
        ...(schema === undefined ? {} : { dataschema: schema }),
        ...(key === undefined ? {} : { partitionkey: key }),
        traceparent: `00-${effect.trace_id}-${newSpanId()}-01`,
        tenant: effect.tenant,
        environment: effect.environment,
        executionid: effect.execution_id,
      };
      const size = new TextEncoder().encode(JSON.stringify(message)).byteLength;
      if (size > MAX_EVENT_BYTES)
        throw new Problem(
          'publish_failed',
          `The event ${topic} takes ${size} bytes, and ${MAX_EVENT_BYTES} is the most. Publish what identifies the data, and let the receiver fetch it.`,
          {
            extra: { retryable: false },
          },
        );
      try {
        await send(message);
      } catch (cause) {
        throw new Problem('publish_failed', `The event ${topic} could not be handed to the event bus.`, { cause });
      }
    },
  };
}
