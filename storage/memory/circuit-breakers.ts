/** Memory twin of the circuit breakers' rows. */
import type { BreakerName, BreakerRow, BreakerView } from '#contracts/breaker';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { Page, PageRequest } from '#storage/platform-ports';
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

  async list(tenant: string, environment: string, page: PageRequest): Promise<Page<BreakerRow>> {
    const [after] = page.cursor === undefined ? [''] : decodeCursor('circuit-breakers', ['string'], page.cursor);
    const rows = [...this.#rows.values()]
      .filter((row) => row.tenant === tenant && row.environment === environment && row.name > after)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return pageOf(rows.slice(0, page.limit + 1), page.limit, (last) => encodeCursor('circuit-breakers', [last.name]));
  }
}

function keyOf({ tenant, environment, name }: BreakerName): string {
  return JSON.stringify([tenant, environment, name]);
}
