/**
 * What is due, and what is next: pure, the clock is handed in.
 *
 * 1. A time is run once or said to be skipped; none is forgotten, however late the alarm comes.
 * 2. A schedule that stays the same keeps its next time when a new version is deployed.
 */
import type { Schedule } from '#contracts/definition';
import type { JobState, SchedulePlan } from '#contracts/scheduler-rpc';
import { dueBetween, nextDue } from '#language/cron';

export interface Plan extends SchedulePlan {
  jobs: { [name: string]: JobState };
}

export interface Due {
  schedule: Schedule;
  /** The time it is due, epoch ms. */
  at: number;
}

/** A time that is older than this was missed, ms. */
const LATE_MS = 60_000;
/** Of the times that were missed, so many are made up for at the most. */
const MAX_CAUGHT_UP = 100;

export function planned(before: Plan | undefined, next: SchedulePlan, now: number): Plan {
  const jobs: Plan['jobs'] = {};
  for (const schedule of next.schedules) {
    const old = before?.jobs[schedule.name];
    const same = before?.schedules.find((each) => each.name === schedule.name);
    const kept = old !== undefined && same !== undefined && timeOf(same) === timeOf(schedule);
    const at = kept ? old.next_at : schedule.enabled ? nextDue(schedule, now) : undefined;
    const { next_at: _, ...rest } = old ?? { name: schedule.name };
    jobs[schedule.name] = { ...rest, name: schedule.name, ...(at === undefined ? {} : { next_at: at }) };
  }
  return { ...next, jobs };
}

function timeOf({ cron, every_ms, timezone, enabled }: Schedule): string {
  return JSON.stringify([cron, every_ms, timezone, enabled]);
}

/** The runs that are to be started, in the order of their times. */
export function dueRuns(plan: Plan, now: number): Due[] {
  const runs: Due[] = [];
  for (const schedule of plan.schedules) {
    const job = plan.jobs[schedule.name];
    if (!job || job.paused || job.next_at === undefined || job.next_at > now) continue;
    for (const at of timesOf(schedule, job.next_at, now)) runs.push({ schedule, at });
  }
  return runs.sort((a, b) => a.at - b.at);
}

function timesOf(schedule: Schedule, first: number, now: number): number[] {
  const all = [first, ...dueBetween(schedule, first, now, MAX_CAUGHT_UP - 1)];
  if (schedule.catch_up === 'all') return all;
  const last = all.at(-1)!;
  return schedule.catch_up === 'last' || now - last <= LATE_MS ? [last] : [];
}

/** After the runs: every job that was due is at its next time, paused ones too. */
export function advanced(plan: Plan, now: number, done: { name: string; at: number; execution_id?: string; note?: string }[]): Plan {
  const jobs = { ...plan.jobs };
  for (const schedule of plan.schedules) {
    const job = jobs[schedule.name];
    if (!job || job.next_at === undefined || job.next_at > now) continue;
    const { next_at: _, ...rest } = job;
    const next = nextDue(schedule, now);
    jobs[schedule.name] = { ...rest, ...(next === undefined ? {} : { next_at: next }) };
  }
  for (const { name, at, execution_id, note } of done) {
    const { last_note: _, ...rest } = jobs[name]!;
    jobs[name] = { ...rest, last_at: at, ...(execution_id ? { last_execution_id: execution_id } : {}), ...(note ? { last_note: note } : {}) };
  }
  return { ...plan, jobs };
}

/** When to wake; `undefined`: never. */
export function wakeAt(plan: Plan): number | undefined {
  const times = Object.values(plan.jobs).flatMap((job) => (job.next_at === undefined ? [] : [job.next_at]));
  return times.length > 0 ? Math.min(...times) : undefined;
}
