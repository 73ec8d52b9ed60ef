/**
 * Local twin of a durable queue. The platform's queues keep their messages; the local ones live in the memory of the
 * runtime, so a runtime that is killed may lose index rows that it had already taken. The logs have it all: before a
 * region starts, its latest logs are compared with its index, and what is behind is projected anew.
 *
 * Only logs written shortly before the end can be behind, so only these are opened, however many there are.
 */
import { join } from 'node:path';
import { d1In, databasesIn } from './stored-files.mjs';

/** The local queue hands over within seconds. */
const WINDOW_MS = 120_000;

/**
 * @param {string} dir  state of the region
 * @returns {Promise<{tenant: string, execution_id: string}[]>}  executions whose last events the index has not seen
 */
export async function findBehind(dir, region) {
  const index = d1In(dir);
  const logs = databasesIn(join(dir, 'do', `${region}-ExecutionObject`));
  const latest = Math.max(0, ...logs.map(({ at }) => at));
  const recent = logs.filter(({ at }) => at >= latest - WINDOW_MS);
  if (!index || recent.length === 0) return [];

  const { DatabaseSync } = await import('node:sqlite');
  const indexed = new DatabaseSync(index);
  const behind = [];
  try {
    if (!hasTable(indexed, 'executions')) return [];
    const row = indexed.prepare('SELECT seq FROM executions WHERE tenant = ? AND started_at = ? AND execution_id = ?');
    for (const { path } of recent) {
      const log = new DatabaseSync(path);
      try {
        if (!hasTable(log, 'log')) continue;
        const [first, last] = ['ASC', 'DESC'].map((order) => log.prepare(`SELECT seq, events FROM log ORDER BY seq ${order} LIMIT 1`).get());
        if (!first) continue;
        const started = JSON.parse(first.events);
        const { tenant_id: tenant, execution_id } = started.e[0][2];
        const seq = last.seq + JSON.parse(last.events).e.length - 1;
        if ((row.get(tenant, started.t, execution_id)?.seq ?? 0) < seq) behind.push({ tenant, execution_id });
      } finally {
        log.close();
      }
    }
  } finally {
    indexed.close();
  }
  return behind;
}

/** Has the index rows of these executions made again by their objects. */
export async function projectAnew(origin, adminKey, behind) {
  for (const { tenant, execution_id } of behind) {
    const ask = () =>
      fetch(`${origin}/api/v1/executions/${execution_id}/rebuild`, {
        method: 'POST',
        headers: { authorization: `Bearer ${adminKey}`, 'x-tenant': tenant },
      });
    // A connection that is left of an earlier life of the region breaks off when it is used again.
    const response = await ask().catch(ask);
    if (response.ok) continue;
    const { code } = await response
      .clone()
      .json()
      .catch(() => ({}));
    // A tenant on its way to another region brings its rows along.
    if (code !== 'tenant_moving' && code !== 'unknown_tenant')
      throw new Error(`The index row of ${execution_id} could not be made again: ${response.status} ${await response.text()}`);
  }
}

function hasTable(database, name) {
  return database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(name) !== undefined;
}
