/** The preview of a cancel. */
import { compensationPlanSchema } from '#contracts/api-compensation-plan';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { executionOf } from '#workers/api/execution-of';
import { unknownExecution } from '#workers/api/unknown';

const plan = endpoint({
  route: 'GET /executions/{execution}/compensation-plan',
  tag: 'Executions',
  summary: 'What cancelling now would run, in what order, with which payloads',
  description:
    'Rehearsed by the engine itself; nothing goes out and nothing changes. Attempts under way are let end first: what they would add to the plan is told apart. Of an execution that is being undone it is the rest.',
  answer: compensationPlanSchema,
  answers: { 200: { description: 'The plan', schema: compensationPlanSchema } },
  problems: ['invalid_id', 'unknown_execution'],
  async handle(call) {
    const { id, object } = executionOf(call);
    const found = await object.compensationPlan(call.tenant);
    if (!found) throw unknownExecution(id);
    return { body: found };
  },
});

export const compensationPlanEndpoints: AnyEndpoint[] = [plan];
