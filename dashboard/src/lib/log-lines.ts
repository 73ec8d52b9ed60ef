/** Lines of the page Logs as they come: those of the search, and new ones on top. Pure. */
import type { LogItem } from './api-types';

/** Lines that the page holds; what is older is found again by a narrower search. */
export const MOST_LINES = 2000;

export function keyOfLine({ execution_id, sequence_num }: LogItem): string {
  return `${execution_id}:${sequence_num}`;
}

/** Those that are not there yet, the newest first. Several streams, and a search after a lost connection, tell of the same line. */
export function unknownOf(known: readonly LogItem[], come: readonly LogItem[]): LogItem[] {
  const keys = new Set(known.map(keyOfLine));
  const fresh = come.filter((line) => {
    const key = keyOfLine(line);
    return !keys.has(key) && keys.add(key);
  });
  return fresh.sort((left, right) => (left.timestamp === right.timestamp ? right.sequence_num - left.sequence_num : left.timestamp < right.timestamp ? 1 : -1));
}

/** What a line says beside its message: everything that is not about where it comes from. */
export function factsOf(line: LogItem): { [name: string]: unknown } {
  const {
    timestamp: _,
    level: __,
    message: ___,
    execution_id,
    workflow,
    environment,
    pipeline,
    tenant,
    trace_id,
    step,
    sequence_num,
    region,
    fields,
    ...rest
  } = line;
  return Object.fromEntries(Object.entries({ ...rest, ...(isRecord(fields) ? fields : {}) }).filter(([, value]) => value !== undefined && value !== null));
}

/** The facts in a few words: `order_id=o-17 amount=12.5`. */
export function gistOfLine(line: LogItem): string {
  return Object.entries(factsOf(line))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}

/** The page of the execution, at the step that the line is about. */
export function pageOfLine({ execution_id, step }: LogItem): string {
  return `/executions/${execution_id}${step === undefined ? '' : `?step=${encodeURIComponent(step)}`}`;
}

/** `14:30:00.123`, with the day where it is another than that of `now`. UTC. */
export function timeOfLine({ timestamp }: LogItem, now: number): string {
  const today = new Date(now).toISOString().slice(0, 10);
  return timestamp.startsWith(today) ? timestamp.slice(11, 23) : `${timestamp.slice(5, 10)} ${timestamp.slice(11, 19)}`;
}

function isRecord(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
