/** Workflow and pipeline as the index of executions names them. */
import { unknownWorkflow } from '#workers/api/endpoints/workflows';
import type { Stores } from '#workers/stores';

/** Names as the index keeps them, from a name or id, and from `workflow.pipeline`. */
export async function namesOf(
  { workflows }: Stores,
  tenant: string,
  workflow: string | undefined,
  pipeline: string | undefined,
): Promise<{ workflow?: string; pipeline?: string }> {
  if (workflow !== undefined) {
    // One that was deleted still has executions, so only an id has to be known.
    const found = await workflows.find(tenant, workflow);
    if (!found && workflow.startsWith('wf_')) throw unknownWorkflow(workflow);
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
