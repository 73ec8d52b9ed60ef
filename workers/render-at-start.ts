/** A template of the pipeline's own settings, filled in before there is an execution: from the trigger alone. */
import { Problem } from '#contracts/problems';
import { buildContext } from '#language/scope';
import { renderText } from '#language/templates/render';
import type { StartOrder } from '#workers/start';

/** `where`: the setting. What it is made of has to be in the request: throws Problem with status 400. */
export function renderAtStart(order: StartOrder, template: string, where: string): string {
  const context = buildContext({
    trigger: order.data,
    triggerType: order.trigger,
    steps: [],
    meta: { tenant: order.tenant, workflow: order.deployment.workflow, environment: order.deployment.environment, pipeline: order.pipeline.name },
  });
  try {
    return renderText(template, { context, now: Date.now(), strict: true, where });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new Problem(error.code, `The request lacks what ${where} of ${order.pipeline.name} is made of: ${error.message}`, {
      extra: { status: 400 },
      errors: [{ code: error.code, message: error.message, path: where, hint: `The template is ${template}` }],
      cause: error,
    });
  }
}
