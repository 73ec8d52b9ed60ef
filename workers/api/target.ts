/** Which deployed pipeline a caller means by `workflow` and `pipeline`. */
import type { Definition, Pipeline } from '#contracts/definition';
import { Problem } from '#contracts/problems';
import type { ActiveDeployment } from '#storage/ports';
import type { Call } from '#workers/api/endpoint';
import { unknownWorkflow } from '#workers/api/unknown';

export interface Named {
  /** Name or id. */
  workflow?: string;
  /** `pipeline` or `workflow.pipeline`. */
  pipeline?: string;
  environment: string;
}

export interface Target {
  deployment: ActiveDeployment;
  pipeline: Pipeline;
}

/** Throws Problem: unknown_workflow, not_deployed, unknown_pipeline, ambiguous_pipeline, invalid_request. */
export async function targetOf(call: Call, named: Named): Promise<Target> {
  if (named.workflow !== undefined) return inWorkflow(call, named.workflow, named);
  if (named.pipeline === undefined) throw new Problem('invalid_request', 'pipeline: name the pipeline to run, or the workflow when it has one only.');
  const unknown = new Problem('unknown_pipeline', `No workflow deployed in ${named.environment} has a pipeline ${named.pipeline}.`);
  const all = await call.stores.deployments.withPipeline(call.tenant, named.environment, named.pipeline);
  const reached = await call.access.among(all);
  // One in which the caller has too low a role is told so below.
  const candidates = reached.length > 0 ? reached : all.slice(0, 1);
  if (candidates.length > 1) {
    const names = candidates.map((candidate) => `${candidate.workflow}.${named.pipeline}`);
    throw new Problem('ambiguous_pipeline', `${candidates.length} workflows have a pipeline ${named.pipeline}: ${names.join(', ')}.`, {
      extra: { candidates: names },
    });
  }
  const only = candidates[0];
  if (only) {
    await call.access.inWorkflow(only.workflow_id, unknown);
    return pick(only, await definitionOf(call, only), named.pipeline);
  }
  // Workflow names have no dot, so the first one ends the name.
  const dot = named.pipeline.indexOf('.');
  const workflow = named.pipeline.slice(0, Math.max(dot, 0));
  if (workflow && (await call.stores.workflows.find(call.tenant, workflow))) {
    return inWorkflow(call, workflow, { ...named, pipeline: named.pipeline.slice(dot + 1) }, unknown);
  }
  throw unknown;
}

async function inWorkflow(call: Call, idOrName: string, named: Named, unknown = unknownWorkflow(idOrName)): Promise<Target> {
  const { deployments, workflows } = call.stores;
  let deployment = await deployments.active(call.tenant, idOrName, named.environment);
  if (!deployment) {
    const workflow = await workflows.find(call.tenant, idOrName);
    if (!workflow) throw unknown;
    call.access.inProject(workflow.project, unknown);
    deployment = await deployments.active(call.tenant, workflow.name, named.environment);
    if (!deployment) throw new Problem('not_deployed', `${workflow.name} is not deployed in ${named.environment}.`);
  }
  await call.access.inWorkflow(deployment.workflow_id, unknown);
  const definition = await definitionOf(call, deployment);
  if (named.pipeline !== undefined) {
    const prefix = `${deployment.workflow}.`;
    const short = named.pipeline.startsWith(prefix) && !Object.hasOwn(definition.pipelines, named.pipeline);
    return pick(deployment, definition, short ? named.pipeline.slice(prefix.length) : named.pipeline);
  }
  const names = Object.keys(definition.pipelines);
  if (names.length !== 1) throw new Problem('invalid_request', `pipeline: ${deployment.workflow} has several: ${names.slice(0, 20).join(', ')}.`);
  return pick(deployment, definition, names[0]!);
}

function pick(deployment: ActiveDeployment, definition: Definition, name: string): Target {
  const pipeline = Object.hasOwn(definition.pipelines, name) ? definition.pipelines[name] : undefined;
  if (!pipeline) {
    const known = Object.keys(definition.pipelines).slice(0, 20).join(', ');
    throw new Problem('unknown_pipeline', `${deployment.workflow} version ${deployment.version} has no pipeline ${name}; it has ${known || 'none'}.`);
  }
  return { deployment, pipeline };
}

async function definitionOf(call: Call, deployment: ActiveDeployment): Promise<Definition> {
  const definition = await call.stores.definitions.get(call.tenant, deployment.hash);
  if (!definition) throw new Problem('internal', `The definition of ${deployment.deployment_id} is not in the store.`);
  return definition;
}
