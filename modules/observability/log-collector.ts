/** The log of the application: what its executions say, gathered in one place. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';
import { keepMs, LEVEL, levelOf, retentionDays } from '#modules/observability/levels';

const config = z.strictObject({
  level: LEVEL.optional().describe('Least level of the lines that are kept. Default: info.'),
  logLevel: LEVEL.optional().describe('Another spelling of level.'),
  format: z.string().optional().describe('Form of the lines. No effect here: they are JSON.'),
  outputFormat: z.string().optional().describe('Another spelling of format. No effect here: they are JSON.'),
  retentionDays,
  description: z.string().optional().describe('What it is for.'),
});

export const logCollector = defineModule({
  type: 'log.collector',
  summary:
    'Gathers what step.log writes, what goes wrong, and the lines of http.middleware.logging in one log of the application: GET /api/v1/workflows/{workflow}/logs looks through it. What an execution says in all stays in its own log.',
  config,
  ports: { offers: ['log'] },
  onlyAs: { format: ['json'], outputFormat: ['json'] },
  observes(settings) {
    const { level, logLevel, retentionDays: days } = settings as z.output<typeof config>;
    return { log: { lines: levelOf(level ?? logLevel), keep_ms: keepMs(days) } };
  },
  example: `
name: logs
type: log.collector
config:
  level: warn
  retentionDays: 30
`,
});
