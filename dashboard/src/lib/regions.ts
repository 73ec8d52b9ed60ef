/** Regions as their page shows them: all of the platform, with what a company has there. Pure. */
import type { ErasureStage } from '#contracts/erasure';
import type { RegionHealth, Replication } from '#contracts/peer';
import type { MoveItem, TenantRegionsItem } from './api-types';

export interface RegionRow {
  region: string;
  health: RegionHealth;
  /** Without it nothing of the company is there. */
  role?: 'home' | 'executions';
  since?: string;
  current: boolean;
  /** What lives there is being erased. */
  clearing?: { requested_at: string; requested_by: string };
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

/** Regions to which the company can move: healthy ones in which nothing of it runs. */
export function moveTargets({ home, regions, platform_regions, health }: TenantRegionsItem): string[] {
  const used = new Set(regions.map(({ region }) => region));
  return platform_regions.filter((region) => region !== home && !used.has(region) && health[region] === 'ok');
}

/** What a move is doing, in a sentence. */
export function moveWords({ status, stage, from, to, rounds }: MoveItem): string {
  const what = STAGE_WORDS[stage].toLowerCase();
  switch (status) {
    case 'closing':
      return 'New work is held back. In a few seconds every part of the platform knows it.';
    case 'stilling':
      return `What runs comes to a halt: ${what}. Calls that are under way may end first.`;
    case 'sending':
      return `Sending to ${to}: ${what}.`;
    case 'comparing':
      return `Comparing what is in ${to} with what is in ${from}, for the ${rounds === 1 ? 'first' : `${rounds}th`} time: ${what}.`;
    case 'switching':
      return `${to} takes over.`;
    case 'opening':
      return `${to} is the home. What was at a halt goes on there: ${what}.`;
    case 'purging':
      return `Everything goes on in ${to}. What is left in ${from} is erased: ${what}.`;
    case 'completed':
      return `Both regions held the same; nothing is left in ${from}.`;
    case 'cancelling':
      return `Called off. Everything goes on in ${from}, and what was sent is erased in ${to}.`;
  }
}
