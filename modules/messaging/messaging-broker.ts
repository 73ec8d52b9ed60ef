/** A broker of messages: the event bus of the region. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';
import { busPorts, description, topics } from '#modules/messaging/bus-settings';

export const messagingBroker = defineModule({
  type: 'messaging.broker',
  summary: 'A message broker. Here it is the event bus of the region: step.publish puts events in, and pipelines with an event trigger take them out.',
  ports: busPorts,
  config: z.strictObject({
    description,
    topics,
    maxQueueSize: z.number().int().optional().describe('No effect here: the queue of the region has no such bound, and nothing is refused because of it.'),
    deliveryTimeout: z.union([z.string(), z.number()]).optional().describe('No effect here: set timeout on the pipeline that listens.'),
  }),
  unheeded: ['maxQueueSize', 'deliveryTimeout'],
  example: `
name: broker
type: messaging.broker
config:
  topics: [order.created, order.shipped]
`,
});
