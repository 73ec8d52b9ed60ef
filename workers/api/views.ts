/** From rows to what the API shows: instants as text, names of the contract. */
import type { z } from 'zod';
import type { deploymentSchema, workflowSchema, workflowVersionSchema } from '#contracts/api';
import type { Deployment, Workflow, WorkflowVersion } from '#storage/platform-ports';
import type { ActiveDeployment } from '#storage/ports';

export type DeploymentView = z.input<typeof deploymentSchema>;
export type WorkflowView = z.input<typeof workflowSchema>;
export type WorkflowVersionView = z.input<typeof workflowVersionSchema>;

export function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** `origin`: of the request, from which the application's own is made. */
export function deploymentView(tenant: string, deployment: Deployment, origin: string): DeploymentView {
  const { pipelines: _, created_at, ...rest } = deployment;
  return {
    id: deployment.deployment_id,
    ...rest,
    created_at: instant(created_at),
    resources: {
      definition: deployment.hash,
      ingress: applicationOrigin(tenant, deployment.workflow, origin),
      path: `/in/${tenant}/${deployment.workflow}/`,
    },
  };
}

export function workflowView(tenant: string, workflow: Workflow, latest: WorkflowVersion, active: ActiveDeployment[], origin: string): WorkflowView {
  const environments: WorkflowView['environments'] = {};
  for (const one of active) {
    if (one.workflow_id === workflow.id) environments[one.environment] = { version: one.version, deployment_id: one.deployment_id };
  }
  return {
    id: workflow.id,
    name: workflow.name,
    project: workflow.project,
    version: latest.version,
    hash: latest.hash,
    pipelines: latest.pipelines,
    routes: latest.routes,
    origin: applicationOrigin(tenant, workflow.name, origin),
    created_at: instant(workflow.created_at),
    updated_at: instant(workflow.updated_at),
    environments,
  };
}

export function versionView(name: string, version: WorkflowVersion): WorkflowVersionView {
  return { ...version, name, created_at: instant(version.created_at) };
}

/** `http://orders.acme.localhost:8787` of a request to `http://127.0.0.1:8787`; below the platform's own domain elsewhere. */
function applicationOrigin(tenant: string, workflow: string, origin: string): string {
  const url = new URL(origin);
  const local = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  const host = local ? `localhost${url.port ? `:${url.port}` : ''}` : url.host;
  return `${url.protocol}//${workflow}.${tenant}.${host}`;
}
