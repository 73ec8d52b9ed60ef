/** What of a filter of executions no index serves: conditions that are tested row by row, inside a window. */
import { eq, gt, isNotNull, lte, not, type SQL, sql } from 'drizzle-orm';
import { FINAL_STATUSES, WRONG_STATUSES } from '#contracts/execution';
import { executions } from '#storage/d1/execution-schema';
import { inTexts } from '#storage/d1/text-list';
import type { ExecutionFilter, KeyedFilter } from '#storage/execution-ports';

/** Of columns of `executions`. */
export function rowConditions(filter: ExecutionFilter): SQL[] {
  const rest: SQL[] = [];
  const attributes = Object.entries(filter.attr ?? {});
  if (filter.status === 'completed' || (filter.status !== undefined && attributes.length > 0)) rest.push(eq(executions.status, filter.status));
  if (filter.outcome !== undefined && (attributes.length > 0 || filter.status !== undefined)) rest.push(inTexts(executions.status, WRONG_STATUSES));
  for (const [name, value] of attributes.slice(1)) rest.push(sql`${executions.attributes} ->> ${`$."${name}"`} = ${value}`);
  if (filter.pipeline !== undefined) rest.push(eq(executions.pipeline, filter.pipeline));
  if (filter.workflow !== undefined) rest.push(eq(executions.workflow, filter.workflow));
  if (filter.workflow_ids !== undefined) rest.push(inTexts(executions.workflowId, filter.workflow_ids));
  if (filter.environment !== undefined) rest.push(eq(executions.environment, filter.environment));
  if (filter.ended_after !== undefined) rest.push(sql`coalesce(${executions.completedAt} >= ${filter.ended_after}, true)`);
  if (filter.keyed) rest.push(...keyConditions(filter.keyed));
  if (filter.q !== undefined) {
    const fields = [executions.executionId, executions.pipeline, executions.errorCode, executions.errorMessage];
    rest.push(
      sql`(${sql.join(
        fields.map((field) => sql`instr(lower(coalesce(${field}, '')), lower(${filter.q})) > 0`),
        sql` OR `,
      )})`,
    );
  }
  return rest;
}

function keyConditions({ now, state, prefix, text }: KeyedFilter): SQL[] {
  const { idempotencyKey: key, idempotencyUntil: until, status } = executions;
  const conditions = [isNotNull(key)];
  if (state === 'expired') conditions.push(lte(until, now));
  else if (state !== undefined) {
    const hasEnded = inTexts(status, FINAL_STATUSES);
    conditions.push(gt(until, now), state === 'answered' ? hasEnded : not(hasEnded));
  }
  if (prefix !== undefined) conditions.push(sql`substr(${key}, 1, length(${prefix})) = ${prefix}`);
  if (text !== undefined) conditions.push(sql`instr(lower(${key}), lower(${text})) > 0`);
  return conditions;
}
