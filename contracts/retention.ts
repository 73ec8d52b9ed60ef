/**
 * How long a company keeps what has come to its end. Plans say what is usual and within which bounds a company decides.
 * Nothing that still runs is old, whatever the numbers say.
 */
import type { PlanName } from '#contracts/quota';

/** In the order in which a sweep goes through them. */
export const RETENTION_KINDS = ['executions', 'dead_letters', 'logs', 'audit'] as const;
export type RetentionKind = (typeof RETENTION_KINDS)[number];

/** Days; `null`: for ever, and what a document says of letters and logs is all that holds. */
export type Retention = { [K in RetentionKind]: number | null };

/** What a company has decided; what it has not follows the plan. */
export type OwnRetention = Partial<Retention>;

/** Days. */
export interface RetentionBound {
  usual: number | null;
  least: number;
  most: number | null;
}

export type RetentionPlan = { readonly [K in RetentionKind]: RetentionBound };

const days = (usual: number | null, least: number, most: number | null): RetentionBound => ({ usual, least, most });

export const RETENTION_PLANS: { readonly [P in PlanName]: RetentionPlan } = {
  free: { executions: days(30, 1, 90), dead_letters: days(30, 1, 90), logs: days(7, 1, 30), audit: days(90, 30, 400) },
  team: { executions: days(400, 1, 1100), dead_letters: days(90, 1, 400), logs: days(90, 1, 400), audit: days(400, 30, 1100) },
  enterprise: { executions: days(null, 1, null), dead_letters: days(null, 1, null), logs: days(null, 1, null), audit: days(400, 30, null) },
  unlimited: { executions: days(null, 1, null), dead_letters: days(null, 1, null), logs: days(null, 1, null), audit: days(400, 30, null) },
};

/** More is for ever. */
export const MOST_DAYS = 36_500;
export const DAY_MS = 24 * 3_600_000;

/** What holds: the company's own number, drawn into the bounds of its plan. */
export function retentionOf(plan: PlanName, own: OwnRetention | null): Retention {
  const entries = RETENTION_KINDS.map((kind) => [kind, within(RETENTION_PLANS[plan][kind], own?.[kind])] as const);
  return Object.fromEntries(entries) as Retention;
}

/** The first number that lies outside of the plan. */
export function outsideOf(plan: PlanName, own: OwnRetention): { kind: RetentionKind; bound: RetentionBound } | undefined {
  for (const kind of RETENTION_KINDS) {
    const bound = RETENTION_PLANS[plan][kind];
    const value = own[kind];
    if (value !== undefined && within(bound, value) !== value) return { kind, bound };
  }
  return undefined;
}

function within({ usual, least, most }: RetentionBound, own: number | null | undefined): number | null {
  if (own === undefined) return usual;
  if (own === null) return most;
  return Math.max(least, most === null ? own : Math.min(own, most));
}

/** What ended before this instant is old, epoch ms; `undefined`: nothing is. */
export function cutoffOf(kept: number | null, now: number): number | undefined {
  return kept === null ? undefined : now - kept * DAY_MS;
}

export type Removed = { [K in RetentionKind]: number };
export const NOTHING_REMOVED: Removed = { executions: 0, dead_letters: 0, logs: 0, audit: 0 };

/** A sweep through what one tenant has in one region, and how far it is. */
export interface Sweep {
  /** What is old is old by this instant, epoch ms. */
  begun_at: number;
  /** `note`: all is done but for the entry that says so. */
  stage: RetentionKind | 'note';
  cursor: string | null;
  removed: Removed;
}

export interface LastSweep {
  /** Epoch ms. */
  at: number;
  removed: Removed;
}

/** What an execution is asked before it goes, epoch ms. */
export interface AgeQuery {
  ended_before: number;
  /** A letter that failed before this waits for nobody any more; absent: as long as its pipeline says. */
  letters_before?: number;
  now: number;
}
