/**
 * Idempotency keys: those that starts of pipelines came with, and those under which steps have their effect once. Listed,
 * looked up, and released before their time.
 */
import type { z } from 'zod';
import {
  idempotencyKeyPage,
  idempotencyKeyQuery,
  idempotencyKeySchema,
  idempotencyKeysQuery,
  keyReleasedSchema,
  type listedKeySchema,
  releaseKeyRequest,
} from '#contracts/api-idempotency';
import { type ExecutionSummary, FINAL_STATUSES } from '#contracts/execution';
import { keyState, type ListedKey } from '#contracts/key-store';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { partsOfStored } from '#objects/key-list';
import { controlled } from '#workers/api/control-answer';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { namesOf, reachedIds } from '#workers/api/execution-names';
import { executionOf } from '#workers/api/execution-of';
import { unknownExecution } from '#workers/api/unknown';
import { instant } from '#workers/api/views';
import { listStepKeys, lookForStepKey, partsOfHolder, releaseStepKey } from '#workers/idempotency/step-keys';
import { listExecutions } from '#workers/regions/lists';

const TAG = 'Idempotency keys';

type Listed = z.input<typeof listedKeySchema>;
type StepKey = z.output<typeof idempotencyKeyQuery>;

const list = endpoint({
  route: 'GET /idempotency-keys',
  weight: 'medium',
  tag: TAG,
  summary: 'List idempotency keys',
  description:
    'The newest first. `scope=pipeline`: keys that executions were started with, listed as long as their executions are; `scope=step`: keys under which steps had their effect, listed until an hour after their time. A page looks through a bounded number: with a rare filter it may be short, and `next_cursor` goes on.',
  query: idempotencyKeysQuery,
  answer: idempotencyKeyPage,
  answers: { 200: { description: 'A page', schema: idempotencyKeyPage } },
  problems: ['invalid_cursor', 'unknown_workflow', 'unknown_project'],
  async handle(call) {
    const { scope, q: text, prefix, state, workflow, pipeline, project, environment, limit = LIMITS.listDefault, cursor } = call.query;
    const { env, tenant, now } = call;
    const wanted = { ...(await namesOf(call, workflow, pipeline)), ...(await reachedIds(call, project)), environment, limit, cursor };
    const own = call.from !== undefined;
    if (scope === 'step') {
      const { items, ...page } = await listStepKeys(env, tenant, { ...wanted, text, prefix, state }, own);
      return { body: { ...page, items: items.map(ofStep) } };
    }
    const { items, ...page } = await listExecutions(env, tenant, { ...wanted, keyed: { now, state, prefix, text } }, own);
    return { body: { ...page, items: items.map((item) => ofStart(item, now)) } };
  },
});

const get = endpoint({
  route: 'GET /idempotency-keys/{idempotency_key}',
  tag: TAG,
  summary: 'Look up the key of a step',
  description: 'Who had the effect under the key of a deduplicated step, what came of it, and until when it is given again. Keys of pipelines are in the list.',
  query: idempotencyKeyQuery,
  answer: idempotencyKeySchema,
  answers: { 200: { description: 'The key', schema: idempotencyKeySchema } },
  problems: ['not_found', 'region_unavailable'],
  async handle(call) {
    const { found, execution_id, step, ...key } = await stepKeyOf(call);
    return {
      body: {
        key: key.key,
        environment: key.environment,
        phase: key.phase,
        status: found.result ? ('stored' as const) : ('under_way' as const),
        execution_id,
        step,
        expires_at: instant(found.until),
        ...found.result,
      },
    };
  },
});

