/**
 * What is due, and what is next: pure, the clock is handed in.
 *
 * 1. A time is run once or said to be skipped; none is forgotten, however late the alarm comes.
 * 2. A schedule that stays the same keeps its next time when a new version is deployed.
 * 3. A time that could not be started waits with its own schedule, and holds up no other.
 */
import type { Schedule } from '#contracts/definition';
import type { HeldTimes, JobState, JobTime, SchedulePlan } from '#contracts/scheduler-rpc';
import { dueBetween, nextDue } from '#language/cron';

export interface Plan extends SchedulePlan {
  jobs: { [name: string]: JobState };
}

/** A time that is older than this was missed, ms. */
const LATE_MS = 60_000;
/** Of the times that were missed, or that wait, so many are made up for at the most. */
const MAX_CAUGHT_UP = 100;
/** So many times are told of a job, the newest. */
const MAX_RECENT = 10;

export function planned(before: Plan | undefined, next: SchedulePlan, now: number): Plan {
  const jobs: Plan['jobs'] = {};
  for (const schedule of next.schedules) {
    const old = before?.jobs[schedule.name];
    const same = before?.schedules.find((each) => each.name === schedule.name);
    const kept = old !== undefined && same !== undefined && timeOf(same) === timeOf(schedule);
    const at = kept ? old.next_at : schedule.enabled ? nextDue(schedule, now) : undefined;
    const { next_at: _, held, ...rest } = old ?? { name: schedule.name };
    jobs[schedule.name] = { ...rest, name: schedule.name, ...(at === undefined ? {} : { next_at: at }), ...(held && schedule.enabled ? { held } : {}) };
  }
  return { ...next, jobs };
}

function timeOf({ cron, every_ms, timezone, enabled }: Schedule): string {
  return JSON.stringify([cron, every_ms, timezone, enabled]);
}

/** The times that are to be run and have not been tried yet, the oldest first. */
export function dueTimes(schedule: Schedule, { next_at: first, paused }: JobState, now: number): number[] {
  if (paused || first === undefined || first > now) return [];
  const all = [first, ...dueBetween(schedule, first, now, MAX_CAUGHT_UP - 1)];
  if (schedule.catch_up === 'all') return all;
  const last = all.at(-1)!;
  return schedule.catch_up === 'last' || now - last <= LATE_MS ? [last] : [];
}

/** The job at its next time; a paused one, too. */
export function advanced(schedule: Schedule, job: JobState, now: number): JobState {
  if (job.next_at === undefined || job.next_at > now) return job;
  const { next_at: _, ...rest } = job;
  const next = nextDue(schedule, now);
  return next === undefined ? rest : { ...rest, next_at: next };
}

/** The job after what came of a time. */
export function told(job: JobState, time: JobTime): JobState {
  const { last_note: _, ...rest } = job;
  const { at, execution_id, note } = time;
  return {
    ...rest,
    last_at: at,
    ...(execution_id === undefined ? {} : { last_execution_id: execution_id }),
    ...(note === undefined ? {} : { last_note: note }),
    recent: [time, ...(job.recent ?? [])].slice(0, MAX_RECENT),
  };
}

/** Which of the times that wait for one and the same reason go on waiting, by the rule of what happens when runs overlap. */
export function waitingTimes({ overlap }: Schedule, times: readonly number[]): { kept: number[]; skipped: JobTime[] } {
  const from = overlap === 'allow' ? Math.max(0, times.length - MAX_CAUGHT_UP) : overlap === 'skip' ? 0 : times.length - 1;
  const to = overlap === 'skip' ? 1 : times.length;
  const why = {
    allow: `skipped: ${MAX_CAUGHT_UP} later times wait already`,
    skip: 'skipped: the run before waits to be started',
    cancel_previous: 'skipped: the next one was due before it could be started',
  }[overlap];
  return { kept: times.slice(from, to), skipped: [...times.slice(0, from), ...times.slice(to)].map((at) => ({ at, note: why })) };
}

/** When to wake; `undefined`: never. */
export function wakeAt(plan: Plan): number | undefined {
  const times = Object.values(plan.jobs).flatMap(({ next_at, held, paused }) => [next_at, paused ? undefined : held?.again_at]);
  const known = times.filter((at) => at !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

/** Where the times of a job wait, `undefined` once it is time to try them again. */
export function stillHeld({ held }: JobState, now: number): HeldTimes | undefined {
  return held && held.again_at > now ? held : undefined;
}
