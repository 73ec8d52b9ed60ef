/** Regions as their page shows them: all of the platform, with what a company has there. Pure. */
import type { ErasureStage } from '#contracts/erasure';
import type { RegionHealth, Replication } from '#contracts/peer';
import type { TenantRegionsItem } from './api-types';

export interface RegionRow {
  region: string;
  health: RegionHealth;
  /** Without it nothing of the company is there. */
  role?: 'home' | 'executions';
  since?: string;
  current: boolean;
}

/** The home first, then where executions live, then the rest by name. One that the platform does not know any more cannot answer. */
export function regionRows({ regions, platform_regions, health }: Pick<TenantRegionsItem, 'regions' | 'platform_regions' | 'health'>): RegionRow[] {
  const used = new Set(regions.map(({ region }) => region));
  const rest = platform_regions.filter((region) => !used.has(region)).map((region) => ({ region, current: true }));
  return [...regions, ...rest].map((row) => ({ ...row, health: health[row.region] ?? 'unavailable' }));
}

export interface ReplicationChoice {
  /** As a form says it; `default` is the API's `null`. */
  value: 'default' | Replication;
  label: string;
  means: string;
}

export function replicationChoices(home: string): ReplicationChoice[] {
  return [
    {
      value: 'default',
      label: 'Where a pipeline asks for it',
      means: 'Definitions go to the regions that a residency names, before the first execution there.',
    },
    {
      value: 'none',
      label: 'Nowhere',
      means: `Definitions never leave ${home}. A start elsewhere is refused with residency_refused; executions that live elsewhere already go on.`,
    },
    {
      value: 'cross-region',
      label: 'To every region at once',
      means: 'Definitions go to all regions after each deployment, so the first execution there starts without waiting for them.',
    },
  ];
}

export function replicationOf(value: string): Replication | null {
  return value === 'none' || value === 'cross-region' ? value : null;
}

/** What each stage of an erasure goes through, in words. */
export const STAGE_WORDS: Record<ErasureStage, string> = {
  executions: 'Executions',
  machines: 'State machines',
  breakers: 'Circuit breakers',
  objects: 'Databases, actors, schedules, jobs',
  keys: 'Idempotency keys',
  files: 'Definitions and files',
  rows: 'Secrets, keys, members, other rows',
  audit: 'Audit log',
};
