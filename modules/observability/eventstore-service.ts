/** Where the events of executions are kept. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const DAY_MS = 24 * 3_600_000;

const config = z.strictObject({
  description: z.string().optional().describe('What it is for.'),
  db_path: z.string().optional().describe('File of the store. No effect here: an execution keeps its events itself.'),
  retention_days: z
    .number()
    .int()
    .min(1)
    .max(366)
    .optional()
    .describe('How long a finished execution stays at hand before it is archived, days. The retention of the document goes before it.'),
});

export const eventstoreService = defineModule({
  type: 'eventstore.service',
  summary: 'Keeps the events of executions. Here every execution is its own append-only log; the module says how long it stays at hand.',
  config,
  ports: { offers: ['histories'] },
  defaults(settings) {
    const { retention_days: days } = settings as z.output<typeof config>;
    return days === undefined ? {} : { retention_ms: days * DAY_MS };
  },
  example: `
name: events
type: eventstore.service
config:
  retention_days: 90
`,
});
