/** What goes over the event bus, as the API shows it. */
import { z } from 'zod';
import { cursor, environmentSchema, listLimit, page } from '#contracts/api-parts';

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

export const topicPage = page('TopicPage', topicSchema);
