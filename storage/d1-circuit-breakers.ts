/**
 * Circuit breakers in the region's D1, a row each. To look at one, which every isolate does once a second while it calls, is
 * one lookup in the key, also where there is no row.
 */
import type { BreakerName, BreakerRow, BreakerView } from '#contracts/breaker';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { Page, PageRequest } from '#storage/platform-ports';
import type { CircuitBreakers } from '#storage/ports';

const CURSOR = 'circuit-breakers';
const KEY = 'tenant = ? AND environment = ? AND name = ?';

export class D1CircuitBreakers implements CircuitBreakers {
  readonly #d1: D1Database;

  constructor(d1: D1Database) {
    this.#d1 = d1;
  }

  async read({ tenant, environment, name }: BreakerName): Promise<BreakerView | null> {
    const row = await this.#d1.prepare(`SELECT body FROM circuit_breakers WHERE ${KEY}`).bind(tenant, environment, name).first<{ body: string }>();
    if (!row) return null;
    const { status, failing, until, revision } = JSON.parse(row.body) as BreakerRow;
    return { status, failing, until, revision };
  }

  async put(row: BreakerRow): Promise<void> {
    await this.#d1
      .prepare(
        `INSERT INTO circuit_breakers (tenant, environment, name, revision, body) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (tenant, environment, name) DO UPDATE SET revision = excluded.revision, body = excluded.body WHERE excluded.revision > revision`,
      )
      .bind(row.tenant, row.environment, row.name, row.revision, JSON.stringify(row))
      .run();
  }

  async remove({ tenant, environment, name }: BreakerName, revision: number): Promise<void> {
    await this.#d1.prepare(`DELETE FROM circuit_breakers WHERE ${KEY} AND revision <= ?`).bind(tenant, environment, name, revision).run();
  }

  async list(tenant: string, environment: string, page: PageRequest): Promise<Page<BreakerRow>> {
    const [after] = page.cursor === undefined ? [''] : decodeCursor(CURSOR, ['string'], page.cursor);
    const { results } = await this.#d1
      .prepare('SELECT body FROM circuit_breakers WHERE tenant = ? AND environment = ? AND name > ? ORDER BY name LIMIT ?')
      .bind(tenant, environment, after, page.limit + 1)
      .all<{ body: string }>();
    return pageOf(
      results.map(({ body }) => JSON.parse(body) as BreakerRow),
      page.limit,
      (last) => encodeCursor(CURSOR, [last.name]),
    );
  }
}
