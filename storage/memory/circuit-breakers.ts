/** Memory twin of the circuit breakers' rows. */
import type { BreakerName, BreakerPlace, BreakerRow, BreakerRows, BreakerView } from '#contracts/breaker';
import type { CircuitBreakers } from '#storage/ports';

export class MemoryCircuitBreakers implements CircuitBreakers {
  readonly #rows = new Map<string, BreakerRow>();

  async read(name: BreakerName): Promise<BreakerView | null> {
    const row = this.#rows.get(keyOf(name));
    return row ? { status: row.status, failing: row.failing, until: row.until, revision: row.revision } : null;
  }

  async put(row: BreakerRow): Promise<void> {
    const known = this.#rows.get(keyOf(row));
    if (!known || row.revision > known.revision) this.#rows.set(keyOf(row), structuredClone(row));
  }

  async remove(name: BreakerName, revision: number): Promise<void> {
    const known = this.#rows.get(keyOf(name));
    if (known && known.revision <= revision) this.#rows.delete(keyOf(name));
  }

  async list(tenant: string, environment: string, { limit, from }: { limit: number; from?: BreakerPlace }): Promise<BreakerRows> {
    const rows = [...this.#rows.values()]
      .filter((row) => row.tenant === tenant && row.environment === environment)
      .filter(({ name }) => !from || name > from.name || (from.including && name === from.name))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return { items: rows.slice(0, limit), more: rows.length > limit };
  }
}

function keyOf({ tenant, environment, name }: BreakerName): string {
  return JSON.stringify([tenant, environment, name]);
}
