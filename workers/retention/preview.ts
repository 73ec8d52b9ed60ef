/**
 * How many executions a sweep would remove, as far as the lists of executions say: their own logs have the last word.
 *
 * Every region in which executions of the tenant live counts its own. What is not counted, because there are too many or a region
 * does not answer, is told as such.
 */
import { FINAL_STATUSES } from '#contracts/execution';
import type { AgeQuery } from '#contracts/retention';
import type { RegionEnv } from '#workers/env';
import { Peer } from '#workers/regions/peers';
import { storesOf } from '#workers/stores';

/** Rows that are looked at in a region: the oldest. */
const LOOKED_AT = 10_000;
/** How long another region is waited for, ms. */
const PATIENCE_MS = 3000;

const ENDED = FINAL_STATUSES.map((status) => `'${status}'`).join(', ');
/** As `isOld` has it. A letter is left in the moment of the failure. */
const COUNT = `SELECT count(*) AS looked_at, coalesce(sum(
  status IN (${ENDED}) AND completed_at < ?2 AND NOT (status = 'failed' AND error_code IS 'compensation_failed')
  AND coalesce(idempotency_until <= ?3, true)
  AND (status = 'completed' OR NOT EXISTS (
    SELECT 1 FROM dead_letters AS letter WHERE letter.tenant = ?1 AND letter.environment = old.environment AND letter.workflow = old.workflow
      AND letter.pipeline = old.pipeline AND letter.failed_at = old.completed_at AND letter.execution_id = old.execution_id
      AND letter.status = 'waiting' AND letter.expires_at > ?3 AND letter.failed_at >= ?4))
), 0) AS old
FROM (SELECT * FROM executions WHERE tenant = ?1 AND started_at < ?2 ORDER BY started_at, execution_id LIMIT ${LOOKED_AT}) AS old`;

export interface OldCount {
  executions: number;
  /** There are more than were looked at. */
  more: boolean;
}

export interface RegionCount extends OldCount {
  region: string;
  status: 'ok' | 'unavailable';
}

/** In this region. */
export async function countOldExecutions(d1: D1Database, tenant: string, query: AgeQuery): Promise<OldCount> {
  const row = await d1
    .prepare(COUNT)
    .bind(tenant, query.ended_before, query.now, query.letters_before ?? 0)
    .first<{ looked_at: number; old: number }>();
  return { executions: row?.old ?? 0, more: row?.looked_at === LOOKED_AT };
}

/** In all of them; `regions` where there are several. */
export async function countOldEverywhere(env: RegionEnv, tenant: string, query: AgeQuery): Promise<OldCount & { regions?: RegionCount[] }> {
  const outposts = (await storesOf(env).links.outposts(tenant)).map(({ region }) => region);
  const ask = (region: string) => new Peer(env, region, tenant).ask<OldCount>('POST', '/executions/old', query, { patienceMs: PATIENCE_MS });
  const [here, ...others] = await Promise.all([countOldExecutions(env.DB, tenant, query), ...outposts.map((region) => ask(region).catch(() => null))]);
  if (outposts.length === 0) return here;
  const regions: RegionCount[] = [{ region: env.REGION, status: 'ok', ...here }];
  others.forEach((found, at) => {
    regions.push({ region: outposts[at]!, status: found ? 'ok' : 'unavailable', ...(found ?? { executions: 0, more: true }) });
  });
  return { executions: regions.reduce((sum, { executions }) => sum + executions, 0), more: regions.some(({ more }) => more), regions };
}
