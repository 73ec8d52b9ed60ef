/** Moving running executions to another version. */
import type { MigrationOutcome } from '#contracts/execution-rpc';
import { migrateAllRequest, migratedAllSchema, migratedSchema, migrateRequest } from '#contracts/migration';
import { Problem } from '#contracts/problems';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { impactOf, targetOfPath } from '#workers/api/endpoints/impact';
import { executionOf } from '#workers/api/execution-of';
import { outcomes, versionTarget } from '#workers/api/migration';
import { unknownExecution, unknownWorkflow } from '#workers/api/unknown';

const one = endpoint({
  route: 'POST /executions/{execution}/migrate',
  tag: 'Executions',
  summary: 'Move a running execution to another version',
  description:
    'It goes on with the steps of that version from where it stands. Refused where it has been through something that the version does not have; `obstacles` says what. What is under way is not disturbed.',
  body: migrateRequest,
  answer: migratedSchema,
  answers: { 200: { description: 'It runs on that version', schema: migratedSchema } },
  problems: ['invalid_id', 'unknown_execution', 'unknown_workflow', 'unknown_deployment', 'execution_finished', 'not_movable', 'read_only', 'invalid_json'],
  async handle(call) {
    const { id, object } = executionOf(call);
    const origin = await object.origin(call.tenant, {});
    if (!origin) throw unknownExecution(id);
    const target = await targetOf(call, origin.facts);
    const moved = await object.migration(call.tenant, { tenant: call.tenant, ...target, by: call.actor.by });
    if (!moved) throw unknownExecution(id);
    return { body: checked(moved) };
  },
});

const all = endpoint({
  route: 'POST /workflows/{workflow}/versions/{version}/migrate',
  weight: 'heavy',
  tag: 'Deployments',
  summary: 'Move the running executions that can move to a version',
  description: 'One page of them; `next_cursor` goes on. Those that are blocked go on as they are.',
  body: migrateAllRequest,
  answer: migratedAllSchema,
  answers: { 200: { description: 'What was moved, and what could not be', schema: migratedAllSchema } },
  problems: ['unknown_workflow', 'invalid_cursor', 'invalid_json'],
  async handle(call) {
    const { environment, limit, cursor } = call.body;
    const target = await targetOfPath(call, environment);
    const { items, next_cursor } = await outcomes(call, target, { limit, cursor, by: call.actor.by });
    return {
      body: {
        workflow: target.workflow.name,
        environment,
        version: target.version,
        moved: items.filter((item) => item.moved).map((item) => item.execution_id),
        blocked: items.filter((item) => item.verdict === 'blocked').map(impactOf),
        next_cursor,
      },
    };
  },
});

export const migrationEndpoints: AnyEndpoint[] = [one, all];

/** Throws Problem: unknown_workflow, unknown_deployment. */
async function targetOf(
  call: Call<unknown, { version?: number; deployment_id?: string }>,
  facts: { workflow: string; workflow_id: string; environment: string },
) {
  const { version, deployment_id } = call.body;
  if (deployment_id !== undefined) {
    const found = await call.stores.deployments.get(call.tenant, deployment_id);
    if (!found) throw new Problem('unknown_deployment', `There is no deployment ${deployment_id}.`);
    if (found.workflow_id !== facts.workflow_id || found.environment !== facts.environment) {
      throw new Problem(
        'unknown_deployment',
        `${deployment_id} is of ${found.workflow} in ${found.environment}; the execution is of ${facts.workflow} in ${facts.environment}.`,
      );
    }
    return { definition: found.hash, version: found.version };
  }
  const workflow = await call.stores.workflows.find(call.tenant, facts.workflow_id);
  if (!workflow) throw unknownWorkflow(facts.workflow);
  const target = await versionTarget(call, workflow, version!, facts.environment);
  return { definition: target.definition, version: target.version };
}

function checked({ execution_id, status, version, definition, verdict, obstacles }: MigrationOutcome) {
  if (verdict === 'current') return { execution_id, status, version, definition };
  const [first] = obstacles;
  const code = first?.code === 'ended' ? 'execution_finished' : first?.code === 'read_only' ? 'read_only' : 'not_movable';
  throw new Problem(code, obstacles.map((obstacle) => obstacle.message).join(' '), { extra: { execution_id, execution_status: status, obstacles } });
}
