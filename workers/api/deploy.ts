/** Making a stored version the one that runs. */
import { newId } from '#contracts/ids';
import type { JsonObject } from '#contracts/json';
import type { Deployment, DeploymentOrigin } from '#storage/platform-ports';
import type { Call } from '#workers/api/endpoint';
import { deploymentsChanged } from '#workers/regions/replicate';
import { syncSchedules } from '#workers/schedules';

export interface DeployOrder {
  workflow: { id: string; name: string };
  version: number;
  hash: string;
  pipelines: string[];
  environment: string;
  origin?: DeploymentOrigin;
  config_overrides?: JsonObject;
  approved_by?: string;
}

export function newDeployment(call: Call, order: DeployOrder) {
  return {
    deployment_id: newId('dep'),
    workflow: order.workflow.name,
    workflow_id: order.workflow.id,
    version: order.version,
    hash: order.hash,
    pipelines: order.pipelines,
    environment: order.environment,
    created_at: call.now,
    created_by: call.actor.by,
    origin: order.origin ?? 'deploy',
    ...(order.config_overrides ? { config_overrides: order.config_overrides } : {}),
    ...(order.approved_by ? { approved_by: order.approved_by } : {}),
  };
}

export async function deploy(call: Call, order: DeployOrder): Promise<Deployment> {
  const made = await call.stores.deployments.deploy(call.tenant, newDeployment(call, order));
  noteDeployment(call, made);
  await deployed(call, made);
  return made;
}

/** For the audit log: what runs now, and what did before. */
export function noteDeployment(call: Call, { workflow, version, environment, deployment_id, replaces }: Deployment): void {
  if (replaces) call.note.before = { ...call.note.before, deployment_id: replaces };
  call.note.after = { ...call.note.after, workflow, version, environment, deployment_id };
}

/** What stands beside the stores hears what is active now. `hash`: absent where nothing is. */
export async function deployed(call: Call, { workflow, environment, hash }: Pick<Deployment, 'workflow' | 'environment'> & { hash?: string }): Promise<void> {
  await syncSchedules(call.env, { tenant: call.tenant, workflow, environment });
  await deploymentsChanged(call.env, call.tenant, hash);
}
