/**
 * Replays a dead letter: what started the execution that failed, or was to start one, starts one on what is deployed now.
 *
 * Invariants
 * 1. A letter is replayed once: its id is the key of the execution that it becomes, so whoever asks again, or at the
 *    same time, or after a crash, gets that execution.
 * 2. The letter is marked after the start is durable. A crash between the two leaves it waiting, and harms nothing.
 */
import type { Pipeline } from '#contracts/definition';
import type { DeadLetterFacts, ExecutionStatus } from '#contracts/execution';
import { Problem } from '#contracts/problems';
import { UNDELIVERED_ID } from '#contracts/undelivered';
import type { PipelinePlace } from '#storage/dead-letter-ports';
import { loaded } from '#storage/payloads';
import type { ActiveDeployment } from '#storage/ports';
import type { RegionEnv } from '#workers/env';
import { orderOf } from '#workers/events/deliver';
import { executionStub } from '#workers/execution-stub';
import { startExecution } from '#workers/start';
import { storesOf } from '#workers/stores';

export interface Replayed {
  execution_id: string;
  status: ExecutionStatus;
  /** It had been replayed before. */
  existing: boolean;
}

/** What a replay needs to know of a letter. */
interface Standing {
  letter: Pick<DeadLetterFacts, 'status' | 'replayed_as' | 'replayable' | 'closed_by'>;
  place: PipelinePlace;
}

/** Throws Problem: unknown_dead_letter, dead_letter_closed, dead_letter_not_replayable, not_deployed, unknown_pipeline. */
export async function replayDeadLetter(env: RegionEnv, order: { tenant: string; id: string; by: string }): Promise<Replayed> {
  return UNDELIVERED_ID.test(order.id) ? replayEvent(env, order) : replayExecution(env, order);
}

async function replayExecution(env: RegionEnv, { tenant, id, by }: { tenant: string; id: string; by: string }): Promise<Replayed> {
  const origin = executionStub(env, id);
  const found = await origin.deadLetter(tenant);
  if (!found?.letter) throw unknownLetter(id);
  const { facts, letter } = found;
  const before = await replayedBefore(env, tenant, letter);
  if (before) return before;
  const target = await targetOf(env, tenant, { letter, place: facts });
  const { value } = await loaded(facts.trigger_data, tenant, storesOf(env).payloads);
  const started = await startExecution(env, {
    stays: true,
    tenant,
    ...target,
    trigger: facts.trigger,
    data: value,
    idempotency_key: `dead-letter/${id}`,
    wait_ms: 0,
    by,
    tags: { ...facts.tags, replay_of: id, dead_letter: id, record_as: 'dead_letter_replay' },
  });
  await origin.deadLetter(tenant, { action: 'replayed', execution_id: started.execution_id, by });
  return { execution_id: started.execution_id, status: started.status, existing: started.kind === 'existing' };
}

/** Under the event's own key: where it has reached the pipeline after all, that execution is the answer. */
async function replayEvent(env: RegionEnv, { tenant, id, by }: { tenant: string; id: string; by: string }): Promise<Replayed> {
  const { deadLetters } = storesOf(env);
  const found = await deadLetters.undelivered(tenant, id);
  if (!found) throw unknownLetter(id);
  const { event, letter } = found;
  const before = await replayedBefore(env, tenant, letter);
  if (before) return before;
  const target = await targetOf(env, tenant, { letter, place: event });
  const { tags, ...start } = orderOf(event.start);
  const started = await startExecution(env, { tenant, ...target, ...start, by, tags: { ...tags, dead_letter: id, record_as: 'dead_letter_replay' } });
  const closed_at = new Date().toISOString();
  await deadLetters.close(event, { status: 'replayed', replayed_as: started.execution_id, closed_at, closed_by: by });
  return { execution_id: started.execution_id, status: started.status, existing: started.kind === 'existing' };
}

async function replayedBefore(env: RegionEnv, tenant: string, { replayed_as }: Standing['letter']): Promise<Replayed | undefined> {
  if (replayed_as === undefined) return undefined;
  const summary = await executionStub(env, replayed_as).summary(tenant);
  return { execution_id: replayed_as, status: summary?.status ?? 'completed', existing: true };
}

/** What is deployed in its place now. */
async function targetOf(env: RegionEnv, tenant: string, { letter, place }: Standing): Promise<{ deployment: ActiveDeployment; pipeline: Pipeline }> {
  const { deployments, definitions } = storesOf(env);
  const { workflow, environment } = place;
  if (letter.status === 'discarded') throw new Problem('dead_letter_closed', `The dead letter was discarded by ${letter.closed_by}.`);
  if (!letter.replayable) throw new Problem('dead_letter_not_replayable');
  const deployment = await deployments.active(tenant, workflow, environment);
  if (!deployment) throw new Problem('not_deployed', `${workflow} is not deployed in ${environment} any more.`);
  const definition = await definitions.get(tenant, deployment.hash);
  const pipeline = definition && Object.hasOwn(definition.pipelines, place.pipeline) ? definition.pipelines[place.pipeline] : undefined;
  if (!pipeline) throw new Problem('unknown_pipeline', `${workflow} version ${deployment.version} has no pipeline ${place.pipeline} any more.`);
  return { deployment, pipeline };
}

function unknownLetter(id: string): Problem {
  return new Problem('unknown_dead_letter', `There is no dead letter ${id}.`);
}
