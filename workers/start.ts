/**
 * The one way to start an execution: by HTTP, API, event or replay.
 *
 * Invariants
 * 1. With a key, tenant + workflow + environment + pipeline + key name the object: the platform's own uniqueness
 *    of objects is the deduplication, and nothing is looked up first.
 * 2. A key whose time is over leads to the object of its next generation; all callers agree on which that is.
 * 3. An execution that lives in another region is handed there before anything of it is stored here.
 */
import type { RunMocks } from '#contracts/debugging';
import type { Pipeline } from '#contracts/definition';
import type { Parent, Stored, TriggerType } from '#contracts/events';
import type { StartRequest, StartResult } from '#contracts/execution-rpc';
import { newTraceId, parseTraceparent } from '#contracts/ids';
import type { Json, JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { ActiveDeployment } from '#storage/ports';
import { admissionOf } from '#workers/admission';
import { attributesOf } from '#workers/attributes';
import { checkTriggerData } from '#workers/data-schema';
import type { RegionEnv } from '#workers/env';
import { assertNotClosed } from '#workers/erasure/closed';
import { executionStub, newExecutionStub } from '#workers/execution-stub';
import { maskerOf } from '#workers/masks';
import { assertSettled } from '#workers/moving/late';
import { admitByQuota, refusedBy } from '#workers/quota/admit';
import { residencyOf, startElsewhere } from '#workers/regions/residency';
import { renderAtStart } from '#workers/render-at-start';

export interface StartOrder {
  tenant: string;
  /** What to run: a deployment, or, for a replay, the version its origin is pinned to. */
  deployment: Omit<ActiveDeployment, 'deployment_id'>;
  pipeline: Pipeline;
  trigger: TriggerType;
  data: Json;
  /** They were as the pipeline asks before they were masked: as they are now nobody can say. */
  checked?: true;
  /** Overrides the pipeline's `key_template`; `null`: no key at all. */
  idempotency_key?: string | null;
  /** Answer with the outputs of all steps. */
  with_outputs?: boolean;
  /** Answer once the execution has ended, at the latest after this many ms; 0: once the start is on disk. */
  wait_ms: number;
  by: string;
  /** W3C trace context of the caller. */
  traceparent?: string | null;
  tags?: JsonObject;
  /** A `Recording` to follow, see `ExecutionRpc.origin`. */
  recorded?: Stored;
  /** Every effect is taken from `recorded`. */
  dry_run?: true;
  /** Every effect is taken from these. */
  mocks?: RunMocks;
  /** Lives where it is started, whatever its pipeline's `residency` says: it belongs to something that is here. */
  stays?: true;
  /** Part of something that was let in: no quota is asked. What follows by itself is; what somebody asks for, such as a replay, is not. */
  uncounted?: true;
  /** Its rate was counted where it came from; it lives here, so here it needs a place. */
  let_in?: true;
  /** Called by a step of another execution; `name` is that of the object, so that the same call is the same execution. */
  called?: { name: string; parent: Parent };
}

export type Started = Extract<StartResult, { trace_id: string }>;

/** Throws Problem. */
export async function startExecution(env: RegionEnv, given: StartOrder): Promise<Started> {
  await assertSettled(env, given.tenant);
  await assertNotClosed(env, given.tenant);
  // What follows an earlier start was let in then.
  if (!given.recorded && !given.checked) checkTriggerData(given.pipeline, given.trigger, given.data);
  const region = await residencyOf(env, given);
  if (region !== env.REGION) {
    // The rate is that of the tenant's home; what is at work is counted where it lives.
    await admitByQuota(env, given, undefined);
    return startElsewhere(env, given, region);
  }
  const order = withoutPersonalData(env, given);
  const { deployment, pipeline } = order;
  const parent = parseTraceparent(order.traceparent);
  const key = order.idempotency_key === null ? undefined : (order.idempotency_key ?? keyOf(order));
  const admission = admissionOf(order);
  const urgency = pipeline.concurrency?.priority === undefined ? undefined : admission?.priority;
  const bounds = await admitByQuota(env, order, urgency);
  const attributes = attributesOf(order);
  const request: StartRequest = {
    tenant: order.tenant,
    region: env.REGION,
    workflow: deployment.workflow,
    workflow_id: deployment.workflow_id,
    version: deployment.version,
    definition: deployment.hash,
    environment: deployment.environment,
    pipeline: pipeline.name,
    trigger: order.trigger,
    trigger_data: order.data,
    trace_id: parent?.traceId ?? newTraceId(),
    by: order.by,
    wait_ms: Math.min(order.wait_ms, LIMITS.syncWaitMs),
  };
  // One by one: an object for each that is not there would be most of what a start leaves here.
  if (order.with_outputs) request.with_outputs = true;
  if (parent) request.parent_span_id = parent.spanId;
  if (order.tags) request.tags = order.tags;
  if (attributes) request.attributes = attributes;
  if (order.recorded) request.recorded = order.recorded;
  if (order.dry_run) request.dry_run = true;
  if (order.mocks) request.mocks = order.mocks;
  if (admission) request.admission = admission;
  if (bounds) request.bounds = bounds;
  if (order.called) {
    const { name, parent: caller } = order.called;
    return assertStarted(env, request, await startNamed(env, name, { ...request, parent: caller }));
  }
  if (key === undefined) {
    const result = await newExecutionStub(env).start(request);
    return assertStarted(env, request, result as StartResult);
  }
  checkKey(key);
  return startKeyed(env, { ...request, idempotency_key: key, idempotency_ttl_ms: pipeline.idempotency?.ttl_ms ?? LIMITS.idempotencyTtlMs });
}

/** As the pipeline's `mask` leaves it: keys that are made of the trigger are made of pseudonyms, too. */
function withoutPersonalData(env: RegionEnv, order: StartOrder): StartOrder {
  const rules = order.pipeline.mask;
  if (!rules) return order;
  const { trigger, text } = maskerOf(env, rules, order.tenant);
  const key = order.idempotency_key;
  return { ...order, data: trigger(order.data), ...(typeof key === 'string' ? { idempotency_key: text(key) } : {}) };
}

/** Name of the object of an execution with a key. */
export function keyedName(order: Pick<StartRequest, 'tenant' | 'workflow' | 'environment' | 'pipeline' | 'idempotency_key'>): string {
  return [order.tenant, order.workflow, order.environment, order.pipeline, order.idempotency_key].map((part) => encodeURIComponent(part!)).join('/');
}

/** Name of its object once the key's time was over so often. */
export function keyedGeneration(name: string, generation: number): string {
  return generation === 0 ? name : `${name}#${generation}`;
}

async function startKeyed(env: RegionEnv, request: StartRequest): Promise<Started> {
  const name = keyedName(request);
  for (let generation = 0; ; ) {
    const result = await startNamed(env, keyedGeneration(name, generation), { ...request, generation });
    if (result.kind !== 'expired') {
      // The next caller of this key need not walk through all that came before.
      if (generation > 1) await newExecutionStub(env, name).noteGeneration(request.tenant, generation);
      return assertStarted(env, request, result);
    }
    generation = result.generation;
  }
}

/** One that has come from another region keeps its id: its name leads there. */
async function startNamed(env: RegionEnv, name: string, request: StartRequest): Promise<Exclude<StartResult, { kind: 'elsewhere' }>> {
  const result = (await newExecutionStub(env, name).start(request)) as StartResult;
  if (result.kind !== 'elsewhere') return result;
  const there = (await executionStub(env, result.execution_id).start(request)) as StartResult;
  if (there.kind === 'elsewhere') throw new Problem('internal', `${result.execution_id} leads nowhere.`);
  return there;
}

function keyOf(order: StartOrder): string | undefined {
  const template = order.pipeline.idempotency?.key_template;
  return template === undefined ? undefined : renderAtStart(order, template, 'idempotency.key_template');
}

function checkKey(key: string): void {
  if (key.length === 0 || key.length > LIMITS.idempotencyKey) {
    throw new Problem('invalid_request', `An idempotency key has 1 to ${LIMITS.idempotencyKey} characters; this one has ${key.length}.`);
  }
  if (!key.isWellFormed()) throw new Problem('invalid_request', 'An idempotency key is text; this one holds half a surrogate pair.');
}

function assertStarted(env: RegionEnv, request: StartRequest, result: StartResult): Started {
  if (result.kind === 'full') throw refusedBy(env, result.bound, result.waiting, request.bounds!.priority);
  if (result.kind === 'expired' || result.kind === 'elsewhere') throw new Problem('internal', 'An execution without a key cannot expire.');
  // Sent again after its object was gone, this very start may have found what it had begun.
  return result.kind === 'existing' && isOwn(request, result) ? { ...result, kind: 'started' } : result;
}

/** A trace that a caller began may have brought the same start before. */
function isOwn({ trace_id, parent_span_id, idempotency_key, parent }: StartRequest, result: Started): boolean {
  if (result.trace_id !== trace_id) return false;
  return parent_span_id === undefined || (idempotency_key === undefined && parent === undefined);
}
