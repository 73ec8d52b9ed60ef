/** What `api.command` and `api.query` share: routes whose steps stand at the route, or whose work a delegate does. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import type { Lowered, ModuleUse, PlainStep } from '#contracts/module';
import { forwardSteps } from '#modules/lowering';

export const routedConfig = z.strictObject({
  service_name: z.string().optional().describe('Name of the service, for the reader.'),
  delegate: z
    .string()
    .optional()
    .describe(
      'Pipeline that does the work of routes without steps. It is started with the body of the request; with the whole request, path_params and query, where that has none.',
    ),
  description: z.string().optional().describe('What it is for.'),
  routes: z.array(z.any()).optional().describe('No effect here: routes stand in workflows.http.'),
});

/** `status`: of the answer. */
export function routedSteps(use: ModuleUse, status: number): Lowered {
  const { delegate } = use.settings as { delegate?: string };
  const from = use.by === 'message' ? 'trigger.data' : use.route?.method === 'GET' ? 'trigger' : 'trigger.body';
  const work: PlainStep[] =
    delegate !== undefined && use.pipeline(delegate) && use.step('step.workflow_call')
      ? [{ name: 'work', type: 'step.workflow_call', config: { workflow: delegate, mode: 'sync', input: { _from: from } } }]
      : [];
  const body: JsonObject = work.length > 0 ? { body_from: 'steps.work' } : { body: { handler: use.name, status: 'success' } };
  const reply: PlainStep[] = use.by === 'request' ? [{ name: 'answer', type: 'step.json_response', config: { status, ...body } }] : [];
  return {
    steps: [{ name: 'received', type: 'step.log', config: { level: 'info', message: `${use.name} received` } }, ...work, ...forwardSteps(use, from), ...reply],
  };
}
