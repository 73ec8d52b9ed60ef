/**
 * Old executions of a tenant: the object with its log, the archive, the payloads, and last the row by which they are found, so
 * that a piece that was cut short finds them again.
 */
import { FINAL_STATUSES } from '#contracts/execution';
import type { AgeQuery } from '#contracts/retention';
import { TenantRows } from '#storage/tenant-rows';
import type { RegionEnv } from '#workers/env';
import { executionStub, isOfThisRegion, newExecutionStub } from '#workers/execution-stub';
import { isFreeOfItsKey } from '#workers/retention/key-chain';
import type { Piece } from '#workers/retention/sweep';
import { storesOf } from '#workers/stores';

const BATCH = 25;
const AT_ONCE = 5;
/** Rows that are looked at for one piece: what has not ended is passed over. */
const LOOKED_AT = 200;
const KEYS_AT_ONCE = 1000;

interface Row {
  started_at: number;
  execution_id: string;
  environment: string;
  workflow: string;
  pipeline: string;
  status: string;
  completed_at: number | null;
  attributes: string | null;
}

const OLDEST = `SELECT started_at, execution_id, environment, workflow, pipeline, status, completed_at, attributes FROM executions
WHERE tenant = ?1 AND started_at < ?2 AND (started_at, execution_id) > (?3, ?4) ORDER BY started_at, execution_id LIMIT ${LOOKED_AT}`;

const UNLIST_ATTRIBUTES = `DELETE FROM execution_attributes WHERE (tenant, name, value, started_at, execution_id) IN
(SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?2))`;

/** A closed letter has nothing to lead to any more. It was left while the execution ran: a range of the key. */
const DROP_LETTER = `DELETE FROM dead_letters
WHERE tenant = ? AND environment = ? AND workflow = ? AND pipeline = ? AND failed_at BETWEEN ? AND ? AND execution_id = ?`;

export async function removeOldExecutions(env: RegionEnv, tenant: string, query: AgeQuery, cursor: string | null): Promise<Piece> {
  const after = cursor === null ? [-1, ''] : (JSON.parse(cursor) as [number, string]);
  const { results } = await env.DB.prepare(OLDEST)
    .bind(tenant, query.ended_before, ...after)
    .all<Row>();
  const ended = results.filter(({ status }) => (FINAL_STATUSES as readonly string[]).includes(status));
  const batch = ended.slice(0, BATCH);
  const gone: Row[] = [];
  for (let from = 0; from < batch.length; from += AT_ONCE) {
    // Once it is on its way elsewhere, what the other region is sent is what is here.
    if (await storesOf(env).moves.open(tenant)) break;
    const rows = batch.slice(from, from + AT_ONCE);
    const went = await Promise.all(rows.map(({ execution_id }) => removeExecution(env, tenant, execution_id, query)));
    gone.push(...rows.filter((_, at) => went[at]));
  }
  if (gone.length > 0) await unlist(env, tenant, gone);
  const last = ended.length > BATCH ? batch.at(-1) : results.length === LOOKED_AT ? results.at(-1) : undefined;
  return { removed: gone.length, next: last ? JSON.stringify([last.started_at, last.execution_id]) : null };
}

/** Whether nothing of it is left but its row. One that cannot be read stays, is told, and holds up no other. */
async function removeExecution(env: RegionEnv, tenant: string, id: string, query: AgeQuery): Promise<boolean> {
  try {
    return await removeWhole(env, tenant, id, query);
  } catch (error) {
    console.error(JSON.stringify({ level: 'error', message: `retention: ${String(error)}`, tenant, execution_id: id }));
    return false;
  }
}

/** The object decides; one that is empty was here before. */
async function removeWhole(env: RegionEnv, tenant: string, id: string, query: AgeQuery): Promise<boolean> {
  const object = executionStub(env, id);
  const age = await object.age(tenant, query);
  if (age) {
    if ('elsewhere' in age || !age.is_old) return false;
    if (age.key && !(await isFreeOfItsKey(env, tenant, id, age.key, age.generation, query))) return false;
  }
  // What leads to it under other names, where it has come from another region.
  if (!isOfThisRegion(env, id)) {
    const { names } = await object.carry({ do: 'names', tenant });
    for (const name of names) await newExecutionStub(env, name).erase(tenant);
  }
  if (!(await object.eraseOld(tenant, query))) return false;
  await env.STORE.delete(`archives/${tenant}/${id}.jsonl`);
  for (;;) {
    const { objects } = await env.STORE.list({ prefix: `payloads/${tenant}/${id}/`, limit: KEYS_AT_ONCE });
    if (objects.length === 0) return true;
    await env.STORE.delete(objects.map(({ key }) => key));
  }
}

async function unlist(env: RegionEnv, tenant: string, rows: Row[]): Promise<void> {
  const found = rows.flatMap(({ attributes, started_at, execution_id }) =>
    Object.entries(attributes === null ? {} : (JSON.parse(attributes) as Record<string, string>)).map(([name, value]) => [
      name,
      value,
      started_at,
      execution_id,
    ]),
  );
  if (found.length > 0) await env.DB.prepare(UNLIST_ATTRIBUTES).bind(tenant, JSON.stringify(found)).run();
  const letters = rows
    .filter(({ status, completed_at }) => status !== 'completed' && completed_at !== null)
    .map((row) => env.DB.prepare(DROP_LETTER).bind(tenant, row.environment, row.workflow, row.pipeline, row.started_at, row.completed_at, row.execution_id));
  if (letters.length > 0) await env.DB.batch(letters);
  const keys = rows.map(({ started_at, execution_id }) => [started_at, execution_id]);
  await new TenantRows(env.DB).unlist('executions', ['started_at', 'execution_id'], tenant, keys);
}
