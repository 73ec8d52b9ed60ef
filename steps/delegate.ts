/** Hands the work to a service of the application: it hears an event, and the pipeline goes on. */
import { z } from 'zod';
import type { Json, JsonObject } from '#contracts/json';
import { compact, json } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const config = z.strictObject({
  service: z.string().min(1).describe('Name of the service: the topic of the event that it hears.'),
  payload: json.optional().describe('Data of the event. Default: path parameters, query and body of the request.'),
});

interface Input {
  service: string;
  payload: Json;
}

export const delegate = defineStep({
  type: 'step.delegate',
  summary: 'Hands the request to a service of the application as an event of its name; a handler or pipeline that listens to it does the work.',
  pure: false,
  config,
  example: `
name: delete-order
type: step.delegate
config:
  service: order-service
`,
  output: '{delegated: true, service}',
  prepare: (settings, scope) => compact({ service: settings.service, payload: settings.payload ?? requestOf(scope.context) }),
  async perform({ service, payload }: Input, context) {
    await context.bus.publish({ id: `evt_${context.execution_id}_${context.step}`, topic: service, data: payload });
    return { kind: 'completed', output: { delegated: true, service } };
  },
});

function requestOf(context: JsonObject): JsonObject {
  const { method, path, path_params, query, body, data } = (context.trigger ?? {}) as JsonObject;
  return compact({ method, path, path_params, query, body: body ?? data });
}
