/** Events of executions, in a log. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const none = (what: string) => `${what} No effect here.`;

export const eventloggerModular = defineModule({
  type: 'eventlogger.modular',
  summary: 'Writes events to a log. Here every execution is an append-only event log; GET /api/v1/executions/{id}/events reads it.',
  ports: { offers: ['log'] },
  config: z.strictObject({
    enabled: z.boolean().optional().describe(none('Events are always kept.')),
    logLevel: z.string().optional().describe(none('Least level.')),
    format: z.string().optional().describe(none('Form of the events.')),
    description: z.string().optional().describe('What it is for.'),
  }),
  example: `
name: event-log
type: eventlogger.modular
config:
  enabled: true
`,
});
