/** Log lines over all executions: looked for, and as they are written. */
import { liveLogsQuery, logSearchPage, logsQuery } from '#contracts/api-logs';
import { EXECUTION_ID } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { namesOf, reachedIds } from '#workers/api/execution-names';
import { liveStream } from '#workers/api/live-stream';
import { unknownExecution } from '#workers/api/unknown';
import { searchLogs, searchOne } from '#workers/logs/search';
import { livesHere, regionOf } from '#workers/regions/elsewhere';

const TAG = 'Logs and traces';
/** What is about many executions, and so says nothing where one is named. */
const OF_MANY = ['workflow', 'pipeline', 'project', 'environment', 'attr', 'within'] as const;

const search = endpoint({
  route: 'GET /logs',
  weight: 'medium',
  tag: TAG,
  summary: 'Look through the logs of all executions',
  description:
    'What executions have said themselves and what happened to them: a page in the order of time, the newest first, and from page to page back to executions that started earlier. It is made from their own logs when it is asked for: nothing has to be turned on, running executions are in it, and a page looks through at most a hundred of them; `next_cursor` goes on, and with `within` one request looks through several pages.',
  query: logsQuery,
  answer: logSearchPage,
  answers: { 200: { description: 'A page', schema: logSearchPage } },
  problems: ['invalid_cursor', 'invalid_id', 'unknown_execution', 'unknown_workflow', 'unknown_project', 'region_unavailable'],
  async handle(call) {
    const { q, level, step, from, to, within, limit = LIMITS.listDefault, cursor, execution, project, workflow, pipeline, environment, attr } = call.query;
    const wanted = { lines: { text: q, level, step, from, to }, limit, cursor };
    if (execution !== undefined) {
      const given = OF_MANY.find((name) => call.query[name] !== undefined);
      if (given) throw new Problem('invalid_request', `${given}: goes without execution, which names the one that is looked through.`);
      return one(call, execution, wanted);
    }
    const executions = { environment, attr, ...(await namesOf(call, workflow, pipeline)), ...(await reachedIds(call, project)) };
    const until = within === undefined ? undefined : call.now + within;
    return { body: await searchLogs(call.env, call.tenant, { ...wanted, executions, until }, call.from !== undefined) };
  },
});

const live = endpoint({
  route: 'GET /logs/live',
  weight: 'medium',
  tag: TAG,
  summary: 'Follow log lines as they are written',
  description:
    'Server-sent events of the type `log`, each a line as `GET /logs` has it. What is said after the answer began is seen. A line of more than 4,000 characters comes shortened, with `cut: true`; the log has all of it.',
  query: liveLogsQuery,
  answers: { 200: { description: 'An endless stream; a comment every 15 s keeps it open', mediaType: 'text/event-stream' } },
  problems: ['invalid_id', 'unknown_workflow', 'too_many_streams'],
  async handle(call) {
    const { q, level, step, execution, workflow, pipeline, environment, attr } = call.query;
    if (execution !== undefined && !EXECUTION_ID.test(execution)) throw new Problem('invalid_id', 'execution: exec_ and 43 letters or digits.');
    return liveStream(call, call.tenant, {
      execution_id: execution,
      environment,
      attr,
      lines: { text: q, level, step },
      ...(await namesOf(call, workflow, pipeline)),
      ...(await reachedIds(call)),
    });
  },
});

export const logEndpoints: AnyEndpoint[] = [search, live];

/** The whole log of one, wherever it lives. */
async function one(call: Call, id: string, wanted: Parameters<typeof searchOne>[3]) {
  if (!EXECUTION_ID.test(id)) throw new Problem('invalid_id', 'execution: exec_ and 43 letters or digits.');
  if (await livesHere(call.env, call.tenant, id)) {
    await call.access.inExecution(id);
    const found = await searchOne(call.env, call.tenant, id, wanted);
    if (!found) throw unknownExecution(id);
    return { body: found };
  }
  const actor = await call.access.handedOver();
  const peer = call.from === undefined ? await regionOf(call.env, call.tenant, id) : null;
  if (!peer) throw unknownExecution(id);
  return peer.forward(call.request, actor);
}
