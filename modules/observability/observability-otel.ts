/** Traces of executions. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

export const observabilityOtel = defineModule({
  type: 'observability.otel',
  summary: 'Traces. Here every execution belongs to a W3C trace, taken over from the caller and sent on with each call.',
  ports: { offers: ['traces'] },
  config: z.strictObject({
    endpoint: z.string().optional().describe('Where spans would be sent. No effect here: spans are in the timeline, and are not exported yet.'),
    serviceName: z.string().optional().describe('Name of the service: it is that of the application. No effect here.'),
    sampleRate: z.number().optional().describe('Share of traces that are kept: all are. No effect here.'),
    description: z.string().optional().describe('What it is for.'),
  }),
  unheeded: ['endpoint'],
  example: `
name: tracing
type: observability.otel
config:
  serviceName: orders
`,
});
