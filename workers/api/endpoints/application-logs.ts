/** What the observer of an application has gathered. */
import { applicationLogPage, applicationLogQuery, traceExportQuery, traceExportSchema } from '#contracts/api-application-logs';
import { LIMITS } from '#contracts/limits';
import type { Observation } from '#contracts/observation';
import { decodeCursor, encodeCursor } from '#storage/cursor';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { unknownWorkflow } from '#workers/api/unknown';
import { observerOf } from '#workers/observer/observers';

const TAG = 'Logs and traces';
const PRODUCTION = 'production';
const CURSOR = 'application-log';

const logs = endpoint({
  route: 'GET /workflows/{workflow}/logs',
  weight: 'medium',
  tag: TAG,
  summary: 'Look through the log of an application',
  description: 'What its executions have said, and its requests at the door, in one environment; an execution stands in it once it has ended.',
  query: applicationLogQuery,
  answer: applicationLogPage,
  answers: { 200: { description: 'The newest first', schema: applicationLogPage } },
  problems: ['unknown_workflow', 'invalid_cursor'],
  async handle(call) {
    const { environment = PRODUCTION, level, pipeline, q, from, to, cursor, limit = LIMITS.listDefault } = call.query;
    const { workflow, observation } = await observed(call, environment);
    const [at, entry, line] = cursor === undefined ? [] : decodeCursor(CURSOR, ['number', 'string', 'number'], cursor);
    const { items, next } = await observerOf(call.env, { tenant: call.tenant, workflow, environment }).read({
      level,
      pipeline,
      text: q,
      limit,
      ...(from === undefined ? {} : { from: Date.parse(from) }),
      ...(to === undefined ? {} : { to: Date.parse(to) }),
      ...(at === undefined ? {} : { before: { at, entry: entry!, line: line! } }),
    });
    return { body: { items, next_cursor: next ? encodeCursor(CURSOR, [next.at, next.entry, next.line]) : null, collected: observation?.log !== undefined } };
  },
});

const traces = endpoint({
  route: 'GET /workflows/{workflow}/traces',
  weight: 'medium',
  tag: TAG,
  summary: 'How the traces of an application get to their collector',
  query: traceExportQuery,
  answer: traceExportSchema,
  answers: { 200: { description: 'As it is now', schema: traceExportSchema } },
  problems: ['unknown_workflow'],
  async handle(call) {
    const { environment = PRODUCTION } = call.query;
    const { workflow, observation } = await observed(call, environment);
    const status = await observerOf(call.env, { tenant: call.tenant, workflow, environment }).status();
    return { body: { exported: observation?.traces !== undefined, ...status } };
  },
});

export const applicationLogEndpoints: AnyEndpoint[] = [logs, traces];

/** The workflow by its name or id, and what the version that runs asks for. */
async function observed({ stores, tenant, params }: Call, environment: string): Promise<{ workflow: string; observation?: Observation }> {
  const found = await stores.workflows.find(tenant, params.workflow!);
  if (!found) throw unknownWorkflow(params.workflow!);
  const active = await stores.deployments.active(tenant, found.name, environment);
  const definition = active && (await stores.definitions.get(tenant, active.hash));
  return { workflow: found.name, ...(definition?.observation ? { observation: definition.observation } : {}) };
}
