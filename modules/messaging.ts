/** Brokers: on the edge all of them are the event bus of the region. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const description = z.string().optional().describe('What it is for.');
const topics = z.array(z.string()).optional().describe('Topics that are used, for the reader: a topic exists as soon as somebody publishes to it.');

export const messagingBroker = defineModule({
  type: 'messaging.broker',
  summary: 'A message broker. Here it is the event bus of the region: step.publish puts events in, and pipelines with an event trigger take them out.',
  config: z.strictObject({
    description,
    topics,
    maxQueueSize: z.number().int().optional().describe('No effect here: the queue of the region has no such bound.'),
    deliveryTimeout: z.union([z.string(), z.number()]).optional().describe('No effect here: set timeout on the pipeline that listens.'),
  }),
  unheeded: ['deliveryTimeout'],
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
  config: z.strictObject({ description, topics }),
  example: `
name: bus
type: messaging.broker.eventbus
config: {}
`,
});

/** A broker outside is another system; what the application says to itself goes over the bus. */
const outside = (what: string) => () => [
  {
    severity: 'warning' as const,
    message: `No connection to ${what} is made: events of this application go over the event bus of the region, with the same topics.`,
    hint: `To exchange events with a ${what} cluster, a connector is needed; between pipelines of the tenant the bus does the same.`,
  },
];

export const messagingKafka = defineModule({
  type: 'messaging.kafka',
  summary: 'A Kafka cluster as the broker. Here its topics are topics of the event bus of the region; events with a key are kept in order, as in a partition.',
  config: z.strictObject({
    brokers: z.array(z.string()).optional().describe('Addresses of the cluster. No effect here.'),
    groupId: z.string().optional().describe('Consumer group. No effect here: each pipeline gets each event once.'),
    description,
    topics,
  }),
  notices: outside('Kafka'),
  example: `
name: event-broker
type: messaging.kafka
config:
  brokers: [kafka:9092]
  groupId: orders-group
`,
});

export const messagingNats = defineModule({
  type: 'messaging.nats',
  summary: 'A NATS server as the broker. Here its subjects are topics of the event bus of the region; > and * mean the same.',
  config: z.strictObject({
    url: z.string().optional().describe('Address of the server. No effect here.'),
    description,
    topics,
  }),
  notices: outside('NATS'),
  example: `
name: event-broker
type: messaging.nats
config:
  url: nats://nats:4222
`,
});
