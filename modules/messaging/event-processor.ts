/** Patterns over several events. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

export const eventProcessor = defineModule({
  type: 'event.processor',
  summary: 'Watches for patterns over several events. Here workflows.event says which; every pattern has an object for each value of its correlation.',
  ports: { offers: ['patterns'], takes: [{ port: 'broker' }] },
  config: z.strictObject({
    bufferSize: z.number().int().optional().describe('No effect here: a pattern keeps a thousand events.'),
    cleanupInterval: z.union([z.string(), z.number()]).optional().describe('No effect here: what is over is removed as soon as it is.'),
    description: z.string().optional().describe('What it is for.'),
  }),
  example: `
name: patterns
type: event.processor
config: {}
`,
});
