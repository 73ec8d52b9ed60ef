/** Retention in words, as its section shows it. Pure. */
import type { z } from 'zod';
import type { retentionRequest } from '#contracts/api-retention';
import { RETENTION_KINDS, type Removed, type RetentionBound, type RetentionKind } from '#contracts/retention';

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

/** What the form asks for: an empty number is that of the plan. */
export function retentionRequestOf(fields: { [name: string]: string }): z.input<typeof retentionRequest> {
  return Object.fromEntries(RETENTION_KINDS.filter((kind) => fields[kind]).map((kind) => [kind, Number(fields[kind])]));
}

function daysWords(days: number): string {
  return `${days.toLocaleString('en')} ${days === 1 ? 'day' : 'days'}`;
}
