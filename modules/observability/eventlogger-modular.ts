/** What the platform did with executions, in the log of the application. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';
import { keepMs, LEVEL, levelOf, retentionDays } from '#modules/observability/levels';

const config = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether events are gathered. Every execution keeps its own in any case.'),
  logLevel: LEVEL.optional().describe('Least level of the events: info is all, warn is retries and failures. Default: info.'),
  format: z.string().optional().describe('Form of the lines. No effect here: they are JSON.'),
  retentionDays,
  description: z.string().optional().describe('What it is for.'),
});

export const eventloggerModular = defineModule({
  type: 'eventlogger.modular',
  summary:
    'Writes a line into the log of the application for each event of its executions: started, steps completed and failed, retries, compensations, ended. GET /api/v1/workflows/{workflow}/logs looks through it; GET /api/v1/executions/{id}/events has the events themselves.',
  config,
  ports: { offers: ['log'] },
  onlyAs: { format: ['json', 'structured'] },
  observes(settings) {
    const { enabled, logLevel, retentionDays: days } = settings as z.output<typeof config>;
    return enabled ? { log: { events: levelOf(logLevel), keep_ms: keepMs(days) } } : {};
  },
  example: `
name: event-log
type: eventlogger.modular
config:
  logLevel: info
`,
});
