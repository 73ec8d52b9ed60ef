/** Definitions: documents, each change a new version, and nothing that runs until it is deployed. */
import type { z } from 'zod';
import { DEFAULT_PROJECT } from '#contracts/access';
import {
  createWorkflowQuery,
  moveWorkflowRequest,
  updateWorkflowQuery,
  validateWorkflowQuery,
  validationSchema,
  workflowPage,
  workflowSchema,
  workflowStoredSchema,
  workflowsQuery,
} from '#contracts/api';
import { newId } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { NewVersion, Workflow } from '#storage/platform-ports';
import { type Compiled, compileDocument, DOCUMENT_TYPES, diagnose, readDocument } from '#workers/api/compile-document';
import { deploy, deployed } from '#workers/api/deploy';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { workflowOf } from '#workers/api/named-workflow';
import { unknownProject, unknownWorkflow } from '#workers/api/unknown';
import { deploymentView, type WorkflowView, workflowView } from '#workers/api/views';
import { reachedWorkflow, withFilesOf } from '#workers/api/workflow-files';
import { regionsFor } from '#workers/regions/platform';

const TAG = 'Definitions';

const create = endpoint({
  route: 'POST /workflows',
  weight: 'medium',
  tag: TAG,
  summary: 'Store a new workflow',
  description: 'The document becomes version 1. It runs nowhere until it is deployed; `deploy` does both. A document without a name needs `name`.',
  query: createWorkflowQuery,
  ownBody: DOCUMENT_TYPES,
  answer: workflowStoredSchema,
  answers: { 201: { description: 'Stored', schema: workflowStoredSchema } },
  problems: ['workflow_exists', 'unknown_project', 'invalid_definition', 'body_too_large', 'unsupported_media_type', 'invalid_json'],
  async handle(call) {
    const project = await projectOf(call);
    if (call.query.deploy) call.access.withScope('workflows:deploy');
    const document = await readDocument(call.request);
    if (document.keepFiles === 'asked') throw new Problem('invalid_request', 'keep_files: a new workflow has no version before. Send its files under files.');
    const compiled = await compileDocument({ ...document, name: call.query.name ?? document.name, regions: await regionsFor(call.env, document.source) });
    const { definition } = compiled;
    const id = newId('wf');
    await document.files.store(call.stores.files, call.tenant);
    await call.stores.definitions.put(call.tenant, definition, compiled.source);
    const made = await call.stores.workflows.create(call.tenant, { id, name: definition.name, project }, newVersion(call, compiled));
    if (!made.created) {
      const others = new Problem('workflow_exists', `The company has a workflow ${definition.name}. Choose another name.`, { extra: { hint: undefined } });
      await call.access.inWorkflow(made.id, others);
      throw new Problem('workflow_exists', `There is a workflow ${definition.name}. PUT /api/v1/workflows/${made.id} makes its next version.`, {
        extra: { id: made.id },
      });
    }
    call.note.after = { name: definition.name, project, version: 1, hash: definition.hash, ...(call.query.deploy ? { deployed: call.query.deploy } : {}) };
    const body = await stored(call, { id, name: definition.name }, 1, true, compiled, call.query.deploy);
    return { body, headers: { Location: `/api/v1/workflows/${id}` } };
  },
});

