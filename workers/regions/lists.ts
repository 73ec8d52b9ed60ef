/**
 * Lists over the regions of a tenant.
 *
 * 1. All regions order alike, so one cursor is a place in all of them. A page ends where the first region that has more
 *    was cut: what another one has behind that place comes with the next page, and nothing is missed or shown twice.
 * 2. A region that does not answer in time is left out, and the page says so.
 */
import type { ExecutionSummary } from '#contracts/execution';
import { type ExecutionPlace, executionCursor, placeOfExecutionCursor } from '#storage/execution-cursor';
import type { ExecutionFilter } from '#storage/ports';
import type { RegionEnv } from '#workers/env';
import { Peer } from '#workers/regions/peers';
import { storesOf } from '#workers/stores';

/** How long a list waits for another region, ms. */
const PATIENCE_MS = 3000;

export interface RegionPage {
  region: string;
  items: ExecutionSummary[];
  next_cursor: string | null;
}

export interface ListedRegion {
  region: string;
  status: 'ok' | 'unavailable';
}

export interface MergedPage {
  items: (ExecutionSummary & { region: string })[];
  next_cursor: string | null;
  /** Where there are several. */
  regions?: ListedRegion[];
}

/** `own`: this region only, as its peers ask it. */
export async function listExecutions(env: RegionEnv, tenant: string, filter: ExecutionFilter, own: boolean): Promise<MergedPage> {
  const { executions, links } = storesOf(env);
  const outposts = own ? [] : await links.outposts(tenant);
  const [here, ...others] = await Promise.allSettled([
    executions.list(tenant, filter),
    ...outposts.map(({ region }) =>
      new Peer(env, region, tenant).ask<Omit<RegionPage, 'region'>>('POST', '/executions/list', filter, { patienceMs: PATIENCE_MS }),
    ),
  ]);
  // This region's own failure, a bad cursor above all, is the caller's to know.
  if (here.status === 'rejected') throw here.reason;
  const pages: RegionPage[] = [{ region: env.REGION, ...here.value }];
  const regions: ListedRegion[] = [{ region: env.REGION, status: 'ok' }];
  others.forEach((answer, at) => {
    const { region } = outposts[at]!;
    regions.push({ region, status: answer.status === 'fulfilled' ? 'ok' : 'unavailable' });
    if (answer.status === 'fulfilled') pages.push({ region, ...answer.value });
  });
  return { ...mergePages(pages, filter.limit), ...(outposts.length > 0 ? { regions } : {}) };
}

/** Newest first, at most `limit`. */
export function mergePages(pages: RegionPage[], limit: number): Omit<MergedPage, 'regions'> {
  const all = pages.flatMap(({ region, items }) => items.map((item) => ({ ...item, region }))).sort((left, right) => compare(placeOf(right), placeOf(left)));
  let edge = pages
    .flatMap(({ next_cursor }) => (next_cursor === null ? [] : [placeOfExecutionCursor(next_cursor)]))
    .reduce<ExecutionPlace | undefined>((newest, place) => (newest && compare(newest, place) >= 0 ? newest : place), undefined);
  let items = edge ? all.filter((item) => compare(placeOf(item), edge!) >= 0) : all;
  if (items.length > limit) {
    items = items.slice(0, limit);
    edge = placeOf(items.at(-1)!);
  }
  return { items, next_cursor: edge ? executionCursor(edge) : null };
}

function placeOf({ started_at, execution_id }: ExecutionSummary): ExecutionPlace {
  return { started_at: Date.parse(started_at), execution_id };
}

function compare(left: ExecutionPlace, right: ExecutionPlace): number {
  if (left.started_at !== right.started_at) return left.started_at - right.started_at;
  return left.execution_id < right.execution_id ? -1 : left.execution_id > right.execution_id ? 1 : 0;
}
