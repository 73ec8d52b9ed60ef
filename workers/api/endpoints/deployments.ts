/** Deployments: which version runs in which environment, and what ran there before. */
import { createDeploymentRequest, deploymentPage, deploymentSchema, deploymentsQuery, promoteRequest } from '#contracts/api';
import { emptyRequest } from '#contracts/api-executions';
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { Deployment, Workflow, WorkflowVersion } from '#storage/platform-ports';
import { compileDocument } from '#workers/api/compile-document';
import { applyOverrides } from '#workers/api/config-overrides';
import { deploy, deployed, newDeployment, noteDeployment } from '#workers/api/deploy';
import { storedFiles } from '#workers/api/document-files';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { unknownWorkflow } from '#workers/api/unknown';
import { deploymentView } from '#workers/api/views';
import { regionsFor } from '#workers/regions/platform';

const TAG = 'Deployments';

const create = endpoint({
  route: 'POST /deployments',
  tag: TAG,
  summary: 'Deploy a version in an environment',
  description:
    'It is active at once; executions that run keep the definition they started with. `config_overrides` are set in the document, which is compiled anew and so has a hash of its own.',
  body: createDeploymentRequest,
  answer: deploymentSchema,
  answers: { 201: { description: 'Active', schema: deploymentSchema } },
  problems: ['unknown_workflow', 'invalid_definition', 'invalid_json'],
  async handle(call) {
    const { workflow_id, environment, config_overrides } = call.body;
    const workflow = await call.stores.workflows.find(call.tenant, workflow_id);
    if (!workflow) throw unknownWorkflow(workflow_id);
    call.access.inProject(workflow.project, unknownWorkflow(workflow_id));
    const number = call.body.version ?? workflow.latest_version;
    const version = await call.stores.workflows.version(call.tenant, workflow.id, number);
    if (!version) throw new Problem('unknown_workflow', `${workflow.name} has no version ${number}; its latest is ${workflow.latest_version}.`);
    const overrides = config_overrides && Object.keys(config_overrides).length > 0 ? config_overrides : undefined;
    const content = overrides ? await overridden(call, workflow, version, overrides) : version;
    const made = await deploy(call, {
      workflow,
      version: number,
      hash: content.hash,
      pipelines: content.pipelines,
      environment,
      config_overrides: overrides,
    });
    return { body: deploymentView(call.tenant, made, call.url.origin), headers: { Location: `/api/v1/deployments/${made.deployment_id}` } };
  },
});

const list = endpoint({
  route: 'GET /deployments',
  tag: TAG,
  summary: 'List deployments',
  query: deploymentsQuery,
  answer: deploymentPage,
  answers: { 200: { description: 'Newest first', schema: deploymentPage } },
  problems: ['invalid_cursor', 'unknown_workflow'],
  async handle({ stores, tenant, query, url, access }) {
    const { workflow: idOrName, limit, ...filter } = query;
    const workflow = idOrName === undefined ? undefined : await stores.workflows.find(tenant, idOrName);
    if (workflow === null) throw unknownWorkflow(idOrName!);
    if (workflow) access.inProject(workflow.project, unknownWorkflow(idOrName!));
    const reached = workflow ? undefined : await access.workflows();
    const page = await stores.deployments.history(tenant, {
      ...filter,
      ...(workflow ? { workflow_ids: [workflow.id] } : reached ? { workflow_ids: [...reached.ids] } : {}),
      limit: limit ?? LIMITS.listDefault,
    });
    return { body: { items: page.items.map((one) => deploymentView(tenant, one, url.origin)), next_cursor: page.next_cursor } };
  },
});

const get = endpoint({
  route: 'GET /deployments/{deployment}',
  tag: TAG,
  summary: 'Read a deployment',
  answer: deploymentSchema,
  answers: { 200: { description: 'The deployment', schema: deploymentSchema } },
  problems: ['unknown_deployment'],
  async handle(call) {
    return { body: deploymentView(call.tenant, await deploymentOf(call), call.url.origin) };
  },
});

