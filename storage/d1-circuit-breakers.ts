/**
 * Circuit breakers in the region's D1, a row each. To look at one, which every isolate does once a second while it calls, is
 * one lookup in the key, also where there is no row.
 */
import type { BreakerName, BreakerPlace, BreakerRow, BreakerRows, BreakerView } from '#contracts/breaker';
import type { CircuitBreakers } from '#storage/ports';

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

  async list(tenant: string, environment: string, { limit, from }: { limit: number; from?: BreakerPlace }): Promise<BreakerRows> {
    const { results } = await this.#d1
      .prepare(`SELECT body FROM circuit_breakers WHERE tenant = ? AND environment = ? AND name ${from?.including ? '>=' : '>'} ? ORDER BY name LIMIT ?`)
      .bind(tenant, environment, from?.name ?? '', limit + 1)
      .all<{ body: string }>();
    const items = results.slice(0, limit).map(({ body }) => JSON.parse(body) as BreakerRow);
    return { items, more: results.length > limit };
  }
}
