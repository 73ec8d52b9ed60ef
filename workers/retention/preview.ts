/** How many executions a sweep would remove, as far as the list of executions says: their own logs have the last word. */
import { FINAL_STATUSES } from '#contracts/execution';
import type { AgeQuery } from '#contracts/retention';

/** Rows that are looked at: the oldest. */
const LOOKED_AT = 10_000;

const ENDED = FINAL_STATUSES.map((status) => `'${status}'`).join(', ');
/** As `isOld` has it, but for keys that still hold. A letter is left in the moment of the failure. */
const COUNT = `SELECT count(*) AS looked_at, coalesce(sum(
  status IN (${ENDED}) AND completed_at < ?2 AND NOT (status = 'failed' AND error_code IS 'compensation_failed')
  AND (status = 'completed' OR NOT EXISTS (
    SELECT 1 FROM dead_letters AS letter WHERE letter.tenant = ?1 AND letter.environment = old.environment AND letter.workflow = old.workflow
      AND letter.pipeline = old.pipeline AND letter.failed_at = old.completed_at AND letter.execution_id = old.execution_id
      AND letter.status = 'waiting' AND letter.expires_at > ?3 AND letter.failed_at >= ?4))
), 0) AS old
FROM (SELECT * FROM executions WHERE tenant = ?1 AND started_at < ?2 ORDER BY started_at, execution_id LIMIT ${LOOKED_AT}) AS old`;

export async function countOldExecutions(d1: D1Database, tenant: string, query: AgeQuery): Promise<{ executions: number; more: boolean }> {
  const row = await d1
    .prepare(COUNT)
    .bind(tenant, query.ended_before, query.now, query.letters_before ?? 0)
    .first<{ looked_at: number; old: number }>();
  return { executions: row?.old ?? 0, more: row?.looked_at === LOOKED_AT };
}
