/** The workflow that a request names, by its id or its name. */
import type { Workflow } from '#storage/platform-ports';
import type { Call } from '#workers/api/endpoint';
import { unknownWorkflow } from '#workers/api/unknown';

/** The workflow that the path names. Throws Problem('unknown_workflow'). */
export async function workflowOf(call: Call): Promise<Workflow> {
  const found = await call.stores.workflows.find(call.tenant, call.params.workflow!);
  if (!found) throw unknownWorkflow(call.params.workflow!);
  return found;
}
