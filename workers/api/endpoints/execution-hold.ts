/** An execution that is held at a breakpoint: looking at it, and deciding about it. */
import { breakpointActionRequest, breakpointActionSchema, contextQuery, contextSchema } from '#contracts/api-control';
import type { ExecutionRpc } from '#contracts/execution-rpc';
import { Problem } from '#contracts/problems';
import { controlled } from '#workers/api/control-answer';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { executionOf } from '#workers/api/execution-of';
import { startReplay } from '#workers/api/replay';
import { replayCaller } from '#workers/api/replay-caller';
import { unknownExecution } from '#workers/api/unknown';
import { instant } from '#workers/api/views';

const TAG = 'Debugging';

const context = endpoint({
  route: 'GET /executions/{execution}/context',
  tag: TAG,
  summary: 'What the next step sees',
  description: 'Trigger, outputs, meta and flat fields, as templates and conditions see them; at a breakpoint also the input that the held step would get.',
  query: contextQuery,
  answer: contextSchema,
  answers: { 200: { description: 'The context', schema: contextSchema } },
  problems: ['invalid_id', 'unknown_execution', 'not_found'],
  async handle(call) {
    const { id, object } = executionOf(call);
    const { at } = call.query;
    const found = await object.context(call.tenant, at);
    if (!found && at !== undefined && (await object.summary(call.tenant)))
      throw new Problem('not_found', `The execution has no event ${at}, or none whose context is known here.`);
    if (!found) throw unknownExecution(id);
    const { after, ...context } = found;
    return { body: after ? { ...context, after: { ...after, at: instant(after.at) } } : context };
  },
});

const act = endpoint({
  route: 'POST /executions/{execution}/breakpoint',
  tag: TAG,
  summary: 'Decide about the step that is held at a breakpoint',
  description:
    '`resume` goes on, with another input where one is given. `modify` gives another input and stays held. `skip` goes on behind the step. `abort` cancels; what has a compensation is undone. `replay` starts a new execution from a step that ran, with the recorded outputs before it, and ends this one without undoing anything.',
  body: breakpointActionRequest,
  answer: breakpointActionSchema,
  answers: { 200: { description: 'Taken; the status after it', schema: breakpointActionSchema } },
  problems: [
    'invalid_id',
    'unknown_execution',
    'not_at_breakpoint',
    'invalid_input',
    'unknown_step',
    'step_never_ran',
    'still_running',
    'invalid_json',
    'quota_exceeded',
    'quota_soft',
  ],
  async handle(call) {
    const { id, object } = executionOf(call);
    const { by } = call.actor;
    if (call.body.action !== 'replay') return { body: controlled(id, await object.hold(call.tenant, { ...call.body, by })) };
    const { from_step } = call.body;
    await requireHeld(call, id, object);
    const { started } = await startReplay(replayCaller(call), id, object, { mode: 'step_from', from_step, record_as: 'replay', dry_run: false }, 0);
    const replayed_as = started.execution_id;
    return { body: { ...controlled(id, await object.hold(call.tenant, { action: 'replay', by, replayed_as, from_step })), replayed_as } };
  },
});

export const executionHoldEndpoints: AnyEndpoint[] = [context, act];

/** Before another execution is started in its place. Throws Problem. */
async function requireHeld(call: Call, id: string, object: ExecutionRpc): Promise<void> {
  const now = await object.summary(call.tenant);
  if (!now) throw unknownExecution(id);
  if (!now.paused?.breakpoint)
    throw new Problem('not_at_breakpoint', `The execution is ${now.status}.`, { extra: { execution_id: id, execution_status: now.status } });
}
