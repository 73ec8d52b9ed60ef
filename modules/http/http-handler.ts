/** A handler without code of its own: it hands the request on as events, and says that it has. */
import { z } from 'zod';
import type { ModuleUse, PlainStep } from '#contracts/module';
import { defineModule } from '#modules/define-module';
import { forwardSteps, transitionSteps } from '#modules/lowering';

const config = z.strictObject({
  contentType: z.string().default('application/json').describe('Media type of the answer.'),
  method: z.string().optional().describe('Method of its route, where no route of the document names it. Default: POST.'),
  path: z.string().regex(/^\//, 'a path that begins with /').optional().describe('Path of its route, where no route of the document names it.'),
  status: z.number().int().min(200).max(599).default(200).describe('Status of the answer.'),
  pipeline: z.string().optional().describe('Pipeline of the application that does the work and answers.'),
  response: z.any().optional().describe('Body of the answer. Default: the name of the handler and its status.'),
  description: z.string().optional().describe('What it is for.'),
});

type Settings = z.output<typeof config>;

export const httpHandler = defineModule({
  type: 'http.handler',
  summary: 'Answers a route. Without a pipeline it publishes the request to the topics of its producer, and answers {handler, status}.',
  config,
  ports: { offers: ['requests', 'messages'], takes: [{ port: 'routes' }] },
  pipelines: ['pipeline'],
  mounts: (settings) => {
    const { method, path } = settings as Settings;
    return path === undefined ? [] : [{ method: (method ?? 'POST').toUpperCase(), path }];
  },
  lower(use) {
    const settings = use.settings as Settings;
    const ok = settings.status < 400;
    const body = settings.response ?? { handler: use.name, status: ok ? 'success' : 'error' };
    const json = settings.contentType.startsWith('application/json');
    const answer: PlainStep = json
      ? { name: 'answer', type: 'step.json_response', config: { status: settings.status, body } }
      : { name: 'answer', type: 'step.raw_response', config: { status: settings.status, content_type: settings.contentType, body: textOf(body) } };
    return { steps: [...called(use, settings), ...(ok ? [...watched(use), ...forwardSteps(use, 'trigger.body'), ...transitionSteps(use)] : []), answer] };
  },
  example: `
name: users-handler
type: http.handler
config:
  contentType: application/json
`,
});

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function called(use: ModuleUse, settings: Settings): PlainStep[] {
  if (settings.pipeline === undefined || !use.pipeline(settings.pipeline) || !use.step('step.workflow_call')) return [];
  return [{ name: 'work', type: 'step.workflow_call', config: { workflow: settings.pipeline, mode: 'sync', input: { _from: 'trigger.body' } } }];
}

/** Where patterns of events are watched for, a request that names an event is that event. */
function watched(use: ModuleUse): PlainStep[] {
  if (!use.watches || use.forward.length > 0 || use.route?.method === 'GET') return [];
  const topic = '{{ coalesce .type .eventType .event_type .event "" }}';
  return [
    {
      name: 'event',
      type: 'step.publish',
      if: 'trigger.body.type != null or trigger.body.eventType != null or trigger.body.event_type != null or trigger.body.event != null',
      config: { topic, payload: { _from: 'trigger.body' } },
    },
  ];
}
