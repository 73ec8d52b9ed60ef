/** Whose dead letters a path means: a pipeline that is deployed, or one that has letters. */
import { Problem } from '#contracts/problems';
import type { PipelinePlace } from '#storage/dead-letter-ports';
import type { Call } from '#workers/api/endpoint';

/** `{pipeline}` is `pipeline` or `workflow.pipeline`. Throws Problem: unknown_pipeline, ambiguous_pipeline. */
export async function deadLetterPlace(call: Call, environment: string): Promise<PipelinePlace> {
  const { tenant, stores, access } = call;
  const name = call.params.pipeline!;
  const unknown = new Problem('unknown_pipeline', `No workflow in ${environment} has, or left dead letters of, a pipeline ${name.slice(0, 256)}.`);
  const withLetters = await stores.deadLetters.depths(tenant, environment);
  const known = withLetters.filter(({ workflow, pipeline }) => pipeline === name || `${workflow}.${pipeline}` === name);
  const places = new Map(known.map(({ workflow, pipeline }) => [workflow, { environment, workflow, pipeline }]));
  for (const { workflow } of await stores.deployments.withPipeline(tenant, environment, name)) places.set(workflow, { environment, workflow, pipeline: name });
  const dot = name.indexOf('.');
  if (places.size === 0 && dot > 0) {
    const [workflow, pipeline] = [name.slice(0, dot), name.slice(dot + 1)];
    const deployed = await stores.deployments.withPipeline(tenant, environment, pipeline);
    if (deployed.some((each) => each.workflow === workflow)) places.set(workflow, { environment, workflow, pipeline });
  }
  const reached = await access.workflows();
  const all = [...places.values()];
  const within = all.filter(({ workflow }) => !reached || reached.names.has(workflow));
  // One in which the caller has too low a role is told so.
  const [place, ...others] = within.length > 0 ? within : all.slice(0, 1);
  if (!place) throw unknown;
  if (others.length === 0) {
    await access.inWorkflowNamed(place.workflow, unknown);
    return place;
  }
  const candidates = within.map(({ workflow, pipeline }) => `${workflow}.${pipeline}`);
  throw new Problem('ambiguous_pipeline', `${candidates.length} workflows have a pipeline ${name}: ${candidates.join(', ')}.`, { extra: { candidates } });
}
