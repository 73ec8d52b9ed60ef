/** Quotas in words, as their page shows them. Pure. */
import type { z } from 'zod';
import type { tenantQuotaRequest } from '#contracts/api-quotas';
import { CALL_UNITS } from '#contracts/call-weight';
import type { ExecutionSummary } from '#contracts/execution';
import type { JsonObject } from '#contracts/json';
import type { PlanName } from '#contracts/quota';
import type { QuotaItem, TenantQuotaItem, UsageItem } from './api-types';
import { inEnvironment } from './environment';
import { same } from './same-json';

export type BoundItem = UsageItem['bounds'][number];

const SHOWN = 100;
export const MEGABYTE = 1_000_000;
/** With fewer at once a credential, which has half, could not make the most expensive call. */
const LEAST_UNITS = 2 * CALL_UNITS.heavy;

export function usagePath(tenant: string): string {
  return `/api/v1/tenants/${encodeURIComponent(tenant)}/usage?limit=${SHOWN}`;
}

/** Those at the gates of their pipelines are among them. */
export function pendingPath(): string {
  return `/api/v1/executions?status=pending&limit=${SHOWN}`;
}

/** Those whose time has come and that were not let in are among them. */
export function schedulesPath(): string {
  return '/api/v1/schedules?limit=200&next=1';
}

export interface WaitingRow {
  execution_id: string;
  workflow: string;
  pipeline: string;
  environment: string;
  /** What it waits for. */
  reason: string;
  position?: number;
  since: string;
}

/** Those that wait for the quota in the order of their turns, then those at the gate of their pipeline and those of other regions than `shown`; each once. */
export function waitingRows(usage: UsageItem, pending: ExecutionSummary[], shown: string): WaitingRow[] {
  const rows: WaitingRow[] = usage.waiting.map(({ of, workflow, ...rest }) => ({
    ...rest,
    workflow,
    reason: of === 'company' ? 'A place of the company' : `A place of ${workflow}`,
  }));
  const known = new Set(rows.map(({ execution_id }) => execution_id));
  for (const { execution_id, workflow, pipeline, environment, started_at, region = shown } of pending) {
    // Whether it waits for a place or for its pipeline, that region knows.
    const reason = region === shown ? 'Its turn in the pipeline' : `Its turn in the region ${region}`;
    if (!known.has(execution_id)) rows.push({ execution_id, workflow, pipeline, environment, reason, since: started_at });
  }
  return rows;
}

export function boundName({ of, workflow, environment }: BoundItem, tenant: string): string {
  if (of === 'company') return tenant;
  return `${workflow}${inEnvironment(environment!)}`;
}

/** `12 of 50`. */
export function atWork({ in_flight, max_concurrent }: BoundItem): string {
  return max_concurrent === null ? `${count(in_flight)}, no bound` : `${count(in_flight)} of ${count(max_concurrent)}`;
}

/** What a start meets now. */
export function startsNow({ waiting, max_concurrent, queue_soft, queue_hard, available }: BoundItem): {
  word: string;
  mark: 'completed' | 'waiting' | 'retrying' | 'failed';
} {
  if (max_concurrent !== null && waiting >= queue_hard) return { word: 'Is refused', mark: 'failed' };
  if (available === 0) return { word: 'Is refused for a moment: too fast', mark: 'retrying' };
  if (max_concurrent !== null && waiting >= queue_soft) return { word: 'Is refused if its priority is low', mark: 'retrying' };
  return waiting > 0 ? { word: 'Waits for a place', mark: 'waiting' } : { word: 'Begins at once', mark: 'completed' };
}

/** `100 a second, 100 at once`. */
export function rateWords(rate: QuotaItem['rate']): string {
  if (!rate) return 'no bound';
  const { per_minute, burst } = rate;
  const often =
    per_minute >= 60 ? `${count(per_minute / 60)} a second` : per_minute >= 1 ? `${count(per_minute)} a minute` : `${count(per_minute * 60)} an hour`;
  return `${often}, ${count(burst)} at once`;
}

