/** Templates and rules of the pipeline's own settings, looked at before there is an execution: from the trigger alone. */
import type { JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { buildContext } from '#language/scope';
import { renderText } from '#language/templates/render';
import type { StartOrder } from '#workers/start';

/** `where`: the setting. What it is made of has to be in the request: throws Problem with status 400. */
export function renderAtStart(order: StartOrder, template: string, where: string): string {
  const context = startContext(order);
  return atStart(order, where, () => renderText(template, { context, now: Date.now(), strict: true, where }), `The template is ${template}`);
}

/** What starts an execution, as templates and conditions see it. */
export function startContext({ data, trigger, tenant, deployment, pipeline }: StartOrder): JsonObject {
  return buildContext({
    trigger: data,
    triggerType: trigger,
    steps: [],
    meta: { tenant, workflow: deployment.workflow, environment: deployment.environment, pipeline: pipeline.name },
  });
}

/** Whatever is wrong is the request's: throws Problem with status 400. */
export function atStart<T>({ pipeline }: StartOrder, where: string, evaluate: () => T, hint?: string): T {
  try {
    return evaluate();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new Problem(error.code, `The request lacks what ${where} of ${pipeline.name} is made of: ${error.message}`, {
      extra: { status: 400 },
      errors: [{ code: error.code, message: error.message, path: where, ...(hint === undefined ? {} : { hint }) }],
      cause: error,
    });
  }
}
