/**
 * Publishes an event. Its id is made from the key of the effect, so that an attempt that is repeated
 * publishes the same event, and receivers can tell.
 */
import { z } from 'zod';
import type { Json, JsonObject } from '#contracts/json';
import type { StepOutcome } from '#contracts/step';
import { compact, flatFields, json, path } from '#steps/config-schemas';
import { defineStep, type EffectContext } from '#steps/define-step';

const config = z
  .strictObject({
    topic: z.string().min(1).describe('Topic of the event, such as order.shipped.'),
    broker: z
      .string()
      .optional()
      .describe('Name of the broker module. All brokers of an application are the event bus of its region, so this is for the reader.'),
    payload: json.optional().describe('Data of the event. Default: the flat fields of the context, without the headers of a request.'),
    payload_from: path.optional().describe('Path of a value that is the data, instead of payload.'),
    schema: z
      .string()
      .optional()
      .meta({ names: 'schema' })
      .describe('Name of a schema of the document, which the data have to satisfy; sent along as dataschema of the CloudEvent.'),
    key: z.string().optional().describe('Events with the same key are kept in order.'),
  })
  .refine((c) => c.payload === undefined || c.payload_from === undefined, { message: 'either payload or payload_from', path: ['payload_from'] });

interface Input {
  topic: string;
  payload: Json;
  broker?: string;
  schema?: string;
  key?: string;
}

export const publish = defineStep({
  type: 'step.publish',
  summary: 'Publishes an event to the bus of the region; pipelines that listen to its topic start.',
  pure: false,
  config,
  paths: ['payload_from'],
  example: `
name: publish-shipped
type: step.publish
config:
  topic: order.shipped
  payload:
    order_id: "{{ .order_id }}"
    carrier: ups
`,
  publishes: ({ topic }) => topic,
  output: '{published: true}; the id of the event stands under `response.event_id`.',
  prepare: (settings, scope) =>
    compact({
      topic: settings.topic,
      payload: settings.payload_from === undefined ? (settings.payload ?? defaultPayload(scope.context)) : (scope.lookup(settings.payload_from) ?? null),
      broker: settings.broker,
      schema: settings.schema,
      key: settings.key || undefined,
    }),
  perform: (input: Input, context) => publishEvent(input, context),
});

/** The same effect is the same event, however often it is had. */
export async function publishEvent(input: Omit<Input, 'broker'>, context: EffectContext): Promise<StepOutcome> {
  const id = await eventId(context.tenant, context.idempotency_key, input.topic);
  await context.bus.publish({
    id,
    topic: input.topic,
    data: input.payload,
    ...(input.schema === undefined ? {} : { schema: input.schema }),
    ...(input.key === undefined ? {} : { key: input.key }),
  });
  // Not in the output, whose fields stand flat in the context: a trigger's own `id` stays what it was.
  return { kind: 'completed', output: { published: true }, response: { event_id: id } };
}

/** Headers can hold credentials and say nothing about what happened. */
function defaultPayload(context: JsonObject): JsonObject {
  const { headers: _headers, ...fields } = flatFields(context);
  return fields;
}

async function eventId(...parts: string[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(parts)));
  return `evt_${[...new Uint8Array(digest)]
    .slice(0, 16)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')}`;
}
