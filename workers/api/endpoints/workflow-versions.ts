/** The versions of a document. They never change. */
import { z } from 'zod';
import { workflowVersionDetailSchema, workflowVersionPage } from '#contracts/api';
import { listQuery } from '#contracts/api-parts';
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { workflowOf } from '#workers/api/named-workflow';
import { versionView } from '#workers/api/views';

const TAG = 'Definitions';

const versions = endpoint({
  route: 'GET /workflows/{workflow}/versions',
  tag: TAG,
  summary: 'List the versions of a workflow',
  query: listQuery,
  answer: workflowVersionPage,
  answers: { 200: { description: 'Newest first', schema: workflowVersionPage } },
  problems: ['unknown_workflow', 'invalid_cursor'],
  async handle(call) {
    const workflow = await workflowOf(call);
    const page = await call.stores.workflows.versions(call.tenant, workflow.id, { limit: call.query.limit ?? LIMITS.listDefault, cursor: call.query.cursor });
    return { body: { items: page.items.map((version) => versionView(workflow.name, version)), next_cursor: page.next_cursor } };
  },
});

const version = endpoint({
  route: 'GET /workflows/{workflow}/versions/{version}',
  tag: TAG,
  summary: 'Read a version: its document and the compiled graph',
  answer: workflowVersionDetailSchema,
  answers: { 200: { description: 'The version', schema: workflowVersionDetailSchema } },
  problems: ['unknown_workflow', 'invalid_id'],
  async handle(call) {
    const number = z
      .string()
      .regex(/^[1-9]\d{0,8}$/)
      .transform(Number)
      .safeParse(call.params.version);
    if (!number.success) throw new Problem('invalid_id', 'A version is a number from 1.');
    const workflow = await workflowOf(call);
    const found = await call.stores.workflows.version(call.tenant, workflow.id, number.data);
    if (!found) throw new Problem('unknown_workflow', `${workflow.name} has no version ${number.data}; its latest is ${workflow.latest_version}.`);
    const [source, definition] = await Promise.all([
      call.stores.definitions.source(call.tenant, found.hash),
      call.stores.definitions.get(call.tenant, found.hash),
    ]);
    if (source === null || definition === null) throw new Problem('internal', 'The definition of this version is not in the store.');
    return { body: { ...versionView(workflow.name, found), source, definition: definition as unknown as JsonObject } };
  },
});

export const workflowVersionEndpoints: AnyEndpoint[] = [versions, version];
