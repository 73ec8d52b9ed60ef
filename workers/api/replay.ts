/**
 * What a replay runs, with which data and under which tags.
 *
 * Invariants
 * 1. Everything is checked before anything is started: a replay that is refused changes nothing.
 * 2. Without another environment or version, the definition is the very one of the origin, by its content hash.
 */
import type { z } from 'zod';
import type { replayRequest } from '#contracts/api-replay';
import type { RunMocks } from '#contracts/debugging';
import type { Pipeline } from '#contracts/definition';
import type { ExecutionRpc, Origin } from '#contracts/execution-rpc';
import type { Json, JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { modifyTrigger } from '#engine/modify-trigger';
import { mayRun, ownSteps } from '#engine/strands';
import { loaded } from '#storage/payloads';
import type { ActiveDeployment } from '#storage/ports';
import { answersOf } from '#workers/api/mock-answers';
import { unknownExecution } from '#workers/api/unknown';
import { checkTriggerData } from '#workers/data-schema';
import type { RegionEnv } from '#workers/env';
import { type Started, startExecution } from '#workers/start';
import type { Stores } from '#workers/stores';

/** Who replays, and with what at hand. */
export interface ReplayCaller {
  env: RegionEnv;
  stores: Stores;
  tenant: string;
  by: string;
  /** W3C trace context. */
  traceparent?: string | null;
  /** The same key is the same replay. */
  key?: string;
}

export type ReplayOrder = z.output<typeof replayRequest>;

export interface ReplayTarget {
  deployment: Omit<ActiveDeployment, 'deployment_id'>;
  pipeline: Pipeline;
}

type Facts = Origin['facts'];

/** Checks the order against its origin and starts it. Throws Problem; nothing is started then. */
export async function startReplay(
  call: ReplayCaller,
  id: string,
  object: ExecutionRpc,
  order: ReplayOrder,
  wait_ms: number,
): Promise<{ started: Started; target: ReplayTarget }> {
  const { from_step, dry_run } = order;
  const origin = await object.origin(call.tenant, { before: from_step ?? undefined, whole: dry_run });
  if (!origin) throw unknownExecution(id);
  const target = await replayTarget(call, origin.facts, order);
  if (from_step) await requireStep(call, origin, from_step, target);
  const mocks = mocksOf(call, origin, order, target.pipeline);
  const data = await modifiedTrigger(call, origin.facts, order);
  // With a record the start itself does not ask: the origin was let in. What was changed since was not.
  if (isModified(order)) checkTriggerData(target.pipeline, origin.facts.trigger, data);
  const started = await startExecution(call.env, {
    stays: true,
    tenant: call.tenant,
    ...target,
    trigger: origin.facts.trigger,
    data,
    idempotency_key: call.key ?? null,
    wait_ms,
    with_outputs: true,
    by: call.by,
    traceparent: call.traceparent,
    tags: replayTags(origin.facts, order),
    recorded: origin.recorded,
    ...(dry_run ? { dry_run } : {}),
    ...(mocks ? { mocks } : {}),
  });
  return { started, target };
}

/** Throws Problem: not_deployed, unknown_workflow, unknown_pipeline. */
async function replayTarget(call: ReplayCaller, facts: Facts, order: ReplayOrder): Promise<ReplayTarget> {
  const deployment = await chosen(call, facts, order);
  const definition = await call.stores.definitions.get(call.tenant, deployment.hash);
  if (!definition && facts.tags?.imported_from !== undefined) {
    throw new Problem('not_deployed', 'The definition of this imported execution is not stored here. Store the document, and replay it on that version.');
  }
  if (!definition) throw new Problem('internal', `The definition ${deployment.hash} is not in the store.`);
  const pipeline = Object.hasOwn(definition.pipelines, facts.pipeline) ? definition.pipelines[facts.pipeline] : undefined;
  if (pipeline) return { deployment, pipeline };
  throw new Problem('unknown_pipeline', `${deployment.workflow} version ${deployment.version} has no pipeline ${facts.pipeline}.`);
}

async function chosen(call: ReplayCaller, facts: Facts, order: ReplayOrder): Promise<ReplayTarget['deployment']> {
  const { workflow, workflow_id } = facts;
  const environment = order.target_environment ?? facts.environment;
  const pinned = { workflow, workflow_id, version: facts.version, hash: facts.definition, environment };
  const elsewhere = environment !== facts.environment;
  if (!elsewhere && (order.version === undefined || order.version === facts.version)) return pinned;
  const active = await call.stores.deployments.active(call.tenant, workflow, environment);
  const ours = active?.workflow_id === workflow_id ? active : undefined;
  // The deployed one where it is the version asked for: it has the overrides of the environment.
  if (ours && (order.version === undefined || order.version === ours.version)) return ours;
  if (order.version === undefined) {
    throw new Problem('not_deployed', `${workflow} is not deployed in ${environment}; a replay there has nothing to run. Deploy it there, or name a version.`);
  }
  const version = await call.stores.workflows.version(call.tenant, workflow_id, order.version);
  if (!version) throw new Problem('unknown_workflow', `${workflow} has no version ${order.version}.`);
  return { ...pinned, version: version.version, hash: version.hash };
}

/** Throws Problem: unknown_step, step_never_ran. */
async function requireStep(call: ReplayCaller, origin: Origin, step: string, target: ReplayTarget): Promise<void> {
  const names = ownSteps(target.pipeline);
  const there = mayRun(target.pipeline, step);
  const known = there || origin.ran.includes(step) || (await originMayRun(call, origin, step));
  if (!known || (origin.ran.includes(step) && !there)) {
    const where = `${target.pipeline.name} version ${target.deployment.version}`;
    throw new Problem('unknown_step', `from_step: ${where} has no step ${step.slice(0, 100)}.`, {
      extra: { hint: `Its steps are ${names.slice(0, 50).join(', ')}.`, steps: names.slice(0, 50) },
    });
  }
  if (!origin.ran.includes(step)) {
    throw new Problem('step_never_ran', `from_step: ${step} never ran in ${origin.facts.execution_id}, so there is no record of what came before it.`, {
      extra: {
        hint: origin.ran.length > 0 ? `The steps that ran are ${origin.ran.slice(0, 50).join(', ')}.` : 'No step of it ran; replay it with mode exact.',
        ran: origin.ran.slice(0, 50),
      },
    });
  }
}

async function originMayRun(call: ReplayCaller, { facts }: Origin, step: string): Promise<boolean> {
  const definition = await call.stores.definitions.get(call.tenant, facts.definition);
  const pipeline = definition?.pipelines[facts.pipeline];
  return pipeline !== undefined && mayRun(pipeline, step);
}

/**
 * Those of the order, over those of the origin: what never went out does not go out the second time either.
 * Throws Problem: unknown_step, not_mockable, invalid_request.
 */
function mocksOf(call: ReplayCaller, { facts, ran }: Origin, { mocks, from_step }: ReplayOrder, pipeline: Pipeline): RunMocks | undefined {
  if (!mocks) return facts.mocks;
  const steps = answersOf(mocks, pipeline);
  const recorded = from_step ? Object.keys(steps).find((step) => ran.includes(step) && isBefore(pipeline, step, from_step)) : undefined;
  if (recorded !== undefined) {
    throw new Problem('invalid_request', `mocks.${recorded}: a replay from ${from_step} takes ${recorded} from the record, so its mock would never be asked.`, {
      errors: [
        { code: 'invalid_request', message: 'it is taken from the record', path: `mocks.${recorded}`, hint: `Replay from ${recorded}, or leave its mock out.` },
      ],
    });
  }
  return { by: call.by, steps: { ...facts.mocks?.steps, ...steps } };
}

/** Both stand in the main line, and no way leads from the later one back to the earlier. */
function isBefore({ nodes, main }: Pipeline, earlier: string, later: string): boolean {
  const line = nodes.slice(0, main ?? nodes.length);
  const [from, to] = [earlier, later].map((name) => line.findIndex((node) => node.name === name)) as [number, number];
  if (from < 0 || to <= from) return false;
  return !line.some(
    (node) =>
      node.kind === 'conditional' && node.index >= to && [...Object.values(node.routes), node.default].some((target) => target !== undefined && target <= from),
  );
}

/** Throws Problem: invalid_modification. */
async function modifiedTrigger(call: ReplayCaller, facts: Facts, order: ReplayOrder): Promise<Json> {
  if (order.trigger_data !== undefined) return order.trigger_data;
  const { value } = await loaded(facts.trigger_data, call.tenant, call.stores.payloads);
  const result = modifyTrigger(facts.trigger, value, order.modifications ?? {});
  if ('data' in result) return result.data;
  throw new Problem('invalid_modification', `modifications.${result.refused.slice(0, 100)}: the body of this request is not an object, so it has no fields.`);
}

function isModified({ trigger_data, modifications }: ReplayOrder): boolean {
  return trigger_data !== undefined || Object.keys(modifications ?? {}).length > 0;
}

/** The origin's own tags go with it; those of a replay say where it comes from. */
function replayTags(facts: Facts, order: ReplayOrder): JsonObject {
  const { replay_from: _, dry_run: __, ...tags } = facts.tags ?? {};
  return {
    ...tags,
    replay_of: facts.execution_id,
    replay_mode: order.mode,
    record_as: order.record_as,
    ...(order.from_step ? { replay_from: order.from_step } : {}),
    ...(order.dry_run ? { dry_run: true } : {}),
  };
}
