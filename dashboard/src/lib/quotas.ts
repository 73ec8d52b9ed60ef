/** Quotas in words, as their page shows them. Pure. */
import type { z } from 'zod';
import type { tenantQuotaRequest } from '#contracts/api-quotas';
import type { ExecutionSummary } from '#contracts/execution';
import type { PlanName } from '#contracts/quota';
import type { QuotaItem, TenantQuotaItem, UsageItem } from './api-types';

export type BoundItem = UsageItem['bounds'][number];

const SHOWN = 100;

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

/** Those that wait for the quota in the order of their turns, then those at the gate of their pipeline; each once. */
export function waitingRows(usage: UsageItem, pending: ExecutionSummary[]): WaitingRow[] {
  const rows: WaitingRow[] = usage.waiting.map(({ of, workflow, ...rest }) => ({
    ...rest,
    workflow,
    reason: of === 'company' ? 'A place of the company' : `A place of ${workflow}`,
  }));
  const known = new Set(rows.map(({ execution_id }) => execution_id));
  for (const { execution_id, workflow, pipeline, environment, started_at } of pending) {
    if (!known.has(execution_id)) rows.push({ execution_id, workflow, pipeline, environment, reason: 'Its turn in the pipeline', since: started_at });
  }
  return rows;
}

export function boundName({ of, workflow, environment }: BoundItem, tenant: string): string {
  if (of === 'company') return tenant;
  return environment === 'production' ? workflow! : `${workflow} in ${environment}`;
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

/** What one isolate may do for the company. */
export function isolateWords({ egress_concurrent, egress_bytes_per_s }: QuotaItem): [what: string, value: string][] {
  return [
    ['Outbound calls at the same time', egress_concurrent === null ? 'no bound' : count(egress_concurrent)],
    ['Outbound data', egress_bytes_per_s === null ? 'no bound' : `${count(egress_bytes_per_s / 1_000_000)} MB a second`],
  ];
}

/** What the form asks for. Another plan is another plan: what differed from the one before goes with it, but for what the form shows. */
export function quotaRequest(fields: { [name: string]: string }, { plan, is_default, overrides }: TenantQuotaItem): z.input<typeof tenantQuotaRequest> {
  if (!fields.plan) return { plan: null };
  const { max_concurrent: _, rate: __, ...others } = overrides;
  const kept = fields.plan === plan && !is_default ? others : {};
  const most = fields.max_concurrent;
  const often = fields.per_second;
  return {
    plan: fields.plan as PlanName,
    overrides: {
      ...kept,
      ...(most ? { max_concurrent: Number(most) } : {}),
      ...(often ? { rate: { per_minute: Number(often) * 60, burst: Math.max(1, Math.round(Number(often))) } } : {}),
    },
  };
}

function count(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 });
}
