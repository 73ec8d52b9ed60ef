/** NATS as the broker. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';
import { busPorts, description, outside, topics } from '#modules/messaging/bus-settings';

export const messagingNats = defineModule({
  type: 'messaging.nats',
  summary: 'A NATS server as the broker. Here its subjects are topics of the event bus of the region; > and * mean the same.',
  ports: busPorts,
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
