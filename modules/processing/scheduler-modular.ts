/** A scheduler: the time that jobs of `workflows.scheduler` name. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

export const schedulerModular = defineModule({
  type: 'scheduler.modular',
  summary: 'A time for jobs. Here one object per application wakes by alarm and starts what is due, so that a restart loses nothing.',
  ports: { offers: ['times'] },
  config: z.strictObject({
    cronExpression: z.string().optional().describe('When its jobs are due: five fields, or six with seconds first.'),
    timezone: z.string().optional().describe('IANA name of the time zone, such as Europe/Berlin. Default: UTC.'),
    overlap: z.enum(['allow', 'skip', 'cancel_previous']).optional().describe('What happens while the run before has not ended. Default: allow.'),
    catch_up: z.enum(['none', 'last', 'all']).optional().describe('Which missed times are made up for. Default: last.'),
    storage: z.string().optional().describe('Where jobs are kept. No effect here: an object with an alarm keeps them.'),
    workerCount: z.number().int().optional().describe('No effect here: every run is an execution of its own.'),
    queueSize: z.number().int().optional().describe('No effect here.'),
    description: z.string().optional().describe('What it is for.'),
  }),
  example: `
name: hourly
type: scheduler.modular
config:
  cronExpression: "0 * * * *"
  timezone: Europe/Berlin
`,
});
