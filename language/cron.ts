/**
 * When a schedule is due. Pure: the instant to count from is handed in.
 *
 * Five fields are minutes to weekdays, six have seconds first; `@hourly` and its like are known. Days of month and
 * weekdays that are both given are both candidates, as in every cron. Where a clock is put forward a time that does
 * not exist is moved to the end of the gap; where it is put back a time that exists twice comes once.
 */
import { Cron } from 'croner';
import type { Schedule } from '#contracts/definition';

export type Due = Pick<Schedule, 'cron' | 'every_ms' | 'timezone'>;

/** The first instant after `from`, epoch ms; `undefined` when there is none any more. */
export function nextDue(due: Due, from: number): number | undefined {
  if (due.every_ms !== undefined) return (Math.floor(from / due.every_ms) + 1) * due.every_ms;
  const next = cronOf(due.cron ?? '', due.timezone).nextRun(new Date(from));
  return next?.getTime();
}

/** The instants in `(from, to]`, the last `max` of them; epoch ms, in order. */
export function dueBetween(due: Due, from: number, to: number, max: number): number[] {
  const found: number[] = [];
  for (let at = nextDue(due, from); at !== undefined && at <= to; at = nextDue(due, at)) {
    found.push(at);
    if (found.length > max) found.shift();
  }
  return found;
}

/** What is wrong with it, or nothing. */
export function cronFault(cron: string, timezone: string | undefined): string | undefined {
  const fields = cron.trim().split(/\s+/).length;
  if (!cron.trim().startsWith('@') && fields !== 5 && fields !== 6) return `It has ${fields} fields; 5 are needed, or 6 with seconds first.`;
  try {
    if (cronOf(cron, timezone).nextRun() === null) return 'It is never due.';
    return undefined;
  } catch (error) {
    return `${(error as Error).message.replace(/^CronPattern: /, '')}.`;
  }
}

export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const parsed = new Map<string, Cron>();
const MAX_PARSED = 1000;

function cronOf(cron: string, timezone = 'UTC'): Cron {
  const key = `${timezone} ${cron}`;
  const known = parsed.get(key);
  if (known) return known;
  const made = new Cron(cron.trim(), { paused: true, timezone });
  if (parsed.size >= MAX_PARSED) parsed.clear();
  parsed.set(key, made);
  return made;
}
