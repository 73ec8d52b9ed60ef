/** The place that a path names: whether the caller's role holds there. What the path does not name, handlers ask about. */
import type { Call } from '#workers/api/endpoint';
import type { At } from '#workers/api/policy';
import { unknownDeployment, unknownOrganization, unknownProject, unknownWorkflow } from '#workers/api/unknown';

type PathCall = Pick<Call, 'access' | 'params' | 'stores' | 'tenant'>;

/** Throws Problem: forbidden, and what is said of an id that nobody has. */
export async function checkPlace(at: At, { access, params, stores, tenant }: PathCall): Promise<void> {
  switch (at) {
    case 'any':
    case 'seen':
    case 'pipeline':
    case 'named':
    case 'job':
      return;
    case 'company':
      access.inCompany();
      return;
    case 'organization':
      access.inOrganization(params.organization!, unknownOrganization(params.organization!));
      return;
    case 'project':
      access.inProject(params.project!, unknownProject(params.project!));
      return;
    case 'workflow':
      return access.inWorkflowNamed(params.workflow!, unknownWorkflow(params.workflow!));
    case 'deployment': {
      if (access.everywhere) return;
      const unknown = unknownDeployment(params.deployment!);
      const deployment = await stores.deployments.get(tenant, params.deployment!);
      if (!deployment) throw unknown;
      return access.inWorkflow(deployment.workflow_id, unknown);
    }
    case 'execution':
      return access.inExecution(params.execution!);
    default: {
      const never: never = at;
      return never;
    }
  }
}
