/** One order to all executions that a filter finds: counted first, then carried out by a job. */
import { bulkAnswer, bulkJobPage, bulkJobSchema, bulkPreviewSchema, bulkRequest } from '#contracts/api-bulk';
import { emptyRequest } from '#contracts/api-executions';
import { listQuery } from '#contracts/api-parts';
import type { BulkFilter, BulkJob, BulkJobRpc } from '#contracts/bulk';
import type { ExecutionStatus } from '#contracts/execution';
import { newId } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { namesOf, reachedIds } from '#workers/api/execution-names';
import { unknownJob } from '#workers/api/unknown';
import { instant } from '#workers/api/views';
import { noteObject } from '#workers/named-objects';
import { callsOf } from '#workers/objects/calls';
import { objectNamed } from '#workers/objects/stubs';

const TAG = 'Executions';
/** Counting looks at so many pages of the list. */
const COUNTED_PAGES = 25;

const begin = endpoint({
  route: 'POST /executions/bulk',
  weight: 'heavy',
  tag: TAG,
  summary: 'Cancel, pause, resume or replay many executions',
  description:
    'All that the filter finds now; what starts later is not touched. With `preview` they are only counted. The job goes on by itself; an execution whose state does not fit the order is counted as refused.',
  body: bulkRequest,
  answer: bulkAnswer,
  answers: { 202: { description: 'The job has begun', schema: bulkJobSchema }, 200: { description: 'How many there are', schema: bulkPreviewSchema } },
  problems: ['unknown_workflow', 'unknown_project', 'invalid_json'],
  async handle(call) {
    const { action, reason, preview } = call.body;
    const { workflow, pipeline, project, ...rest } = call.body.filter;
    const filter = defined({ ...rest, ...(await namesOf(call, workflow, pipeline)), ...(await reachedIds(call, project)) });
    const { by_status, ...total } = await count(call, filter);
    if (preview) return { status: 200, body: { action, ...total, by_status } };
    const created_at = call.now;
    const id = `${newId('job')}_${created_at.toString(36)}`;
    const order = { id, tenant: call.tenant, action, filter, by: call.actor.by, ...total, created_at, ...(reason === undefined ? {} : { reason }) };
    await noteObject(call.env, 'BULK_JOB', call.tenant, jobName(call, id));
    return { status: 202, body: jobView(await jobOf(call, id).begin(order)) };
  },
});

const list = endpoint({
  route: 'GET /executions/bulk',
  tag: TAG,
  summary: 'List bulk jobs',
  description: 'Those of all, with a role in the company; otherwise the own ones.',
  query: listQuery,
  answer: bulkJobPage,
  answers: { 200: { description: 'Newest first', schema: bulkJobPage } },
  problems: ['invalid_cursor'],
  async handle(call) {
    const by = call.access.projects() === undefined ? undefined : call.actor.by;
    const { items, next_cursor } = await call.stores.bulkJobs.list(call.tenant, {
      limit: call.query.limit ?? LIMITS.listDefault,
      cursor: call.query.cursor,
      by,
    });
    return { body: { items: items.map(jobView), next_cursor } };
  },
});

const get = endpoint({
  route: 'GET /executions/bulk/{job}',
  tag: TAG,
  summary: 'How far a bulk job has come',
  answer: bulkJobSchema,
  answers: { 200: { description: 'The job', schema: bulkJobSchema } },
  problems: ['unknown_job'],
  async handle(call) {
    const id = call.params.job!;
    const job = await jobCalled(call, id);
    return { body: jobView(job) };
  },
});

const cancel = endpoint({
  route: 'POST /executions/bulk/{job}/cancel',
  tag: TAG,
  summary: 'Stop a bulk job',
  description: 'What has been done stays done.',
  body: emptyRequest,
  answer: bulkJobSchema,
  answers: { 200: { description: 'The job', schema: bulkJobSchema } },
  problems: ['unknown_job', 'job_finished'],
  async handle(call) {
    const id = call.params.job!;
    const known = await jobCalled(call, id);
    if (known.status !== 'running') throw new Problem('job_finished', `The job is ${known.status}.`);
    const job = await jobOf(call, id).cancel(call.actor.by);
    if (!job) throw unknownJob(id);
    return { body: jobView(job) };
  },
});

export const bulkEndpoints: AnyEndpoint[] = [begin, list, get, cancel];

function jobName({ tenant }: Call, id: string): string {
  return `${tenant}/${id}`;
}

/** The same job begins once; of two who cancel it one has done so. */
const calls = callsOf<BulkJobRpc>('bulk job', { begin: 'again', cancel: 'once' });

/** Its object's name holds the tenant: the job of another one is not there. */
function jobOf(call: Call, id: string): BulkJobRpc {
  return objectNamed(calls, call.env.BULK_JOB, call.env, jobName(call, id));
}

/** A job over all of the company is seen by those with a role in it, others by who began them. Throws Problem('unknown_job'). */
async function jobCalled({ access, actor, stores, tenant }: Call, id: string): Promise<BulkJob> {
  const all = access.projects() === undefined;
  const job = await stores.bulkJobs.get(tenant, id, createdAt(id));
  if (!job || (!all && job.by !== actor.by)) throw unknownJob(id);
  return job;
}

/** It ends in the instant of its making, so that its row is found by key. */
function createdAt(id: string): number {
  const at = Number.parseInt(/^job_\w+_([0-9a-z]{8,9})$/.exec(id)?.[1] ?? '', 36);
  if (Number.isNaN(at)) throw unknownJob(id);
  return at;
}

interface Counted {
  total: number;
  total_is_least: boolean;
  by_status: { [status in ExecutionStatus]?: number };
}

async function count(call: Call, filter: BulkFilter): Promise<Counted> {
  const by_status: Counted['by_status'] = {};
  let total = 0;
  let cursor: string | undefined;
  for (let page = 0; page < COUNTED_PAGES; page++) {
    const { items, next_cursor } = await call.stores.executions.list(call.tenant, {
      ...filter,
      to: Math.min(filter.to ?? call.now, call.now),
      limit: LIMITS.listMax,
      cursor,
    });
    total += items.length;
    for (const { status } of items) by_status[status] = (by_status[status] ?? 0) + 1;
    if (next_cursor === null) return { total, total_is_least: false, by_status };
    cursor = next_cursor;
  }
  return { total, total_is_least: true, by_status };
}

function defined(filter: BulkFilter): BulkFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

function jobView({ tenant: _, created_at, finished_at, filter, ...job }: BulkJob) {
  const { from, to, workflow_ids: _ids, ...rest } = filter;
  return {
    ...job,
    filter: { ...rest, ...(from === undefined ? {} : { from: instant(from) }), ...(to === undefined ? {} : { to: instant(to) }) },
    created_at: instant(created_at),
    ...(finished_at === undefined ? {} : { finished_at: instant(finished_at) }),
  };
}