const promote = endpoint({
  route: 'POST /deployments/{deployment}/promote',
  tag: TAG,
  summary: 'Deploy the same definition in another environment',
  body: promoteRequest,
  answer: deploymentSchema,
  answers: { 201: { description: 'Active in the other environment', schema: deploymentSchema } },
  problems: ['unknown_deployment', 'unknown_workflow', 'invalid_json'],
  async handle(call) {
    const source = await deploymentOf(call);
    const { from, to, approved_by } = call.body;
    if (from !== undefined && from !== source.environment) {
      throw new Problem('invalid_request', `from: the deployment is in ${source.environment}, not in ${from}.`);
    }
    if (to === source.environment) throw new Problem('invalid_request', `to: the deployment is in ${to} already.`);
    const made = await deploy(call, { ...(await again(call, source)), environment: to, origin: 'promote', approved_by });
    return { body: deploymentView(call.tenant, made, call.url.origin), headers: { Location: `/api/v1/deployments/${made.deployment_id}` } };
  },
});

const rollback = endpoint({
  route: 'POST /deployments/{deployment}/rollback',
  tag: TAG,
  summary: 'Go back to what ran before',
  description: 'Makes a new deployment of the definition that this one replaced. Once more, on that one, goes one further back.',
  body: emptyRequest,
  answer: deploymentSchema,
  answers: { 201: { description: 'The earlier definition is active again', schema: deploymentSchema } },
  problems: ['unknown_deployment', 'unknown_workflow', 'deployment_not_active', 'no_earlier_deployment'],
  async handle(call) {
    const current = await deploymentOf(call);
    if (current.status !== 'active') {
      throw new Problem('deployment_not_active', `${current.deployment_id} is ${current.status}; only the deployment that runs can be rolled back.`);
    }
    const earlier = current.replaces === null ? null : await call.stores.deployments.get(call.tenant, current.replaces);
    if (!earlier) throw new Problem('no_earlier_deployment', `Nothing ran in ${current.environment} before ${current.deployment_id}.`);
    const next = newDeployment(call, { ...(await again(call, earlier)), environment: current.environment, origin: 'rollback' });
    const made = await call.stores.deployments.rollBack(call.tenant, current.deployment_id, next, earlier.replaces);
    if (!made) throw new Problem('deployment_not_active', `Another deployment has taken the place of ${current.deployment_id}.`);
    noteDeployment(call, { ...made, replaces: current.deployment_id });
    await deployed(call, made);
    return { body: deploymentView(call.tenant, made, call.url.origin), headers: { Location: `/api/v1/deployments/${made.deployment_id}` } };
  },
});

export const deploymentEndpoints: AnyEndpoint[] = [create, list, get, promote, rollback];

async function deploymentOf(call: Call): Promise<Deployment> {
  const found = await call.stores.deployments.get(call.tenant, call.params.deployment!);
  if (!found) throw new Problem('unknown_deployment', `There is no deployment ${call.params.deployment!.slice(0, 64)}.`);
  return found;
}

/** The same content once more; not of a workflow that was deleted meanwhile. */
async function again(call: Call, { workflow, workflow_id, version, hash, pipelines, config_overrides }: Deployment) {
  if (!(await call.stores.workflows.find(call.tenant, workflow_id))) throw new Problem('unknown_workflow', `The workflow ${workflow} was deleted.`);
  return { workflow: { id: workflow_id, name: workflow }, version, hash, pipelines, config_overrides };
}

/** Compiles the version's document with the overrides in place, and stores the result. */
async function overridden(call: Call, workflow: Workflow, version: WorkflowVersion, overrides: JsonObject): Promise<{ hash: string; pipelines: string[] }> {
  const source = await call.stores.definitions.source(call.tenant, version.hash);
  if (source === null) throw new Problem('internal', 'The definition of this version is not in the store.');
  const definition = await call.stores.definitions.get(call.tenant, version.hash);
  const files = await storedFiles(definition ?? {}, call.stores.files, call.tenant);
  const compiled = await compileDocument({
    source: applyOverrides(source, overrides),
    name: workflow.name,
    files,
    regions: await regionsFor(call.env, source),
  });
  await call.stores.definitions.put(call.tenant, compiled.definition, compiled.source);
  return { hash: compiled.definition.hash, pipelines: Object.keys(compiled.definition.pipelines) };
}
