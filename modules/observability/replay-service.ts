/** Executions, run again. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

export const replayService = defineModule({
  type: 'replay.service',
  summary: 'Replays executions. Here POST /api/v1/executions/{id}/replay does, and Replay on the page of the execution.',
  ports: { offers: [], takes: [{ port: 'histories', by: 'event_store' }] },
  config: z.strictObject({
    description: z.string().optional().describe('What it is for.'),
    event_store: z.string().optional().describe('Module of the type eventstore.service.'),
  }),
  example: `
name: replay
type: replay.service
config: {}
`,
});
