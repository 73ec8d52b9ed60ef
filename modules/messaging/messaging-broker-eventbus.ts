/** The event bus under its own name. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';
import { busPorts, description, topics } from '#modules/messaging/bus-settings';

export const messagingBrokerEventbus = defineModule({
  type: 'messaging.broker.eventbus',
  summary: 'The event bus as a broker. The same as messaging.broker: the event bus of the region, with nothing to set up.',
  ports: busPorts,
  config: z.strictObject({ description, topics }),
  example: `
name: bus
type: messaging.broker.eventbus
config: {}
`,
});
