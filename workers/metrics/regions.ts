/** Sums over the regions of a tenant. They add up, so each region reads its own, and none hears of the executions of another. */
import type { TallySpan } from '#contracts/tally';
import { Tally } from '#engine/metrics/tally';
import type { RegionEnv } from '#workers/env';
import { readSpans, type SpanQuestion, type Spans } from '#workers/metrics/spans';
import type { ListedRegion } from '#workers/regions/lists';
import { Peer } from '#workers/regions/peers';
import { storesOf } from '#workers/stores';

/** How long another region is waited for, ms. */
const PATIENCE_MS = 5000;

export interface MergedSpans extends Spans {
  /** Where there are several. */
  regions?: ListedRegion[];
}

/** `own`: this region only, as its peers ask it. */
export async function spansOf(env: RegionEnv, tenant: string, question: SpanQuestion, now: number, own: boolean): Promise<MergedSpans> {
  const { measures, links } = storesOf(env);
  const outposts = own ? [] : await links.outposts(tenant);
  const [here, ...others] = await Promise.allSettled([
    readSpans(measures, tenant, question, now),
    ...outposts.map(({ region }) => new Peer(env, region, tenant).ask<Spans>('POST', '/executions/spans', question, { patienceMs: PATIENCE_MS })),
  ]);
  if (here.status === 'rejected') throw here.reason;
  if (outposts.length === 0) return here.value;
  const regions: ListedRegion[] = [{ region: env.REGION, status: 'ok' }];
  const answers = [here.value];
  others.forEach((answer, at) => {
    regions.push({ region: outposts[at]!.region, status: answer.status === 'fulfilled' ? 'ok' : 'unavailable' });
    if (answer.status === 'fulfilled') answers.push(answer.value);
  });
  return {
    spans: mergeSpans(
      answers.map(({ spans }) => spans),
      question.span_ms,
    ),
    partial: answers.some(({ partial }) => partial),
    regions,
  };
}

function mergeSpans(all: readonly TallySpan[][], spanMs: number): TallySpan[] {
  const tally = new Tally(spanMs);
  for (const span of all.flat()) tally.merge(span);
  return tally.spans();
}
