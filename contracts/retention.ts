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
/** What has become shorter is announced for so long before a sweep goes by it, ms: it can be seen, and taken back. */
export const NOTICE_MS = DAY_MS;

/** What holds: the company's own number, drawn into the bounds of its plan. */
export function retentionOf(plan: PlanName, own: OwnRetention | null): Retention {
  const entries = RETENTION_KINDS.map((kind) => [kind, within(RETENTION_PLANS[plan][kind], own?.[kind])] as const);
  return Object.fromEntries(entries) as Retention;
}

/** Of two the longer, kind by kind. */
export function longerOf(one: Retention, other: Retention): Retention {
  const longer = (left: number | null, right: number | null) => (left === null || right === null ? null : Math.max(left, right));
  return Object.fromEntries(RETENTION_KINDS.map((kind) => [kind, longer(one[kind], other[kind])] as const)) as Retention;
}

/** Whether something goes earlier than before; `before` is null where nothing was ever said. */
export function isShortened(before: Retention | null, after: Retention): boolean {
  if (before === null) return true;
  const longer = longerOf(before, after);
  return RETENTION_KINDS.some((kind) => after[kind] !== longer[kind]);
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
  /** What held when it began. What is made shorter meanwhile is for the next one. */
  retention: Retention;
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

/** How the sweep through a tenant stands. */
export interface SweepStanding {
  /** Epoch ms of the next piece of work. */
  due_at: number;
  /** `null`: none is under way. */
  sweep: Sweep | null;
  /** By what sweeps go, and was announced; `null`: nothing yet. */
  announced: Retention | null;
  last: LastSweep | null;
}

/** When the first sweep begins that goes by this, epoch ms. */
export function firstSweepBy(retention: Retention, { due_at, sweep, announced }: SweepStanding, now: number): number {
  const begins = Math.max(now, sweep ? sweep.begun_at + DAY_MS : due_at);
  return isShortened(announced, retention) ? begins + NOTICE_MS : begins;
}

/** What an execution is asked before it goes, epoch ms. */
export interface AgeQuery {
  ended_before: number;
  /** A letter that failed before this waits for nobody any more; absent: as long as its pipeline says. */
  letters_before?: number;
  now: number;
}

/** `undefined`: nothing is old. */
export function ageQueryOf({ executions, dead_letters }: Retention, now: number): AgeQuery | undefined {
  const ended_before = cutoffOf(executions, now);
  if (ended_before === undefined) return undefined;
  const letters_before = cutoffOf(dead_letters, now);
  return { ended_before, now, ...(letters_before === undefined ? {} : { letters_before }) };
}

/** `elsewhere`: by this name another execution is asked for. */
export type Age = { elsewhere: string } | OwnAge;

export interface OwnAge {
  is_old: boolean;
  /** Of an execution with an idempotency key: the key. */
  key?: ExecutionKey;
  /** The newest execution under the same key that this one leads to; 0: it leads to none. */
  generation: number;
}

export interface ExecutionKey {
  workflow: string;
  environment: string;
  pipeline: string;
  idempotency_key: string;
}
