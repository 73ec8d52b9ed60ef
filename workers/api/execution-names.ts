/** Workflow and pipeline as the index of executions names them, and which workflows it may be asked about. */
import type { Call } from '#workers/api/endpoint';
import { unknownProject, unknownWorkflow } from '#workers/api/unknown';

/** Names as the index keeps them, from a name or id, and from `workflow.pipeline`. Throws Problem('unknown_workflow'). */
export async function namesOf(
  { stores: { workflows }, tenant, access }: Call,
  workflow: string | undefined,
  pipeline: string | undefined,
): Promise<{ workflow?: string; pipeline?: string }> {
  if (workflow !== undefined) {
    // One that was deleted still has executions, so only an id has to be known.
    const found = await workflows.find(tenant, workflow);
    if (!found && workflow.startsWith('wf_')) throw unknownWorkflow(workflow);
    // By its id, it is named in the answer: that is for those who see it. By its name, others find nothing.
    if (found && found.name !== workflow) access.inProject(found.project, unknownWorkflow(workflow));
    const name = found?.name ?? workflow;
    return { workflow: name, pipeline: pipeline?.startsWith(`${name}.`) ? pipeline.slice(name.length + 1) : pipeline };
  }
  const dot = pipeline?.indexOf('.') ?? -1;
  if (pipeline !== undefined && dot > 0) {
    const found = await workflows.find(tenant, pipeline.slice(0, dot));
    if (found) return { workflow: found.name, pipeline: pipeline.slice(dot + 1) };
  }
  return { pipeline };
}

/** The workflows that the caller reaches, or those of one project, as a filter; empty when it reaches all. Throws Problem: unknown_project, forbidden. */
export async function reachedIds({ access, stores, tenant }: Call, project?: string): Promise<{ workflow_ids?: string[] }> {
  if (project !== undefined) {
    access.inProject(project, unknownProject(project));
    return { workflow_ids: (await stores.workflows.refsIn(tenant, [project])).map(({ id }) => id) };
  }
  const reached = await access.workflows();
  return reached ? { workflow_ids: [...reached.ids] } : {};
}
