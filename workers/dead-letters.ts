/**
 * Replays a dead letter: what started the execution that failed starts another, on what is deployed now.
 *
 * Invariants
 * 1. A letter is replayed once: its id is the key of the execution that it becomes, so whoever asks again, or at the
 *    same time, or after a crash, gets that execution.
 * 2. The letter is marked after the start is durable. A crash between the two leaves it waiting, and harms nothing.
 */
import type { ExecutionStatus } from '#contracts/execution';
import { Problem } from '#contracts/problems';
import { loaded } from '#storage/payloads';
import type { RegionEnv } from '#workers/env';
import { executionStub } from '#workers/execution-stub';
import { startExecution } from '#workers/start';
import { storesOf } from '#workers/stores';

export interface Replayed {
  execution_id: string;
  status: ExecutionStatus;
  /** It had been replayed before. */
  existing: boolean;
}

/** Throws Problem: unknown_dead_letter, dead_letter_closed, dead_letter_not_replayable, not_deployed, unknown_pipeline. */
export async function replayDeadLetter(env: RegionEnv, { tenant, id, by }: { tenant: string; id: string; by: string }): Promise<Replayed> {
  const { deployments, definitions, payloads } = storesOf(env);
  const origin = executionStub(env, id);
  const found = await origin.deadLetter(tenant);
  if (!found?.letter) throw new Problem('unknown_dead_letter', `There is no dead letter ${id}.`);
  const { facts, letter } = found;
  if (letter.replayed_as !== undefined) {
    const summary = await executionStub(env, letter.replayed_as).summary(tenant);
    return { execution_id: letter.replayed_as, status: summary?.status ?? 'completed', existing: true };
  }
  if (letter.status === 'discarded') throw new Problem('dead_letter_closed', `The dead letter was discarded by ${letter.closed_by}.`);
  if (!letter.replayable) throw new Problem('dead_letter_not_replayable');
  const deployment = await deployments.active(tenant, facts.workflow, facts.environment);
  if (!deployment) throw new Problem('not_deployed', `${facts.workflow} is not deployed in ${facts.environment} any more.`);
  const definition = await definitions.get(tenant, deployment.hash);
  const pipeline = definition && Object.hasOwn(definition.pipelines, facts.pipeline) ? definition.pipelines[facts.pipeline] : undefined;
  if (!pipeline) throw new Problem('unknown_pipeline', `${facts.workflow} version ${deployment.version} has no pipeline ${facts.pipeline} any more.`);
  const { value } = await loaded(facts.trigger_data, tenant, payloads);
  const started = await startExecution(env, {
    stays: true,
    tenant,
    deployment,
    pipeline,
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
