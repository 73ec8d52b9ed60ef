/** Kafka as the broker. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';
import { busPorts, description, outside, topics } from '#modules/messaging/bus-settings';

export const messagingKafka = defineModule({
  type: 'messaging.kafka',
  summary: 'A Kafka cluster as the broker. Here its topics are topics of the event bus of the region; events with a key are kept in order, as in a partition.',
  ports: busPorts,
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
