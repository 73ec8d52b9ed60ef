/** What a version means for the executions that run, before and after it is deployed. */
import { z } from 'zod';
import type { MigrationOutcome } from '#contracts/execution-rpc';
import { deploymentImpactQuery, type Impact, impactQuery, impactSchema } from '#contracts/migration';
import { Problem } from '#contracts/problems';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { outcomes, type VersionTarget, versionTarget } from '#workers/api/migration';
import { unknownWorkflow } from '#workers/api/unknown';

const ABOUT =
  'Every execution goes on with the definition that it started with, whatever is deployed: nothing breaks. The report says which of those that run could be moved to this one, and why the others could not.';

const ofVersion = endpoint({
  route: 'GET /workflows/{workflow}/versions/{version}/impact',
  weight: 'heavy',
  tag: 'Deployments',
  summary: 'What a version would mean for the executions that run',
  description: `${ABOUT} The version need not be deployed.`,
  query: impactQuery,
  answer: impactSchema,
  answers: { 200: { description: 'The report', schema: impactSchema } },
  problems: ['unknown_workflow', 'invalid_cursor'],
  async handle(call) {
    return { body: await report(call, await targetOfPath(call, call.query.environment)) };
  },
});

const ofDeployment = endpoint({
  route: 'GET /deployments/{deployment}/impact',
  weight: 'heavy',
  tag: 'Deployments',
  summary: 'What a deployment means for the executions that run',
  description: ABOUT,
  query: deploymentImpactQuery,
  answer: impactSchema,
  answers: { 200: { description: 'The report', schema: impactSchema } },
  problems: ['unknown_deployment', 'invalid_cursor'],
  async handle(call) {
    const id = call.params.deployment!;
    const found = await call.stores.deployments.get(call.tenant, id);
    if (!found) throw new Problem('unknown_deployment', `There is no deployment ${id.slice(0, 64)}.`);
    const { workflow, workflow_id, version, environment, hash } = found;
    return { body: await report(call, { workflow: { id: workflow_id, name: workflow }, version, environment, definition: hash }) };
  },
});

export const impactEndpoints: AnyEndpoint[] = [ofVersion, ofDeployment];

const versionNumber = z.coerce.number().int().min(1);

/** The workflow and version that the path names. Throws Problem('unknown_workflow'). */
export async function targetOfPath(call: Call, environment: string): Promise<VersionTarget> {
  const { workflow: idOrName, version } = call.params as { workflow: string; version: string };
  const workflow = await call.stores.workflows.find(call.tenant, idOrName);
  if (!workflow) throw unknownWorkflow(idOrName);
  const number = versionNumber.safeParse(version);
  if (!number.success)
    throw new Problem('unknown_workflow', `"${version.slice(0, 20)}" is not a version; the latest of ${workflow.name} is ${workflow.latest_version}.`);
  return versionTarget(call, workflow, number.data, environment);
}

async function report(call: Call<{ limit?: number; cursor?: string }>, target: VersionTarget): Promise<Impact> {
  const { items, next_cursor } = await outcomes(call, target, call.query);
  const groups = new Map<string, Impact['pipelines'][number]>();
  for (const { pipeline, version, verdict } of items) {
    const key = `${pipeline} ${version}`;
    const group = groups.get(key) ?? { pipeline, version, ...counted([]) };
    group.running++;
    group[verdict]++;
    groups.set(key, group);
  }
  const { workflow, environment, version, definition } = target;
  return {
    workflow: workflow.name,
    environment,
    version,
    definition,
    counts: counted(items),
    pipelines: [...groups.values()],
    executions: items.map(impactOf),
    next_cursor,
  };
}

function counted(items: MigrationOutcome[]): Impact['counts'] {
  const counts = { running: items.length, current: 0, movable: 0, blocked: 0 };
  for (const { verdict } of items) counts[verdict]++;
  return counts;
}

export function impactOf({ execution_id, pipeline, version, status, current_step, verdict, obstacles }: MigrationOutcome): Impact['executions'][number] {
  return { execution_id, pipeline, version, status, ...(current_step === undefined ? {} : { current_step }), verdict, obstacles };
}
