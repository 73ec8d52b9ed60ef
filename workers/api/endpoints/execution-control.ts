/** Orders to an execution. */

import { pauseRequest } from '#contracts/api-control';
import { cancelRequest, controlSchema, emptyRequest, rebuildSchema } from '#contracts/api-executions';
import { controlled } from '#workers/api/control-answer';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { executionOf } from '#workers/api/execution-of';
import { unknownExecution } from '#workers/api/unknown';

const TAG = 'Executions';

const cancel = endpoint({
  route: 'POST /executions/{execution}/cancel',
  tag: TAG,
  summary: 'Cancel an execution',
  description:
    'An attempt under way is let end first. What has a compensation and completed is undone. The same order of the same caller, with the same reason, may be sent again: it is answered with the status by then, and changes nothing.',
  body: cancelRequest,
  answer: controlSchema,
  answers: { 200: { description: 'Taken; the status after it', schema: controlSchema } },
  problems: ['invalid_id', 'unknown_execution', 'execution_finished', 'read_only', 'invalid_json'],
  async handle(call) {
    const { id, object } = executionOf(call);
    return { body: controlled(id, await object.cancel(call.tenant, { reason: call.body.reason, by: call.actor.by })) };
  },
});

const pause = endpoint({
  route: 'POST /executions/{execution}/pause',
  tag: TAG,
  summary: 'Pause an execution',
  description: 'An attempt under way comes to its end; nothing new begins, timers and deadlines stand still. It costs nothing and lasts until it is resumed.',
  body: pauseRequest,
  answer: controlSchema,
  answers: { 200: { description: 'Taken; the status after it', schema: controlSchema } },
  problems: ['invalid_id', 'unknown_execution', 'execution_finished', 'already_paused', 'not_pausable', 'invalid_json'],
  async handle(call) {
    const { id, object } = executionOf(call);
    return { body: controlled(id, await object.pause(call.tenant, { reason: call.body.reason, by: call.actor.by })) };
  },
});

const resume = endpoint({
  route: 'POST /executions/{execution}/resume',
  tag: TAG,
  summary: 'Go on with an execution',
  description: 'After a pause, from a breakpoint, or, where a compensation gave up, by trying it again.',
  body: emptyRequest,
  answer: controlSchema,
  answers: { 200: { description: 'Taken; the status after it', schema: controlSchema } },
  problems: ['invalid_id', 'unknown_execution', 'execution_finished', 'not_resumable', 'read_only'],
  async handle(call) {
    const { id, object } = executionOf(call);
    return { body: controlled(id, await object.resume(call.tenant, { by: call.actor.by })) };
  },
});

const rebuild = endpoint({
  route: 'POST /executions/{execution}/rebuild',
  weight: 'medium',
  tag: TAG,
  summary: 'Fold the log anew and compare',
  description: 'Proves that the state is what the log says. It changes nothing.',
  body: emptyRequest,
  answer: rebuildSchema,
  answers: { 200: { description: 'The comparison', schema: rebuildSchema } },
  whileMoving: 'reading',
  problems: ['invalid_id', 'unknown_execution'],
  async handle(call) {
    const { id, object } = executionOf(call);
    const result = await object.rebuild(call.tenant);
    if (!result) throw unknownExecution(id);
    return { body: { execution_id: id, ...result } };
  },
});

export const executionControlEndpoints: AnyEndpoint[] = [cancel, pause, resume, rebuild];
