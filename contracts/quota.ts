/**
 * Quotas: how much a tenant, or one application of it, may have under way. Plans are a table; the operator sets a tenant's
 * plan and may overrule single numbers. A document bounds its application within that (`scale`, `isolation`).
 *
 * A bound is kept by one object. Isolates lease from it: tokens for starts and for calls of the API, places for executions at
 * work; so a start costs no call of its own while leases last, and a tenant without bounds costs nothing at all.
 */
import type { Rate } from '#contracts/limiter-rpc';
import { PRIORITIES } from '#contracts/priority';

export const QUOTA_PRIORITIES = ['low', 'normal', 'high'] as const;
export type QuotaPriority = (typeof QUOTA_PRIORITIES)[number];

/** `null`: no bound. */
export interface Quota {
  /** Executions at work at the same time. */
  max_concurrent: number | null;
  /** Starts. */
  rate: Rate | null;
  /** Of starts whose pipeline says nothing of its own. */
  priority: QuotaPriority;
  /** With so many waiting, starts of low priority are refused. */
  queue_soft: number;
  /** With so many waiting, every start is refused. */
  queue_hard: number;
  /** Outbound calls that one isolate has under way at the same time. */
  egress_concurrent: number | null;
  /** Bytes a second that outbound calls of one isolate send and receive. */
  egress_bytes_per_s: number | null;
  /** Units of API calls (`contracts/call-weight.ts`). */
  api_rate: Rate | null;
  /** Live streams that are open at the same time. */
  live_streams: number | null;
}

export const PLAN_NAMES = ['free', 'team', 'enterprise', 'unlimited'] as const;
export type PlanName = (typeof PLAN_NAMES)[number];

const perSecond = (count: number): Rate => ({ per_minute: count * 60, burst: count });
/** A fifth of it may come at once. */
const unitsPerMinute = (count: number): Rate => ({ per_minute: count, burst: count / 5 });
const megabits = (count: number) => (count * 1_000_000) / 8;

export const PLANS: { readonly [P in PlanName]: Quota } = {
  free: {
    max_concurrent: 5,
    rate: perSecond(10),
    priority: 'low',
    queue_soft: 50,
    queue_hard: 100,
    egress_concurrent: 8,
    egress_bytes_per_s: megabits(10),
    api_rate: unitsPerMinute(3000),
    live_streams: 40,
  },
  team: {
    max_concurrent: 50,
    rate: perSecond(100),
    priority: 'normal',
    queue_soft: 500,
    queue_hard: 1000,
    egress_concurrent: 32,
    egress_bytes_per_s: megabits(100),
    api_rate: unitsPerMinute(6000),
    live_streams: 100,
  },
  enterprise: {
    max_concurrent: 500,
    rate: perSecond(1000),
    priority: 'high',
    queue_soft: 2048,
    queue_hard: 3072,
    egress_concurrent: 128,
    egress_bytes_per_s: megabits(1000),
    api_rate: unitsPerMinute(60_000),
    live_streams: 1000,
  },
  unlimited: {
    max_concurrent: null,
    rate: null,
    priority: 'normal',
    queue_soft: 2048,
    queue_hard: 3072,
    egress_concurrent: null,
    egress_bytes_per_s: null,
    api_rate: null,
    live_streams: null,
  },
};

/** Of a company's units and live streams, one credential has so much at most. */
export const CREDENTIAL_SHARE = 0.5;

/** What is set for a tenant: a plan, and numbers that differ from it. */
export interface TenantQuota {
  plan: PlanName;
  overrides?: Partial<Quota>;
}

/** The numbers that hold for a company, and the plan that they come from. */
export interface PlannedQuota {
  plan: PlanName;
  quota: Quota;
}

/**
 * Of a company that is at home in another region, and has executions here. Its starts, calls and live streams are counted at home;
 * what it has at work here is bounded here.
 */
export function guestQuota({ plan, quota }: PlannedQuota): PlannedQuota {
  return { plan, quota: { ...quota, rate: null, api_rate: null, live_streams: null } };
}

/** `undefined`: nothing was set for the tenant, so the platform's own plan holds. */
export function quotaOf(set: TenantQuota | undefined, usual: string | undefined): PlannedQuota {
  const plan = set?.plan ?? PLAN_NAMES.find((name) => name === usual) ?? 'unlimited';
  if (!set?.overrides) return { plan, quota: PLANS[plan] };
  const quota = { ...PLANS[plan], ...set.overrides };
  // Who bounds the queue more tightly than the plan means both thresholds.
  return { plan, quota: { ...quota, queue_soft: Math.min(quota.queue_soft, quota.queue_hard) } };
}

