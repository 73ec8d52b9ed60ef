/** Lines of the application's log. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const none = (what: string) => `${what} No effect here.`;

export const logCollector = defineModule({
  type: 'log.collector',
  summary: 'Collects log lines. Here every execution keeps its own; GET /api/v1/executions/{id}/logs reads them.',
  ports: { offers: ['log'] },
  config: z.strictObject({
    level: z.string().optional().describe(none('Least level that is kept. All are kept.')),
    logLevel: z.string().optional().describe(none('Older spelling of level.')),
    format: z.string().optional().describe(none('Form of the lines. They are JSON.')),
    outputFormat: z.string().optional().describe(none('Older spelling of format.')),
    retentionDays: z.number().int().optional().describe(none('How long lines are kept: as long as their execution.')),
    description: z.string().optional().describe('What it is for.'),
  }),
  unheeded: ['retentionDays'],
  example: `
name: logs
type: log.collector
config:
  level: info
`,
});
