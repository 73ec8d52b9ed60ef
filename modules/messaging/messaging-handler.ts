/** A handler of events, jobs and hooks. */
import { z } from 'zod';
import type { PlainStep } from '#contracts/module';
import { defineModule } from '#modules/define-module';
import { forwardSteps } from '#modules/lowering';

const config = z.strictObject({
  topic: z.string().optional().describe('Topic that it listens to, beside its subscriptions. A last * is any rest: order.*'),
  topics: z.array(z.string()).optional().describe('Topics that it listens to.'),
  pipeline: z.string().optional().describe('Pipeline of the application that does the work.'),
  inputType: z.string().optional().describe('Kind of input of a producer. No effect here: inputs are events, requests and schedules.'),
  watchPath: z.string().optional().describe('Folder to watch for files. No effect here: there are no folders at the edge.'),
  description: z.string().optional().describe('What it does; stands in the log of each of its executions.'),
});

type Settings = z.output<typeof config>;

export const messagingHandler = defineModule({
  type: 'messaging.handler',
  summary: 'Receives events, jobs and hooks, each as an execution of its own; hands them on to the topics of its producer.',
  config,
  ports: { offers: ['messages'], takes: [{ port: 'broker' }, { port: 'times' }] },
  pipelines: ['pipeline'],
  notices: (settings) =>
    (settings as Settings).watchPath === undefined
      ? []
      : [
          {
            severity: 'warning',
            setting: 'watchPath',
            message: 'There are no folders to watch at the edge; this handler hears events only.',
            hint: 'Publish the rows of the file as events, or send them to a route.',
          },
        ],
  lower(use) {
    const settings = use.settings as Settings;
    const work: PlainStep[] =
      settings.pipeline !== undefined && use.pipeline(settings.pipeline) && use.step('step.workflow_call')
        ? [{ name: 'work', type: 'step.workflow_call', config: { workflow: settings.pipeline, mode: 'sync', input: { _from: 'trigger.data' } } }]
        : [];
    const message = settings.description ?? `${use.name} received`;
    const received: PlainStep = {
      name: 'received',
      type: 'step.log',
      config: { level: 'info', message: `${message}{{ if .trigger.type }} ({{ .trigger.type }}){{ end }}` },
    };
    return { steps: [received, ...work, ...forwardSteps(use, 'trigger.data')] };
  },
  example: `
name: notification-handler
type: messaging.handler
config:
  topic: order.*
  description: Tells customers what became of their orders
`,
});
