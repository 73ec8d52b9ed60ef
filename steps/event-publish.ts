/** Publishes an event as `step.publish` does, in the words of systems that speak of streams and event types. */
import { z } from 'zod';
import type { Json, JsonObject } from '#contracts/json';
import { compact, flatFields, json, path } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { publishEvent } from '#steps/publish';

const config = z
  .strictObject({
    topic: z.string().min(1).describe('Topic of the event.'),
    stream: z.string().optional().meta({ deprecated: true, use: 'topic' }).describe('Another spelling of topic.'),
    event_type: z.string().optional().describe('Type of the event; laid into its data as event_type. Default: the topic alone.'),
    payload: json.optional().describe('Data of the event. Default: the flat fields of the context, without the headers of a request.'),
    data: json.optional().meta({ deprecated: true, use: 'payload' }).describe('Another spelling of payload.'),
    payload_from: path.optional().describe('Path of a value that is the data, instead of payload.'),
    key: z.string().optional().describe('Events with the same key are kept in order.'),
    broker: z.string().optional().describe('Name of the broker module, for the reader: all brokers are the event bus of the region.'),
    provider: z.string().optional().describe('Another spelling of broker.'),
    source: z.string().optional().describe('For the reader: the source of the event is the step that publishes it.'),
  })
  .refine((c) => c.payload === undefined || c.payload_from === undefined, { message: 'either payload or payload_from', path: ['payload_from'] });

interface Input {
  topic: string;
  payload: Json;
  key?: string;
}

export const eventPublish = defineStep({
  type: 'step.event_publish',
  summary: 'Publishes an event to the bus of the region; pipelines that listen to its topic start.',
  pure: false,
  config,
  paths: ['payload_from'],
  example: `
name: tell
type: step.event_publish
config:
  topic: orders
  event_type: order.paid
  payload:
    order_id: "{{ .order_id }}"
`,
  publishes: ({ topic, stream }) => topic ?? stream,
  output: '{published: true}; the id of the event stands under `response.event_id`.',
  prepare(settings, scope) {
    const given = settings.payload_from === undefined ? settings.payload : (scope.lookup(settings.payload_from) ?? null);
    const { headers: _headers, ...fields } = flatFields(scope.context);
    const data = given ?? fields;
    const typed = settings.event_type !== undefined && typeof data === 'object' && data !== null && !Array.isArray(data);
    return compact({
      topic: settings.topic,
      payload: typed ? ({ event_type: settings.event_type!, ...data } as JsonObject) : data,
      key: settings.key || undefined,
    });
  },
  perform: (input: Input, context) => publishEvent(input, context),
});
