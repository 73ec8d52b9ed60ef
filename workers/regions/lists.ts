/**
 * Lists over the regions of a tenant. All regions order alike, so their pages are merged; a region that does not answer in
 * time is left out, and the page says so.
 */
import type { ExecutionSummary } from '#contracts/execution';
import { type ExecutionPlace, executionCursor, placeOfExecutionCursor } from '#storage/execution-cursor';
import type { ExecutionFilter } from '#storage/execution-ports';
import type { RegionEnv } from '#workers/env';
import { mergedPage } from '#workers/merged-pages';
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
  const { executions } = storesOf(env);
  const { answers, regions } = await everyRegion(
    env,
    tenant,
    own,
    '/executions/list',
    () => filter,
    () => executions.list(tenant, filter),
  );
  const pages: RegionPage[] = answers.map(({ region, answer }) => ({ region, ...answer }));
  return { ...mergePages(pages, filter.limit), ...(regions ? { regions } : {}) };
}

/**
 * What each region of a tenant answers to a question, which may be another one for each; `own`: this region only, as its
 * peers ask it. `regions`: which were asked, where there are several. Where the question is an order (`changes`), a region
 * whose data are being erased is left out: nothing new would outlive that.
 */
export async function everyRegion<T>(
  env: RegionEnv,
  tenant: string,
  own: boolean,
  path: string,
  questionTo: (region: string) => unknown,
  here: () => Promise<T>,
  { changes = false }: { changes?: boolean } = {},
): Promise<{ answers: { region: string; answer: T }[]; regions?: ListedRegion[] }> {
  const known = own ? [] : await storesOf(env).links.outposts(tenant);
  const outposts = known.filter(({ clearing }) => !(changes && clearing));
  const [ours, ...others] = await Promise.allSettled([
    here(),
    ...outposts.map(({ region }) => new Peer(env, region, tenant).ask<T>('POST', path, questionTo(region), { patienceMs: PATIENCE_MS })),
  ]);
  // This region's own failure, a bad cursor above all, is the caller's to know.
  if (ours.status === 'rejected') throw ours.reason;
  const answers = [{ region: env.REGION, answer: ours.value }];
  const regions: ListedRegion[] = [{ region: env.REGION, status: 'ok' }];
  others.forEach((other, at) => {
    const { region } = outposts[at]!;
    regions.push({ region, status: other.status === 'fulfilled' ? 'ok' : 'unavailable' });
    if (other.status === 'fulfilled') answers.push({ region, answer: other.value });
  });
  return { answers, ...(outposts.length > 0 ? { regions } : {}) };
}

/** Newest first, at most `limit`. */
export function mergePages(pages: RegionPage[], limit: number): Omit<MergedPage, 'regions'> {
  const sources = pages.map(({ region, items, next_cursor }) => ({
    items: items.map((item) => ({ ...item, region })),
    next: next_cursor === null ? null : placeOfExecutionCursor(next_cursor),
  }));
  const { items, next } = mergedPage<ExecutionSummary & { region: string }, ExecutionPlace>(sources, limit, { placeOf, compare });
  return { items, next_cursor: next && executionCursor(next) };
}

function placeOf({ started_at, execution_id }: ExecutionSummary): ExecutionPlace {
  return { started_at: Date.parse(started_at), execution_id };
}

function compare(left: ExecutionPlace, right: ExecutionPlace): number {
  if (left.started_at !== right.started_at) return left.started_at - right.started_at;
  return left.execution_id < right.execution_id ? -1 : left.execution_id > right.execution_id ? 1 : 0;
}
