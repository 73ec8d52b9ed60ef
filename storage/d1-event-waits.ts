/**
 * Waits for events in the region's D1.
 *
 * 1. A wait is one row, under what it waits for: paths into an event, and the values there. An event is looked up, never
 *    compared with the waits of others.
 * 2. Which paths are in use is found by stepping from one to the next over the key, one row each.
 */
import type { EventWait, EventWaits, WantedEvent } from '#storage/execution-ports';

const PAGE = 100;
/** Different sets of paths for one event of one tenant; a definition has one for each of its steps that wait. */
const MAX_SHAPES = 100;
const WAITS_PER_STATEMENT = 500;

const KEY = ['tenant', 'environment', 'event', 'paths', '"values"', 'execution_id', 'step'];

const PUT = `INSERT OR IGNORE INTO event_waits (${KEY.join(', ')}) SELECT ${KEY.map((_, i) => `value ->> ${i}`).join(', ')} FROM json_each(?)`;

const REMOVE = `DELETE FROM event_waits WHERE ${KEY.map((column) => `${column} = ?`).join(' AND ')}`;

const NEXT = 'SELECT min(paths) FROM event_waits WHERE tenant = ?1 AND environment = ?2 AND event = ?3';
const SHAPES = `WITH RECURSIVE shapes(paths) AS (
  SELECT (${NEXT}) UNION ALL
  SELECT (${NEXT} AND paths > shapes.paths) FROM shapes WHERE shapes.paths IS NOT NULL LIMIT ${MAX_SHAPES}
) SELECT paths FROM shapes WHERE paths IS NOT NULL`;

const NEXT_EVENT = 'SELECT min(event) FROM event_waits WHERE tenant = ?1 AND environment = ?2';
const COUNTS = `WITH RECURSIVE events(event) AS (
  SELECT (${NEXT_EVENT}) UNION ALL
  SELECT (${NEXT_EVENT} AND event > events.event) FROM events WHERE events.event IS NOT NULL LIMIT ?3
) SELECT event, (SELECT count(*) FROM (
  SELECT 1 FROM event_waits AS w WHERE w.tenant = ?1 AND w.environment = ?2 AND w.event = events.event LIMIT ?4
)) AS count FROM events WHERE event IS NOT NULL`;

const MATCHING = `SELECT execution_id, step FROM event_waits
WHERE tenant = ? AND environment = ? AND event = ? AND paths = ? AND "values" = ? AND (execution_id, step) > (?, ?)
ORDER BY execution_id, step LIMIT ${PAGE}`;

export class D1EventWaits implements EventWaits {
  readonly #d1: D1Database;

  constructor(d1: D1Database) {
    this.#d1 = d1;
  }

  async put(waits: EventWait[]): Promise<void> {
    for (let from = 0; from < waits.length; from += WAITS_PER_STATEMENT) {
      const rows = waits.slice(from, from + WAITS_PER_STATEMENT).map(keyOf);
      await this.#d1.prepare(PUT).bind(JSON.stringify(rows)).run();
    }
  }

  async remove(waits: EventWait[]): Promise<void> {
    if (waits.length === 0) return;
    await this.#d1.batch(waits.map((wait) => this.#d1.prepare(REMOVE).bind(...keyOf(wait))));
  }

  async counts(tenant: string, environment: string, { events, most }: { events: number; most: number }): Promise<{ event: string; count: number }[]> {
    const { results } = await this.#d1.prepare(COUNTS).bind(tenant, environment, events, most).all<{ event: string; count: number }>();
    return results;
  }

  async *matching({ tenant, environment, event, valueAt }: WantedEvent): AsyncIterable<EventWait> {
    const { results: shapes } = await this.#d1.prepare(SHAPES).bind(tenant, environment, event).all<{ paths: string }>();
    for (const shape of shapes) {
      const paths = JSON.parse(shape.paths) as string[];
      const values = paths.map(valueAt);
      if (values.some((value) => value === undefined)) continue;
      const correlation = { paths, values: values as string[] };
      let last = { execution_id: '', step: '' };
      for (let full = true; full; ) {
        const statement = this.#d1.prepare(MATCHING).bind(tenant, environment, event, shape.paths, JSON.stringify(values), last.execution_id, last.step);
        const { results } = await statement.all<{ execution_id: string; step: string }>();
        for (const row of results) yield { tenant, environment, event, correlation, ...row };
        full = results.length === PAGE;
        last = results.at(-1) ?? last;
      }
    }
  }
}

function keyOf({ tenant, environment, event, correlation, execution_id, step }: EventWait): string[] {
  return [tenant, environment, event, JSON.stringify(correlation.paths), JSON.stringify(correlation.values), execution_id, step];
}
