/** Retention in words, as its section shows it. Pure. */
import type { z } from 'zod';
import type { retentionRequest, retentionSchema } from '#contracts/api-retention';
import { type OwnRetention, RETENTION_KINDS, type Removed, type RetentionBound, type RetentionKind } from '#contracts/retention';

export const WHAT: { readonly [K in RetentionKind]: string } = {
  executions: 'Executions',
  dead_letters: 'Dead letters',
  logs: 'Logs of applications',
  audit: 'Audit log',
};

const UNBOUNDED: { readonly [K in RetentionKind]: string } = {
  executions: 'for ever',
  dead_letters: 'as long as their pipelines say',
  logs: 'as long as their applications say',
  audit: 'for ever',
};

export function keptWords(kind: RetentionKind, days: number | null): string {
  return days === null ? UNBOUNDED[kind] : daysWords(days);
}

/** `1 to 400 days, usually 90`. */
export function boundWords({ usual, least, most }: RetentionBound): string {
  const range = most === null ? `${daysWords(least)} or longer` : `${least.toLocaleString('en')} to ${daysWords(most)}`;
  return usual === null ? range : `${range}, usually ${usual.toLocaleString('en')}`;
}

export function removedWords(removed: Removed): string {
  const words: [number, string, string][] = [
    [removed.executions, 'execution', 'executions'],
    [removed.dead_letters, 'dead letter', 'dead letters'],
    [removed.logs, 'log entry', 'log entries'],
    [removed.audit, 'audit entry', 'audit entries'],
  ];
  const told = words.filter(([count]) => count > 0).map(([count, one, many]) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`);
  return told.length === 0 ? 'nothing' : told.join(', ');
}

type NextSweep = Pick<NonNullable<z.infer<typeof retentionSchema>['next_sweep']>, 'executions' | 'more' | 'regions'>;

/** `up to 1,204 executions`; a key that still holds keeps some of them. What was not counted is told. */
export function executionsWords({ executions, more, regions = [] }: NextSweep): string {
  const away = regions.filter(({ status }) => status === 'unavailable').map(({ region }) => region);
  const uncounted = away.length === 0 ? '' : ` (${away.join(' and ')} did not answer, and ${away.length === 1 ? 'is' : 'are'} not counted)`;
  return `${countWords(executions, more)}${uncounted}`;
}

function countWords(executions: number, more: boolean): string {
  if (executions === 0 && !more) return 'no execution';
  const many = executions.toLocaleString('en');
  if (more) return `${many} executions or more`;
  return `up to ${many} ${executions === 1 ? 'execution' : 'executions'}`;
}

/** Whether for ever is something to choose: the plan allows it, and says something else where nothing is said. */
export function mayBeForEver({ usual, most }: RetentionBound): boolean {
  return usual !== null && most === null;
}

/** Name of the box that says for ever. */
export function forEverField(kind: RetentionKind): string {
  return `${kind}_for_ever`;
}

/** What the form asks for: an empty number is that of the plan, and for ever stays so where the plan has nothing else to say. */
export function retentionRequestOf(
  fields: { [name: string]: string },
  own: OwnRetention,
  bounds: { [K in RetentionKind]: RetentionBound },
): z.input<typeof retentionRequest> {
  const asked = RETENTION_KINDS.flatMap((kind): [RetentionKind, number | null][] => {
    if (fields[forEverField(kind)]) return [[kind, null]];
    if (fields[kind]) return [[kind, Number(fields[kind])]];
    return own[kind] === null && bounds[kind].most === null && !mayBeForEver(bounds[kind]) ? [[kind, null]] : [];
  });
  return Object.fromEntries(asked);
}

function daysWords(days: number): string {
  return `${days.toLocaleString('en')} ${days === 1 ? 'day' : 'days'}`;
}