const releaseOfStep = endpoint({
  route: 'POST /idempotency-keys/{idempotency_key}/release',
  tag: TAG,
  summary: 'Release the key of a step',
  description:
    'The stored result is forgotten: the next step that comes with the key has its effect once more, and the other side is sent another `Idempotency-Key`, so that it does not take it for the first. Not while the execution that holds it is at work.',
  query: idempotencyKeyQuery,
  body: releaseKeyRequest,
  answer: keyReleasedSchema,
  answers: { 200: { description: 'It is free', schema: keyReleasedSchema } },
  problems: ['not_found', 'key_at_work', 'key_free', 'region_unavailable', 'invalid_json'],
  async handle(call) {
    const { env, tenant, note, now } = call;
    const { found, region, stored, key, environment, execution_id, step } = await stepKeyOf(call);
    await releaseStepKey(env, tenant, region, { key: stored, holder: found.holder });
    note.before = { execution_id, step, environment, expires_at: instant(found.until) };
    note.after = { released: true, ...reasonOf(call.body) };
    return { body: { scope: 'step' as const, key, environment, execution_id, released_at: instant(now), expired_at: instant(found.until) } };
  },
});

const releaseOfStart = endpoint({
  route: 'POST /executions/{execution}/release-key',
  tag: TAG,
  summary: 'Release the key that an execution was started with',
  description:
    'The next start with the key is another execution, and has all effects of the pipeline once more. Not while the execution is at work: let it end, or cancel it first. It is written into its log.',
  body: releaseKeyRequest,
  answer: keyReleasedSchema,
  answers: { 200: { description: 'It is free', schema: keyReleasedSchema } },
  problems: ['invalid_id', 'unknown_execution', 'key_at_work', 'key_free', 'read_only', 'invalid_json'],
  async handle(call) {
    const { id, object } = executionOf(call);
    const before = await object.summary(call.tenant);
    if (!before) throw unknownExecution(id);
    controlled(id, await object.releaseKey(call.tenant, { ...reasonOf(call.body), by: call.actor.by }));
    // It could be released, so it has one.
    const { environment, idempotency_key: key = '', idempotency_expires_at: expired_at = '' } = before;
    call.note.before = { idempotency_key: key, expires_at: expired_at };
    call.note.after = { released: true, ...reasonOf(call.body) };
    return { body: { scope: 'pipeline' as const, key, environment, execution_id: id, released_at: instant(call.now), expired_at } };
  },
});

export const idempotencyKeyEndpoints: AnyEndpoint[] = [list, get, releaseOfStep, releaseOfStart];

/** The key that the path and the query name, for somebody who sees the execution that holds it. Throws Problem('not_found'). */
async function stepKeyOf(call: Call<StepKey, unknown>) {
  const { environment, phase } = call.query;
  const key = call.params.idempotency_key!;
  const stored = `${environment}/${phase}/${key}`;
  const unknown = new Problem('not_found', `No effect is known under the key ${key.slice(0, 256)} in ${environment}.`);
  const place = await lookForStepKey(call.env, call.tenant, stored, call.from !== undefined);
  if (!place) throw unknown;
  const { found, region } = place;
  const parts = partsOfHolder(found.holder);
  if (found.owner) await call.access.inWorkflow(found.owner.workflow_id, unknown);
  else
    await call.access.inExecution(parts.execution_id).catch(() => {
      throw unknown;
    });
  return { key, environment, phase, stored, region, found, ...parts };
}

function ofStep({ key: stored, holder, state, at, until, owner, region }: ListedKey & { region: string }): Listed {
  const { environment, phase, key } = partsOfStored(stored);
  const { workflow, pipeline } = owner;
  const taken = { state, taken_at: instant(at), expires_at: instant(until), region };
  return { scope: 'step', key, environment, workflow, pipeline, phase: phase as StepKey['phase'], ...partsOfHolder(holder), ...taken };
}

function ofStart(execution: ExecutionSummary & { region: string }, now: number): Listed {
  const { execution_id, workflow, pipeline, environment, status, started_at, region, idempotency_key: key = '', idempotency_expires_at } = execution;
  const expires_at = idempotency_expires_at ?? started_at;
  const state = keyState({ until: Date.parse(expires_at), isAnswered: FINAL_STATUSES.includes(status) }, now);
  return { scope: 'pipeline', key, environment, workflow, pipeline, execution_id, execution_status: status, state, taken_at: started_at, expires_at, region };
}

function reasonOf({ reason }: z.output<typeof releaseKeyRequest>): { reason?: string } {
  return reason === undefined ? {} : { reason };
}
