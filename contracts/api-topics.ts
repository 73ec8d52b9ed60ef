/** What goes over the event bus, as the API shows it. */
import { z } from 'zod';
import { cursor, environmentSchema, json, listLimit, page } from '#contracts/api-parts';

/** Executions that wait for an event are counted up to this. */
export const MOST_WAITING = 100;

export const topicsQuery = z.strictObject({
  environment: environmentSchema.optional().meta({ description: 'production when absent' }),
  limit: listLimit,
  cursor,
});

export const topicSchema = z
  .object({
    topic: z.string().meta({ description: 'A topic, or a pattern that a subscription has: a last * is any rest' }),
    environment: z.string(),
    subscribers: z.array(
      z.object({
        workflow: z.string(),
        pipeline: z.string(),
        by: z.string().optional().meta({ description: 'The pattern that takes the topic, where it is one' }),
        filter: z.string().optional().meta({ description: 'Only events of which this holds' }),
        event: z.string().optional().meta({ description: 'Only events whose data names themselves so' }),
      }),
    ),
    publishers: z.array(z.object({ workflow: z.string(), pipeline: z.string(), step: z.string() })),
    waiting: z
      .number()
      .int()
      .optional()
      .meta({ description: `Executions that wait for it, ${MOST_WAITING} at the most; absent for callers who see single projects only` }),
  })
  .meta({ id: 'Topic' });

/** A name without a wildcard. */
export const topicName = z.string().regex(/^[^\s*]{1,200}$/, 'a topic such as order.shipped, without spaces and wildcards');

export const publishRequest = z
  .strictObject({
    data: json.optional().meta({ description: 'What receivers see as `data`; {} when absent' }),
    key: z.string().min(1).max(200).optional().meta({ description: 'Events with the same key are kept in order' }),
    id: z.string().min(1).max(200).optional().meta({ description: 'Of the event: who has taken one of this id does not take it again; made when absent' }),
    environment: environmentSchema.default('production'),
  })
  .meta({ id: 'PublishRequest', examples: [{ data: { order_id: 'o-1', carrier: 'ups' } }] });

export const publishedSchema = z.object({ event_id: z.string(), topic: z.string(), environment: z.string() }).meta({ id: 'PublishedEvent' });

export const topicPage = page('TopicPage', topicSchema);
