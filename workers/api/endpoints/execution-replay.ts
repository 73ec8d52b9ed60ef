/** Replays: a new execution from the trigger, and as far as asked from the record, of an earlier one. */
import { createExecutionQuery } from '#contracts/api-executions';
import { replayRequest, replayStartedSchema } from '#contracts/api-replay';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { executionOf } from '#workers/api/execution-of';
import { startReplay } from '#workers/api/replay';
import { replayCaller } from '#workers/api/replay-caller';
import { startedAnswer } from '#workers/api/started-answer';

const replay = endpoint({
  route: 'POST /executions/{execution}/replay',
  weight: 'start',
  tag: 'Executions',
  summary: 'Replay an execution',
  description:
    "A new execution with the origin's trigger, of the definition that the origin is pinned to, unless another environment or version is asked for. It has no idempotency key of the pipeline; a step's own key means what it always means, so its stored result is returned. With `wait` it answers 200 once it has ended.",
  query: createExecutionQuery,
  body: replayRequest,
  starts: true,
  answer: replayStartedSchema,
  answers: {
    202: { description: 'Started', schema: replayStartedSchema },
    200: { description: 'Ended while the call waited', schema: replayStartedSchema },
  },
  problems: [
    'invalid_id',
    'unknown_execution',
    'unknown_step',
    'step_never_ran',
    'not_mockable',
    'invalid_modification',
    'schema_mismatch',
    'not_deployed',
    'unknown_workflow',
    'unknown_pipeline',
    'invalid_json',
    'body_too_large',
    'quota_exceeded',
    'quota_soft',
  ],
  async handle(call) {
    const { id, object } = executionOf(call);
    const { started, target } = await startReplay(replayCaller(call), id, object, call.body, call.query.wait ?? 0);
    const { environment, version } = target.deployment;
    const answer = startedAnswer(started, target, call.query.wait !== undefined);
    return { ...answer, body: { ...answer.body, replay_of: id, replay_mode: call.body.mode, environment, version } };
  },
});

export const executionReplayEndpoints: AnyEndpoint[] = [replay];