/** What a document says of its own bounds; everything lies within the tenant's quota. */
export interface AppBounds {
  /** By plan of the tenant, or `default`. */
  quotas?: { [plan: string]: { max_concurrent?: number; rate?: Rate; priority?: QuotaPriority } };
  max_workers?: number;
  queue?: { soft?: number; hard?: number };
  /** By tenant, or `default`. */
  isolation?: { [tenant: string]: TenantIsolation };
}

export interface TenantIsolation {
  max_workers?: number;
  /** With so many waiting, every start is refused. */
  queue_size?: number;
  /** Statements that one isolate has under way at the same time. */
  max_connections?: number;
  /** Memory of one jq program or script. */
  transform_bytes?: number;
  egress_bytes_per_s?: number;
}

export function isolationOf(own: AppBounds | undefined, tenant: string): TenantIsolation | undefined {
  const rows = own?.isolation;
  if (!rows) return undefined;
  return Object.hasOwn(rows, tenant) ? rows[tenant] : rows.default;
}

/** One bound, as its object is told of it with each question. */
export interface Bound {
  /** Of the object: `{tenant}`, or `{tenant}/{workflow}/{environment}`. */
  name: string;
  /** Executions at work. */
  max?: number;
  rate?: Rate;
  soft: number;
  hard: number;
}

/** What a start is told of the bounds of its tenant that concern executions at work. */
export interface StartBounds {
  /** The tenant's first; each has a `max`. */
  bounds: Bound[];
  priority: number;
}

export const LOW_PRIORITY = PRIORITIES.low;

/** Whether a start of this priority is refused while so many wait. */
export function isRefused(bound: Pick<Bound, 'soft' | 'hard'>, waiting: number, priority: number): 'soft' | 'hard' | undefined {
  if (waiting >= bound.hard) return 'hard';
  return waiting >= bound.soft && priority <= LOW_PRIORITY ? 'soft' : undefined;
}

/** How long leased tokens are good for, ms. */
export const TOKENS_LAST_MS = 5_000;
/** A lease of places ends after this unless it is renewed, which holders do much sooner, ms. */
export const PLACES_LAST_MS = 15_000;
export const RENEW_PLACES_MS = 5_000;

export interface TokenAnswer {
  granted: number;
  /** Until there are as many as were asked for at least, ms; 0 while some are left. */
  next_ms: number;
  /** What is in the bucket now. */
  left: number;
}

export interface PlaceAnswer {
  /** Places that the isolate has now, in all. Never fewer than it uses. */
  places: number;
  /** Until then, epoch ms. */
  until: number;
  /** Executions that wait for a place. */
  waiting: number;
  /** Counts answers; a later one holds. */
  number: number;
}

/** An execution that waits for a place. */
export interface QueueEntry {
  tenant: string;
  execution_id: string;
  workflow: string;
  environment: string;
  pipeline: string;
  /** Executions of one key share the turns with those of others. */
  key: string;
  priority: number;
}

export type QueueAnswer = { kind: 'granted' } | { kind: 'queued'; position: number } | { kind: 'refused' };

export interface BoundView {
  in_flight: number;
  /** Places that isolates have, used or not. */
  leased: number;
  waiting: number;
  /** Starts that could come this instant; `null`: no rate. */
  tokens: number | null;
  queue: (QueueEntry & { since: number; position: number })[];
}

/** The object of a bound. */
export interface QuotaRpc {
  /** Up to `wanted` tokens of the bucket of that name; none where there are fewer than `least`. */
  tokens(order: { bucket: string; rate: Rate; wanted: number; least: number }): Promise<TokenAnswer>;
  /** What is in the bucket now. */
  left(bucket: string, rate: Rate): Promise<number>;
  /**
   * `used`: what the isolate `holder` has at work, whatever it was granted. `wanted`: so many executions are about to begin;
   * `spare`: so many more may follow.
   */
  places(bound: Bound, order: { holder: string; used: number; wanted: number; spare: number }): Promise<PlaceAnswer>;
  /** Granted, its place is one of `holder`'s. Asked again, it answers how things stand. */
  enter(bound: Bound, order: { holder: string; entry: QueueEntry }): Promise<QueueAnswer>;
  /** It does not wait any more. */
  leave(execution_id: string): Promise<void>;
  /** `null`: it does not wait here. */
  position(execution_id: string): Promise<number | null>;
  /** With the first `limit` of those that wait. */
  view(bound: Bound, limit: number): Promise<BoundView>;
}
