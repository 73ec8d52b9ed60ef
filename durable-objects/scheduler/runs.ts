/**
 * Starts what is due, and keeps to the rule of what happens while the run before has not ended.
 *
 * 1. A run is started under the key `schedule:{job}:{time}` before the plan says that it was.
 * 2. Who is due knows nothing of the runtime: the clock and the executions are handed in.
 * 3. A time that cannot be started now is tried again, ever later; the other schedules go on meanwhile. One that never can
 *    be is told so, and is over.
 */
import type { Schedule } from '#contracts/definition';
import type { JsonObject } from '#contracts/json';
import { PROBLEMS, Problem } from '#contracts/problems';
import type { HeldTimes, JobState, JobTime, SchedulePlan } from '#contracts/scheduler-rpc';
import { advanced, dueTimes, type Plan, stillHeld, told, waitingTimes } from '#objects/scheduler/plan';

export interface Runs {
  start(plan: SchedulePlan, schedule: Schedule, order: { key: string; data: JsonObject; by: string }): Promise<{ execution_id: string }>;
  /** Whether the execution has not ended. */
  running(tenant: string, executionId: string): Promise<boolean>;
  cancel(tenant: string, executionId: string, reason: string): Promise<void>;
  /** A time could not be started, for a reason that is the platform's. */
  failed(error: unknown, plan: SchedulePlan, schedule: Schedule): void;
}

/** What came of a time that was due: an execution, or a note why there is none. */
export interface Done extends JobTime {
  name: string;
}

/** What could not be started is tried again after this, then after twice as long, up to a minute, ms. */
const FIRST_WAIT_MS = 5000;
const LONGEST_WAIT_MS = 60_000;

export async function runDue(plan: Plan, now: number, runs: Runs): Promise<{ plan: Plan; done: Done[] }> {
  const jobs = { ...plan.jobs };
  const done: Done[] = [];
  for (const schedule of plan.schedules) {
    const { name } = schedule;
    const job = jobs[name];
    if (!job) continue;
    const turn = await runJob(plan, schedule, job, now, runs);
    jobs[name] = turn.job;
    for (const time of turn.times) done.push({ name, ...time });
  }
  return { plan: { ...plan, jobs }, done };
}

async function runJob(plan: Plan, schedule: Schedule, before: JobState, now: number, runs: Runs): Promise<{ job: JobState; times: JobTime[] }> {
  if (before.paused) return { job: advanced(schedule, before, now), times: [] };
  const { held, ...rest } = before;
  const due = [...(held?.times ?? []), ...dueTimes(schedule, before, now)];
  let job: JobState = advanced(schedule, rest, now);
  const times: JobTime[] = [];
  const tell = (time: JobTime) => {
    times.push(time);
    job = told(job, time);
  };
  let waits = stillHeld(before, now);
  for (let tries = held?.tries ?? 0; !waits && due.length > 0; ) {
    const at = due[0]!;
    try {
      const started = await startOne(plan, { schedule, at }, job, runs);
      const note = held?.times.includes(at) && started.execution_id !== undefined ? { note: `started late: ${held.reason}` } : {};
      tell({ at, ...started, ...note });
      tries = 0;
      due.shift();
    } catch (error) {
      if (isFinal(error)) {
        tell({ at, note: `not started: ${error.message}` });
        due.shift();
        continue;
      }
      if (!(error instanceof Problem)) runs.failed(error, plan, schedule);
      waits = heldFor(error, ++tries, now);
    }
  }
  if (!waits) return { job, times };
  const { kept, skipped } = waitingTimes(schedule, due);
  for (const time of skipped) tell(time);
  return { job: { ...job, held: { ...waits, times: kept } }, times };
}

async function startOne(plan: Plan, due: Due, job: JobState, runs: Runs): Promise<{ execution_id?: string; note?: string }> {
  const { schedule, at } = due;
  const last = job.last_execution_id;
  if (schedule.overlap !== 'allow' && last !== undefined && (await runs.running(plan.tenant, last))) {
    if (schedule.overlap === 'skip') return { note: 'skipped: the run before had not ended' };
    await runs.cancel(plan.tenant, last, `the next run of ${schedule.name} is due`);
  }
  return runs.start(plan, schedule, { key: `schedule:${schedule.name}:${at}`, data: dataOf(due), by: `schedule:${schedule.name}` });
}

/** What a scheduled execution is started with. */
export function dataOf({ schedule, at }: Due): JsonObject {
  const facts = { ...schedule.params, schedule: schedule.name, scheduled_at: new Date(at).toISOString() };
  return { ...facts, data: facts };
}

interface Due {
  schedule: Schedule;
  /** The time it is due, epoch ms. */
  at: number;
}

function isFinal(error: unknown): error is Problem {
  return error instanceof Problem && !PROBLEMS[error.code].retryable;
}

function heldFor(error: unknown, tries: number, now: number): HeldTimes {
  const known = error instanceof Problem ? error : undefined;
  const asked = typeof known?.extra.retry_after === 'number' ? known.extra.retry_after * 1000 : 0;
  const wait = Math.max(asked, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries - 1, 10)));
  return { times: [], again_at: now + wait, tries, reason: known?.message ?? 'The platform could not start it.' };
}
