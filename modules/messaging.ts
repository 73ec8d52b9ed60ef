/** Brokers: on the edge all of them are the event bus of the region. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

export const messagingBroker = defineModule({
  type: 'messaging.broker',
  summary: 'A message broker. Here it is the event bus of the region: step.publish puts events in, and pipelines with an event trigger take them out.',
  config: z.strictObject({
    description: z.string().optional().describe('What it is for.'),
    topics: z.array(z.string()).optional().describe('Topics that are used, for the reader: a topic exists as soon as somebody publishes to it.'),
    maxQueueSize: z.number().int().optional().describe('No effect here: the queue of the region has no such bound.'),
    deliveryTimeout: z.union([z.string(), z.number()]).optional().describe('No effect here: set timeout on the pipeline that listens.'),
  }),
  example: `
name: broker
type: messaging.broker
config:
  topics: [order.created, order.shipped]
`,
});

export const messagingBrokerEventbus = defineModule({
  type: 'messaging.broker.eventbus',
  summary: 'The event bus as a broker. The same as messaging.broker: the event bus of the region, with nothing to set up.',
  config: z.strictObject({
    description: z.string().optional().describe('What it is for.'),
    topics: z.array(z.string()).optional().describe('Topics that are used, for the reader.'),
  }),
  example: `
name: bus
type: messaging.broker.eventbus
config: {}
`,
});
