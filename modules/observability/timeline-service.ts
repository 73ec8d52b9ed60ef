/** Executions, step by step. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

export const timelineService = defineModule({
  type: 'timeline.service',
  summary: 'Shows executions step by step. Here GET /api/v1/executions/{id}/timeline does, and the page of the execution.',
  ports: { offers: [], takes: [{ port: 'histories', by: 'event_store' }] },
  config: z.strictObject({
    description: z.string().optional().describe('What it is for.'),
    event_store: z.string().optional().describe('Module of the type eventstore.service.'),
  }),
  example: `
name: timeline
type: timeline.service
config: {}
`,
});
