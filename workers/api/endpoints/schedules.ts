/** Schedules: when what is due, and what became of the last time. */
import type { z } from 'zod';
import { emptyRequest } from '#contracts/api-executions';
import { scheduleControlQuery, scheduleControlSchema, schedulePage, scheduleRunSchema, type scheduleSchema, schedulesQuery } from '#contracts/api-schedules';
import type { Schedule } from '#contracts/definition';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { JobState, SchedulerRpc } from '#contracts/scheduler-rpc';
import { nextDue } from '#language/cron';
import { decodeCursor, encodeCursor } from '#storage/cursor';
import type { ActiveDeployment } from '#storage/ports';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { unknownWorkflow } from '#workers/api/unknown';
import { planOf, schedulerOf } from '#workers/schedules';

const TAG = 'Schedules';
const PRODUCTION = 'production';

const list = endpoint({
  route: 'GET /schedules',
  tag: TAG,
  summary: 'List schedules with their next times',
  query: schedulesQuery,
  answer: schedulePage,
  answers: { 200: { description: 'By workflow and name', schema: schedulePage } },
  problems: ['unknown_workflow', 'invalid_cursor'],
  async handle(call) {
    const { environment = PRODUCTION, limit = LIMITS.listDefault, next = 5 } = call.query;
    const after = call.query.cursor === undefined ? undefined : decodeCursor('schedules', ['string', 'string'], call.query.cursor);
    const items: z.input<typeof scheduleSchema>[] = [];
    for (const deployment of await deploymentsOf(call, environment, call.query.workflow)) {
      if (after && deployment.workflow < after[0]) continue;
      for (const item of await schedulesOf(call, deployment, next)) {
        if (after && deployment.workflow === after[0] && item.name <= after[1]) continue;
        items.push(item);
      }
      if (items.length > limit) break;
    }
    const shown = items.slice(0, limit);
    const last = shown.at(-1);
    return { body: { items: shown, next_cursor: items.length > limit && last ? encodeCursor('schedules', [last.workflow, last.name]) : null } };
  },
});

const pause = endpoint({
  route: 'POST /schedules/{workflow}/{schedule}/pause',
  tag: TAG,
  summary: 'Let a schedule rest',
  description: 'Its times pass without a run until it is resumed.',
  query: scheduleControlQuery,
  body: emptyRequest,
  answer: scheduleControlSchema,
  answers: { 200: { description: 'It rests', schema: scheduleControlSchema } },
  problems: ['unknown_schedule'],
  async handle(call) {
    const name = call.params.schedule!;
    if (!(await (await schedulerFor(call)).pause(call.tenant, name, call.actor.by))) throw unknownSchedule(call);
    return { body: { name, status: 'paused' as const } };
  },
});

const resume = endpoint({
  route: 'POST /schedules/{workflow}/{schedule}/resume',
  tag: TAG,
  summary: 'Let a resting schedule run again',
  description: 'Times that have passed meanwhile are not made up for.',
  query: scheduleControlQuery,
  body: emptyRequest,
  answer: scheduleControlSchema,
  answers: { 200: { description: 'It runs', schema: scheduleControlSchema } },
  problems: ['unknown_schedule'],
  async handle(call) {
    const name = call.params.schedule!;
    if (!(await (await schedulerFor(call)).resume(call.tenant, name))) throw unknownSchedule(call);
    return { body: { name, status: 'active' as const } };
  },
});

const run = endpoint({
  route: 'POST /schedules/{workflow}/{schedule}/run',
  weight: 'start',
  tag: TAG,
  summary: 'Start a schedule now',
  description: 'Beside its times, which stay as they are.',
  query: scheduleControlQuery,
  body: emptyRequest,
  answer: scheduleRunSchema,
  answers: { 202: { description: 'Started', schema: scheduleRunSchema } },
  problems: ['unknown_schedule', 'quota_exceeded', 'quota_soft'],
  async handle(call) {
    const started = await (await schedulerFor(call)).run(call.tenant, call.params.schedule!, call.actor.by);
    if (!started) throw unknownSchedule(call);
    if ('refused' in started) {
      const { code, message, ...extra } = started.refused;
      throw new Problem(code, message, { extra });
    }
    return { body: started };
  },
});

export const scheduleEndpoints: AnyEndpoint[] = [list, pause, resume, run];

async function deploymentsOf(call: Call, environment: string, workflow: string | undefined): Promise<ActiveDeployment[]> {
  const all = await call.access.among(await call.stores.deployments.list(call.tenant, environment));
  if (workflow === undefined) return [...all].sort((a, b) => (a.workflow < b.workflow ? -1 : 1));
  const found = await call.stores.workflows.find(call.tenant, workflow);
  if (!found) throw unknownWorkflow(workflow);
  call.access.inProject(found.project, unknownWorkflow(workflow));
  return all.filter((deployment) => deployment.workflow_id === found.id);
}

async function schedulesOf(call: Call, deployment: ActiveDeployment, count: number): Promise<z.input<typeof scheduleSchema>[]> {
  const plan = await planOf(call.env, call.tenant, deployment);
  if (!plan || plan.schedules.length === 0) return [];
  const state = await schedulerOf(call.env, plan).read(call.tenant);
  const jobs = new Map(state?.jobs.map((job) => [job.name, job]));
  return [...plan.schedules]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((schedule) => viewOf(deployment, schedule, jobs.get(schedule.name), call.now, count));
}

function viewOf(deployment: ActiveDeployment, schedule: Schedule, job: JobState | undefined, now: number, count: number): z.input<typeof scheduleSchema> {
  const { enabled, timezone = 'UTC', ...rest } = schedule;
  return {
    workflow: deployment.workflow,
    environment: deployment.environment,
    ...rest,
    timezone,
    status: enabled ? (job?.paused ? 'paused' : 'active') : 'disabled',
    ...(job?.paused ? { paused_by: job.paused.by } : {}),
    next_runs: enabled && !job?.paused ? nextTimes(schedule, now, count) : [],
    last_run:
      job?.last_at === undefined
        ? null
        : {
            at: iso(job.last_at),
            ...(job.last_execution_id ? { execution_id: job.last_execution_id } : {}),
            ...(job.last_note ? { note: job.last_note } : {}),
          },
    waiting: job?.held ? { times: job.held.times.map(iso), again_at: iso(job.held.again_at), reason: job.held.reason } : null,
    recent: (job?.recent ?? []).map(({ at, ...rest }) => ({ at: iso(at), ...rest })),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function nextTimes(schedule: Schedule, now: number, count: number): string[] {
  const times: string[] = [];
  for (let at = nextDue(schedule, now); at !== undefined && times.length < count; at = nextDue(schedule, at)) times.push(new Date(at).toISOString());
  return times;
}

/** The scheduler of the application that the path names. Throws Problem('unknown_schedule'). */
async function schedulerFor(call: Call<z.output<typeof scheduleControlQuery>, unknown>): Promise<SchedulerRpc> {
  const environment = call.query.environment ?? PRODUCTION;
  const [deployment] = await deploymentsOf(call, environment, call.params.workflow!);
  if (!deployment) throw unknownSchedule(call);
  return schedulerOf(call.env, { tenant: call.tenant, workflow: deployment.workflow, environment });
}

function unknownSchedule(call: Call): Problem {
  return new Problem('unknown_schedule', `${call.params.workflow} has no schedule ${call.params.schedule!.slice(0, 100)} here.`);
}
