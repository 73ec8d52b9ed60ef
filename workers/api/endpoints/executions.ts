/** Executions: start one, list them, watch them. */
import { createExecutionQuery, createExecutionRequest, executionPage, executionStartedSchema, executionsQuery, liveQuery } from '#contracts/api-executions';
import { EXECUTION_ID } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { namesOf, reachedIds } from '#workers/api/execution-names';
import { executionOf } from '#workers/api/execution-of';
import { liveStream } from '#workers/api/live-stream';
import { startedAnswer } from '#workers/api/started-answer';
import { targetOf } from '#workers/api/target';
import { livesHere } from '#workers/regions/elsewhere';
import { listExecutions } from '#workers/regions/lists';
import { startExecution } from '#workers/start';

const TAG = 'Executions';

const create = endpoint({
  route: 'POST /executions',
  weight: 'start',
  audited: false,
  tag: TAG,
  summary: 'Start an execution',
  description:
    'Answers 202 as soon as the start is durable. With `wait` it answers 200 with the result once the execution has ended, or 202 when it takes longer. The same `idempotency_key` (or header `Idempotency-Key`) gives the same execution.',
  query: createExecutionQuery,
  headers: {
    'Idempotency-Key': 'As `idempotency_key` of the body: the same key gives the same execution',
    traceparent: 'W3C trace context that the execution is a part of',
  },
  body: createExecutionRequest,
  answer: executionStartedSchema,
  answers: {
    202: { description: 'Started', schema: executionStartedSchema },
    200: { description: 'Ended while the call waited', schema: executionStartedSchema },
  },
  problems: [
    'unknown_workflow',
    'unknown_pipeline',
    'ambiguous_pipeline',
    'not_deployed',
    'schema_mismatch',
    'residency_refused',
    'quota_exceeded',
    'quota_soft',
    'execution_leaving',
  ],
  async handle(call) {
    const { workflow, pipeline, environment, data, tags } = call.body;
    const target = await targetOf(call, { workflow, pipeline, environment });
    const started = await startExecution(call.env, {
      tenant: call.tenant,
      ...target,
      trigger: 'manual',
      data: data ?? {},
      idempotency_key: keyOf(call.request, call.body.idempotency_key),
      wait_ms: call.query.wait ?? 0,
      with_outputs: true,
      by: call.actor.by,
      traceparent: call.request.headers.get('traceparent'),
      tags,
    });
    return startedAnswer(started, target, call.query.wait !== undefined);
  },
});

const list = endpoint({
  route: 'GET /executions',
  weight: 'medium',
  tag: TAG,
  summary: 'List executions',
  description: 'Newest first. A page looks through a bounded number of executions: with a rare filter it may be short, and `next_cursor` goes on.',
  query: executionsQuery,
  answer: executionPage,
  answers: { 200: { description: 'A page', schema: executionPage } },
  problems: ['invalid_cursor', 'unknown_workflow', 'unknown_project'],
  async handle(call) {
    const { limit, workflow, pipeline, project, ...filter } = call.query;
    const reached = await reachedIds(call, project);
    if (filter.q !== undefined && filter.cursor === undefined && (await livesHere(call.env, call.tenant, filter.q)))
      return { body: await only(call, filter.q) };
    const named = await namesOf(call, workflow, pipeline);
    const wanted = { ...filter, ...named, ...reached, limit: limit ?? LIMITS.listDefault };
    return { body: await listExecutions(call.env, call.tenant, wanted, call.from !== undefined) };
  },
});

const live = endpoint({
  route: 'GET /executions/live',
  weight: 'medium',
  tag: TAG,
  summary: 'Watch executions as they happen',
  description: 'Server-sent events: `event` is the type of the event, `data` its JSON. What is started after the answer began is seen.',
  query: liveQuery,
  answers: { 200: { description: 'An endless stream; a comment every 15 s keeps it open', mediaType: 'text/event-stream' } },
  problems: ['invalid_id', 'forbidden', 'unknown_workflow', 'too_many_streams'],
  async handle(call) {
    const { tenant = call.tenant, pipeline, workflow, ...filter } = call.query;
    if (tenant !== call.tenant && !call.actor.platform) throw new Problem('forbidden', 'tenant: the key belongs to another tenant.');
    if (filter.execution_id !== undefined && !EXECUTION_ID.test(filter.execution_id))
      throw new Problem('invalid_id', 'execution_id: exec_ and 43 letters or digits.');
    // The operator may watch another company than the one it acts for; all others their own alone.
    return liveStream(call, tenant, { ...filter, ...(await namesOf({ ...call, tenant }, workflow, pipeline)), ...(await reachedIds(call)) });
  },
});

/** `/executions/live` before `/executions/{execution}`, which comes in another list after this. */
export const executionEndpoints: AnyEndpoint[] = [create, list, live];

function keyOf(request: Request, inBody: string | undefined): string | undefined {
  const inHeader = request.headers.get('idempotency-key') ?? undefined;
  if (inBody !== undefined && inHeader !== undefined && inBody !== inHeader) {
    throw new Problem('invalid_request', 'idempotency_key: the body and the header Idempotency-Key differ. Send one of them.');
  }
  const key = inBody ?? inHeader;
  // It becomes part of an object's name, which is UTF-8.
  if (key !== undefined && (key === '' || key.length > LIMITS.idempotencyKey || !key.isWellFormed())) {
    throw new Problem('invalid_request', `idempotency_key: 1 to ${LIMITS.idempotencyKey} characters of well-formed text.`);
  }
  return key;
}

/** The whole id was searched for: its object is the index that needs no scan. */
async function only(call: Call, id: string) {
  try {
    const { object } = executionOf({ ...call, params: { execution: id } });
    await call.access.inExecution(id);
    const summary = await object.summary(call.tenant);
    return { items: summary ? [{ ...summary, region: call.env.REGION }] : [], next_cursor: null };
  } catch (error) {
    if (error instanceof Problem && error.code === 'unknown_execution') return { items: [], next_cursor: null };
    throw error;
  }
}
