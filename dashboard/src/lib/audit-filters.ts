/** Filters of the audit log as they stand in the page's URL, and as the API is asked by them. Pure. */
import type { ActorNames } from './actors';

export const AUDIT_FILTERS = ['actor', 'action', 'target', 'from', 'to'] as const;
export type AuditFilter = Partial<Record<(typeof AUDIT_FILTERS)[number], string>>;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

export function auditFilters(query: URLSearchParams): AuditFilter {
  const filters: AuditFilter = {};
  for (const name of AUDIT_FILTERS) {
    const value = query.get(name)?.trim();
    if (value && (DAY.test(value) || (name !== 'from' && name !== 'to'))) filters[name] = value;
  }
  return filters;
}

/** Somebody may be called by name, whatever is kept of them; a day is one of UTC, and the last is meant as a whole. */
export function auditQuery(filters: AuditFilter, names: ActorNames): AuditFilter {
  const { actor, to } = filters;
  const asked = { ...filters };
  if (actor) asked.actor = actorCalled(actor, names);
  if (to && !Number.isNaN(Date.parse(to))) asked.to = new Date(Date.parse(to) + DAY_MS).toISOString();
  return asked;
}

function actorCalled(text: string, names: ActorNames): string {
  const wanted = text.toLowerCase();
  const called = Object.keys(names).filter((by) => names[by]!.toLowerCase() === wanted);
  // Of two with one name, the address says who is meant.
  return called.length === 1 ? called[0]! : text;
}
