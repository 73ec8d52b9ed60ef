/**
 * Starts what is due, and keeps to the rule of what happens while the run before has not ended.
 *
 * 1. A run is started under the key `schedule:{job}:{time}` before the plan says that it was.
 * 2. Who is due knows nothing of the runtime: the clock and the executions are handed in.
 */
import type { Schedule } from '#contracts/definition';
import type { JsonObject } from '#contracts/json';
import type { SchedulePlan } from '#contracts/scheduler-rpc';
import { advanced, type Due, dueRuns, type Plan } from '#objects/scheduler/plan';

export interface Runs {
  start(plan: SchedulePlan, schedule: Schedule, order: { key: string; data: JsonObject; by: string }): Promise<{ execution_id: string }>;
  /** Whether the execution has not ended. */
  running(tenant: string, executionId: string): Promise<boolean>;
  cancel(tenant: string, executionId: string, reason: string): Promise<void>;
}

/** What came of a time that was due: an execution, or a note why there is none. */
export interface Done {
  name: string;
  at: number;
  execution_id?: string;
  note?: string;
}

export async function runDue(plan: Plan, now: number, runs: Runs): Promise<{ plan: Plan; done: Done[] }> {
  const done: Done[] = [];
  for (const due of dueRuns(plan, now)) done.push({ name: due.schedule.name, at: due.at, ...(await startOne(plan, due, done, runs)) });
  return { plan: advanced(plan, now, done), done };
}

async function startOne(plan: Plan, due: Due, done: readonly Done[], runs: Runs): Promise<{ execution_id?: string; note?: string }> {
  const { schedule, at } = due;
  const last = done.findLast((each) => each.name === schedule.name)?.execution_id ?? plan.jobs[schedule.name]?.last_execution_id;
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
