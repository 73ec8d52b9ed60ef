/** Memory twin of the deployments. */
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { Deployment, DeploymentFilter, DeploymentLedger, NewDeployment, Page } from '#storage/platform-ports';
import type { ActiveDeployment } from '#storage/ports';

export class MemoryDeploymentStore implements DeploymentLedger {
  /** In the order in which they were made. */
  readonly #rows: { tenant: string; deployment: Deployment }[] = [];

  async active(tenant: string, workflow: string, environment: string): Promise<ActiveDeployment | null> {
    const found = this.#active(tenant).find((one) => one.workflow === workflow && one.environment === environment);
    return found ? activeOf(found) : null;
  }

  async list(tenant: string, environment: string): Promise<ActiveDeployment[]> {
    return this.#in(tenant, environment).map(activeOf);
  }

  async withPipeline(tenant: string, environment: string, pipeline: string): Promise<ActiveDeployment[]> {
    return this.#in(tenant, environment)
      .filter((one) => one.pipelines.includes(pipeline))
      .map(activeOf);
  }

  async deploy(tenant: string, deployment: NewDeployment): Promise<Deployment> {
    const current = this.#current(tenant, deployment);
    return this.#activate(tenant, deployment, current, 'superseded', current?.deployment_id ?? null);
  }

  async rollBack(tenant: string, from: string, deployment: NewDeployment, replaces: string | null): Promise<Deployment | null> {
    const current = this.#current(tenant, deployment);
    return current?.deployment_id === from ? this.#activate(tenant, deployment, current, 'rolled_back', replaces) : null;
  }

  async get(tenant: string, deploymentId: string): Promise<Deployment | null> {
    const found = this.#rows.find((row) => row.tenant === tenant && row.deployment.deployment_id === deploymentId);
    return found ? { ...found.deployment } : null;
  }

  async history(tenant: string, filter: DeploymentFilter): Promise<Page<Deployment>> {
    const after = filter.cursor === undefined ? undefined : decodeCursor('deployments', ['number', 'string'], filter.cursor);
    const rows = this.#rows
      .filter((row) => row.tenant === tenant)
      .map((row) => ({ ...row.deployment }))
      .filter((one) => filter.workflow_ids?.includes(one.workflow_id) ?? true)
      .filter((one) => filter.environment === undefined || one.environment === filter.environment)
      .filter((one) => filter.status === undefined || one.status === filter.status)
      .filter((one) => !after || one.created_at < after[0] || (one.created_at === after[0] && one.deployment_id < after[1]))
      .sort((left, right) => right.created_at - left.created_at || (left.deployment_id < right.deployment_id ? 1 : -1));
    return pageOf(rows.slice(0, filter.limit + 1), filter.limit, (last) => encodeCursor('deployments', [last.created_at, last.deployment_id]));
  }

  async activeOf(tenant: string, workflowIds: string[]): Promise<ActiveDeployment[]> {
    return this.#active(tenant)
      .filter((one) => workflowIds.includes(one.workflow_id))
      .map(activeOf);
  }

  async everywhere(tenant: string): Promise<(ActiveDeployment & { pipelines: string[] })[]> {
    return this.#active(tenant).map((one) => ({ ...activeOf(one), pipelines: one.pipelines }));
  }

  async removeWorkflow(tenant: string, workflowId: string): Promise<void> {
    for (const one of this.#active(tenant)) if (one.workflow_id === workflowId) one.status = 'removed';
  }

  #activate(tenant: string, next: NewDeployment, current: Deployment | undefined, becomes: 'superseded' | 'rolled_back', replaces: string | null): Deployment {
    if (current) current.status = becomes;
    const deployment: Deployment = { ...next, status: 'active', replaces };
    this.#rows.push({ tenant, deployment });
    return { ...deployment };
  }

  #active(tenant: string): Deployment[] {
    return this.#rows.filter((row) => row.tenant === tenant && row.deployment.status === 'active').map((row) => row.deployment);
  }

  #in(tenant: string, environment: string): Deployment[] {
    return this.#active(tenant).filter((one) => one.environment === environment);
  }

  #current(tenant: string, next: NewDeployment): Deployment | undefined {
    return this.#in(tenant, next.environment).find((one) => one.workflow === next.workflow);
  }
}

function activeOf({ deployment_id, workflow, workflow_id, version, hash, environment }: Deployment): ActiveDeployment {
  return { deployment_id, workflow, workflow_id, version, hash, environment };
}
