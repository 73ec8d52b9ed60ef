/** Orders to an execution. */
import { cancelRequest, controlSchema, emptyRequest, rebuildSchema } from '#contracts/api-executions';
import type { ControlResult } from '#contracts/execution-rpc';
import { Problem } from '#contracts/problems';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { executionOf, unknownExecution } from '#workers/api/execution-of';

const TAG = 'Executions';

const cancel = endpoint({
  route: 'POST /executions/{execution}/cancel',
  tag: TAG,
  summary: 'Cancel an execution',
  description: 'An attempt under way is let end first. What has a compensation and completed is undone.',
  body: cancelRequest,
  answer: controlSchema,
  answers: { 200: { description: 'Taken; the status after it', schema: controlSchema } },
  problems: ['invalid_id', 'unknown_execution', 'execution_finished', 'read_only', 'invalid_json'],
  async handle(call) {
    const { id, object } = executionOf(call);
    return { body: outcome(id, await object.cancel(call.tenant, { reason: call.body.reason, by: call.actor.by })) };
  },
});

const resume = endpoint({
  route: 'POST /executions/{execution}/resume',
  tag: TAG,
  summary: 'Try a compensation that gave up again',
  body: emptyRequest,
  answer: controlSchema,
  answers: { 200: { description: 'Taken; the status after it', schema: controlSchema } },
  problems: ['invalid_id', 'unknown_execution', 'execution_finished', 'not_resumable', 'read_only'],
  async handle(call) {
    const { id, object } = executionOf(call);
    return { body: outcome(id, await object.resume(call.tenant, { by: call.actor.by })) };
  },
});

const rebuild = endpoint({
  route: 'POST /executions/{execution}/rebuild',
  tag: TAG,
  summary: 'Fold the log anew and compare',
  description: 'Proves that the state is what the log says. It changes nothing.',
  body: emptyRequest,
  answer: rebuildSchema,
  answers: { 200: { description: 'The comparison', schema: rebuildSchema } },
  problems: ['invalid_id', 'unknown_execution'],
  async handle(call) {
    const { id, object } = executionOf(call);
    const result = await object.rebuild(call.tenant);
    if (!result) throw unknownExecution(id);
    return { body: { execution_id: id, ...result } };
  },
});

export const executionControlEndpoints: AnyEndpoint[] = [cancel, resume, rebuild];

function outcome(id: string, result: ControlResult | null) {
  if (!result) throw unknownExecution(id);
  if (!result.ok) throw new Problem(result.code, `The execution is ${result.status}.`, { extra: { execution_id: id, execution_status: result.status } });
  return { execution_id: id, status: result.status };
}
