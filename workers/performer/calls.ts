/**
 * Executions that a step starts: a pipeline of its own application, in the version that the step's execution is pinned
 * to, or one of another workflow of the tenant, as it is deployed in the same environment.
 *
 * The name of the object is made of the calling execution, its step and the run of that: a call that is made again
 * after a crash finds what it has started.
 */
import type { Parent } from '#contracts/events';
import type { Json } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { errorInfo, Problem } from '#contracts/problems';
import type { PerformEffect } from '#contracts/step';
import type { Called, CallPort } from '#steps/define-step';
import type { RegionEnv } from '#workers/env';
import { type Started, type StartOrder, startExecution } from '#workers/start';
import { storesOf } from '#workers/stores';

/** How long a caller stays awake for what it has called, ms; a longer one reports its end. */
const PATIENCE_MS = 250;

type Target = Pick<StartOrder, 'deployment' | 'pipeline'>;

export function createCalls(env: RegionEnv, effect: PerformEffect): CallPort {
  return {
    async start({ workflow, pipeline, input, waits }) {
      const depth = effect.caller.depth + 1;
      if (depth > LIMITS.callDepth) {
        throw new Problem('call_too_deep', `${effect.step} would be the ${depth}th call, one within the other; ${LIMITS.callDepth} are the most.`);
      }
      return start(env, effect, await targetOf(env, effect, workflow, pipeline), input, { waits, depth });
    },
    async goOn(input) {
      const target = await ownTarget(env, effect, effect.pipeline);
      if (!target) throw new Problem('unknown_pipeline', `${effect.workflow} has no pipeline ${effect.pipeline} in the version that runs.`);
      // A chain has no bound: each of its runs stands as deep as the first.
      return start(env, effect, target, input, { waits: false, depth: effect.caller.depth, continues: true });
    },
  };
}

async function start(env: RegionEnv, effect: PerformEffect, target: Target, input: Json, how: Pick<Parent, 'waits' | 'depth' | 'continues'>): Promise<Called> {
  const started = await startExecution(env, {
    ...target,
    tenant: effect.tenant,
    trigger: 'workflow',
    data: input,
    idempotency_key: null,
    wait_ms: how.waits ? PATIENCE_MS : 0,
    // The next run of a chain has what the one before leaves it.
    ...(how.continues ? { stays: true } : {}),
    by: `execution:${effect.execution_id}`,
    called: {
      name: calledName(effect),
      parent: { execution_id: effect.execution_id, step_name: effect.step, ...how },
    },
  });
  return { execution_id: started.execution_id, workflow: target.deployment.workflow, pipeline: target.pipeline.name, ...endOf(started) };
}

/** Name of the object of an execution that a step has called. */
export function calledName({ tenant, execution_id, step, run }: Pick<PerformEffect, 'tenant' | 'execution_id' | 'step' | 'run'>): string {
  return ['call', tenant, execution_id, step, run].map((part) => encodeURIComponent(part)).join('/');
}

function endOf(started: Started): Pick<Called, 'end'> {
  if (!started.ended) return {};
  if (started.status === 'completed') return { end: { output: started.output ?? {} } };
  return { end: { error: started.error ?? errorInfo('call_failed', `${started.execution_id} ended as ${started.status}.`) } };
}

/** A pipeline of the definition that the execution is pinned to. */
async function ownTarget(env: RegionEnv, effect: PerformEffect, pipeline: string): Promise<Target | undefined> {
  const { workflow, environment, definition: hash, caller } = effect;
  const own = await storesOf(env).definitions.get(effect.tenant, hash);
  if (!own || !Object.hasOwn(own.pipelines, pipeline)) return undefined;
  return { deployment: { workflow, environment, hash, workflow_id: caller.workflow_id, version: caller.version }, pipeline: own.pipelines[pipeline]! };
}

/** Throws Problem: unknown_pipeline, not_deployed, ambiguous_pipeline. */
async function targetOf(env: RegionEnv, effect: PerformEffect, workflow: string, pipeline: string | undefined): Promise<Target> {
  const { definitions, deployments } = storesOf(env);
  const own = pipeline === undefined || workflow === effect.workflow ? await ownTarget(env, effect, pipeline ?? workflow) : undefined;
  if (own) return own;
  const deployed = await deployments.active(effect.tenant, workflow, effect.environment);
  const candidates = deployed ? [deployed] : pipeline === undefined ? await deployments.withPipeline(effect.tenant, effect.environment, workflow) : [];
  if (candidates.length > 1) {
    throw new Problem(
      'ambiguous_pipeline',
      `Several workflows have a pipeline ${workflow}: ${candidates.map((each) => each.workflow).join(', ')}. Name the workflow, too.`,
    );
  }
  const deployment = candidates[0];
  if (!deployment) throw new Problem('not_deployed', `${effect.environment} has no pipeline and no workflow ${workflow} to call.`);
  const definition = await definitions.get(effect.tenant, deployment.hash);
  const names = Object.keys(definition?.pipelines ?? {});
  const name = pipeline ?? (names.includes(workflow) ? workflow : names.length === 1 ? names[0]! : undefined);
  const found = name !== undefined && definition && Object.hasOwn(definition.pipelines, name) ? definition.pipelines[name] : undefined;
  if (!found) {
    const message =
      name === undefined
        ? `${workflow} has several pipelines: ${names.slice(0, 20).join(', ')}. Say which.`
        : `${deployment.workflow} has no pipeline ${name}.`;
    throw new Problem('unknown_pipeline', message);
  }
  return { deployment, pipeline: found };
}