/** `6,000 a minute, 1,200 at once`: of units, which no call counts by the second. */
function unitWords(rate: QuotaItem['api_rate']): string {
  return rate ? `${count(rate.per_minute)} a minute, ${count(rate.burst)} at once` : 'no bound';
}

/** What of the API is left. */
export function callWords({
  calls: { rate, available },
  live_streams: { max, open },
}: Pick<UsageItem, 'calls' | 'live_streams'>): [what: string, value: string][] {
  return [
    ['Units of API calls left', rate ? `${count(available ?? rate.burst)} of ${count(rate.burst)}` : 'no bound'],
    ['Live streams open', max === null ? `${count(open)}, no bound` : `${count(open)} of ${count(max)}`],
  ];
}

/** What the company may do beside its executions: of the API, and in one isolate. */
export function planWords({ api_rate, live_streams, egress_concurrent, egress_bytes_per_s }: QuotaItem): [what: string, value: string][] {
  return [
    ['Units of API calls', unitWords(api_rate)],
    ['Live streams at the same time', live_streams === null ? 'no bound' : count(live_streams)],
    ['Outbound calls at the same time', egress_concurrent === null ? 'no bound' : count(egress_concurrent)],
    ['Outbound data', egress_bytes_per_s === null ? 'no bound' : `${count(egress_bytes_per_s / MEGABYTE)} MB a second`],
  ];
}

type Overrides = NonNullable<z.input<typeof tenantQuotaRequest>['overrides']>;

/** Numbers of the form that are as they are typed. */
const PLAIN_NUMBERS = ['max_concurrent', 'queue_soft', 'queue_hard', 'live_streams', 'egress_concurrent'] as const;

/**
 * What the form asks for. What is left empty is that of the plan; what was set to no bound stays so, for no number says that.
 * Another plan is another plan: what differed from the one before goes with it, but for what is typed. Numbers beside the plan of
 * the platform are asked for as well, so that whoever typed them is told that they need a plan of the company.
 */
export function quotaRequest(fields: { [name: string]: string }, { plan, is_default, overrides }: TenantQuotaItem): z.input<typeof tenantQuotaRequest> {
  const typed = typedIn(fields, overrides);
  if (!fields.plan) {
    const fresh = Object.entries(typed as JsonObject).filter(([name, value]) => !same(value, overrides[name as keyof Overrides] ?? null));
    return { plan: null, ...(fresh.length > 0 ? { overrides: Object.fromEntries(fresh) } : {}) };
  }
  const before = fields.plan === plan && !is_default ? overrides : {};
  const unbounded = Object.fromEntries(Object.entries(before).filter(([, value]) => value === null));
  return { plan: fields.plan as PlanName, overrides: { ...unbounded, ...typed } };
}

function typedIn(fields: { [name: string]: string }, { rate, api_rate }: Overrides): Overrides {
  const asked: Overrides = {};
  for (const name of PLAIN_NUMBERS) if (fields[name]) asked[name] = Number(fields[name]);
  if (fields.priority) asked.priority = fields.priority as QuotaItem['priority'];
  if (fields.per_second) asked.rate = startRate(Number(fields.per_second), rate);
  if (fields.units_per_minute) asked.api_rate = unitRate(Number(fields.units_per_minute), api_rate);
  if (fields.megabytes_per_second) asked.egress_bytes_per_s = Math.round(Number(fields.megabytes_per_second) * MEGABYTE);
  return asked;
}

/** What comes in a second may come at once, as in every plan, unless something else was set for the same rate. */
function startRate(per_second: number, set: QuotaItem['rate'] | undefined): QuotaItem['rate'] {
  return set?.per_minute === per_second * 60 ? set : { per_minute: per_second * 60, burst: Math.max(1, Math.round(per_second)) };
}

/** A fifth may be spent at once, as in every plan, unless something else was set for the same rate. */
function unitRate(per_minute: number, set: QuotaItem['api_rate'] | undefined): QuotaItem['api_rate'] {
  return set?.per_minute === per_minute ? set : { per_minute, burst: Math.max(LEAST_UNITS, Math.round(per_minute / 5)) };
}

function count(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 });
}