const update = endpoint({
  route: 'PUT /workflows/{workflow}',
  weight: 'medium',
  tag: TAG,
  summary: 'Store the next version of a workflow',
  description:
    'The same content as the latest version changes nothing: the answer names that version, with `changed: false`. The workflow keeps its name, whatever the document says. Files of the latest version that the document still names come along where no `files` are sent, or with `keep_files`.',
  query: updateWorkflowQuery,
  ownBody: DOCUMENT_TYPES,
  answer: workflowStoredSchema,
  answers: { 200: { description: 'The latest version', schema: workflowStoredSchema } },
  problems: ['unknown_workflow', 'invalid_definition', 'body_too_large', 'unsupported_media_type', 'invalid_json'],
  async handle(call) {
    if (call.query.deploy) call.access.withScope('workflows:deploy');
    const document = await readDocument(call.request);
    const workflow = await workflowOf(call);
    if (document.name !== undefined && document.name !== workflow.name) {
      throw new Problem('invalid_request', `name: the workflow is ${workflow.name}, and keeps its name. Leave name out.`);
    }
    const files = document.keepFiles === 'no' ? document.files : await withFilesOf(call, document, workflow);
    const compiled = await compileDocument({ ...document, files, name: workflow.name, regions: await regionsFor(call.env, document.source) });
    await files.store(call.stores.files, call.tenant);
    await call.stores.definitions.put(call.tenant, compiled.definition, compiled.source);
    call.note.before = { version: workflow.latest_version };
    const made = await call.stores.workflows.addVersion(call.tenant, workflow.id, newVersion(call, compiled));
    if (!made) throw unknownWorkflow(call.params.workflow!);
    call.note.after = {
      name: workflow.name,
      version: made.version.version,
      hash: made.version.hash,
      ...(call.query.deploy ? { deployed: call.query.deploy } : {}),
    };
    return { body: await stored(call, workflow, made.version.version, made.changed, compiled, call.query.deploy) };
  },
});

const validate = endpoint({
  route: 'POST /workflows/validate',
  weight: 'medium',
  audited: false,
  tag: TAG,
  summary: 'Check a document without storing it',
  description: 'Beside its mistakes the answer says what stands where: `outline`, for editors.',
  query: validateWorkflowQuery,
  ownBody: DOCUMENT_TYPES,
  answer: validationSchema,
  answers: { 200: { description: 'Every mistake at once, each with its place', schema: validationSchema } },
  problems: ['unknown_workflow', 'body_too_large', 'unsupported_media_type', 'invalid_json'],
  async handle(call) {
    const document = await readDocument(call.request);
    const earlier = call.query.workflow === undefined ? undefined : await reachedWorkflow(call, call.query.workflow);
    const files = earlier ? await withFilesOf(call, document, earlier) : document.files;
    const { definition, outline, errors, warnings } = await diagnose({
      ...document,
      name: call.query.name ?? document.name,
      files: earlier || files.paths.size > 0 ? files : undefined,
      regions: await regionsFor(call.env, document.source),
    });
    return { body: { valid: definition !== null && errors.length === 0, errors, warnings, outline } };
  },
});

const list = endpoint({
  route: 'GET /workflows',
  tag: TAG,
  summary: 'List workflows',
  query: workflowsQuery,
  answer: workflowPage,
  answers: { 200: { description: 'By name', schema: workflowPage } },
  problems: ['invalid_cursor'],
  async handle({ stores, tenant, query, url, access }) {
    if (query.project !== undefined) access.inProject(query.project, unknownProject(query.project));
    const projects = query.project === undefined ? access.projects() : [query.project];
    const page = await stores.workflows.list(tenant, { limit: query.limit ?? LIMITS.listDefault, cursor: query.cursor, projects });
    const active = await stores.deployments.activeOf(
      tenant,
      page.items.map((workflow) => workflow.id),
    );
    return {
      body: { items: page.items.map((workflow) => workflowView(tenant, workflow, workflow.latest, active, url.origin)), next_cursor: page.next_cursor },
    };
  },
});

const get = endpoint({
  route: 'GET /workflows/{workflow}',
  tag: TAG,
  summary: 'Read a workflow',
  description: '`workflow` is its id or its name.',
  answer: workflowSchema,
  answers: { 200: { description: 'The workflow with its latest version', schema: workflowSchema } },
  problems: ['unknown_workflow'],
  async handle(call) {
    return { body: await viewOf(call, await workflowOf(call)) };
  },
});

const move = endpoint({
  route: 'PUT /workflows/{workflow}/project',
  tag: TAG,
  summary: 'Move a workflow to another project',
  description: 'It runs on as it does. Who sees it, and its executions, follows the project from then on. Needs the role in both projects.',
  body: moveWorkflowRequest,
  answer: workflowSchema,
  answers: { 200: { description: 'The workflow, in its new project', schema: workflowSchema } },
  problems: ['unknown_workflow', 'unknown_project', 'invalid_json'],
  async handle(call) {
    const { project } = call.body;
    call.access.inProject(project, unknownProject(project));
    if (!(await call.stores.hierarchy.project(call.tenant, project))) throw unknownProject(project);
    const workflow = await workflowOf(call);
    call.note.before = { project: workflow.project };
    call.note.after = { project };
    if (!(await call.stores.workflows.move(call.tenant, workflow.id, project))) throw unknownWorkflow(call.params.workflow!);
    return { body: await viewOf(call, { ...workflow, project }) };
  },
});

const remove = endpoint({
  route: 'DELETE /workflows/{workflow}',
  tag: TAG,
  summary: 'Delete a workflow',
  description: 'It is taken out of every environment, and its name is free again. Executions that run go on; those that ended stay readable.',
  answers: { 204: { description: 'Deleted' } },
  problems: ['unknown_workflow'],
  async handle(call) {
    const workflow = await workflowOf(call);
    call.note.before = { name: workflow.name, version: workflow.latest_version };
    const active = await call.stores.deployments.activeOf(call.tenant, [workflow.id]);
    await call.stores.deployments.removeWorkflow(call.tenant, workflow.id);
    for (const { workflow: name, environment } of active) await deployed(call, { workflow: name, environment });
    if (!(await call.stores.workflows.remove(call.tenant, workflow.id, call.now))) throw unknownWorkflow(call.params.workflow!);
    return {};
  },
});

/** Fixed paths before those with a parameter. */
export const workflowEndpoints: AnyEndpoint[] = [create, list, validate, get, update, move, remove];

async function viewOf({ stores, tenant, url }: Call, workflow: Workflow): Promise<WorkflowView> {
  const [latest, active] = await Promise.all([
    stores.workflows.version(tenant, workflow.id, workflow.latest_version),
    stores.deployments.activeOf(tenant, [workflow.id]),
  ]);
  if (!latest) throw unknownWorkflow(workflow.name);
  return workflowView(tenant, workflow, latest, active, url.origin);
}

/** Where a new workflow goes. Throws Problem: unknown_project, forbidden, invalid_request. */
async function projectOf({ access, query, stores, tenant }: Call<{ project?: string }>): Promise<string> {
  const project = query.project ?? access.home();
  access.inProject(project, unknownProject(project));
  if (project !== DEFAULT_PROJECT && !(await stores.hierarchy.project(tenant, project))) throw unknownProject(project);
  return project;
}

function newVersion(call: Call, { definition }: Compiled): NewVersion {
  return {
    hash: definition.hash,
    pipelines: Object.keys(definition.pipelines),
    routes: definition.routes,
    ...(definition.label === undefined ? {} : { label: definition.label }),
    created_at: call.now,
    created_by: call.actor.by,
  };
}

async function stored(
  call: Call,
  workflow: { id: string; name: string },
  version: number,
  changed: boolean,
  compiled: Compiled,
  environment: string | undefined,
): Promise<z.input<typeof workflowStoredSchema>> {
  const { hash, routes } = compiled.definition;
  const pipelines = Object.keys(compiled.definition.pipelines);
  const deployment = environment === undefined ? undefined : await deploy(call, { workflow, version, hash, pipelines, environment });
  return {
    id: workflow.id,
    name: workflow.name,
    version,
    hash,
    pipelines,
    routes,
    changed,
    diagnostics: compiled.warnings,
    ...(deployment ? { deployment: deploymentView(call.tenant, deployment, call.url.origin) } : {}),
  };
}
