/** What every CircuitBreakers does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { BreakerRow } from '#contracts/breaker';
import type { CircuitBreakers } from '#storage/ports';

const row = (more: Partial<BreakerRow> = {}): BreakerRow => ({
  tenant: 'acme',
  environment: 'production',
  name: 'api.example',
  status: 'open',
  failing: false,
  until: 5000,
  revision: 2,
  failure_threshold: 5,
  success_threshold: 3,
  timeout_ms: 30_000,
  since: 1000,
  updated_at: 1000,
  ...more,
});

export function describeCircuitBreakers(name: string, make: () => Promise<CircuitBreakers>): void {
  describe(`circuit breakers: ${name}`, () => {
    it('give back what was seen last, whatever comes late', async () => {
      const breakers = await make();
      expect(await breakers.read(row())).toBeNull();
      await breakers.put(row());
      await breakers.put(row({ revision: 1, status: 'closed', until: null }));
      expect(await breakers.read(row())).toEqual({ status: 'open', failing: false, until: 5000, revision: 2 });
      await breakers.put(row({ revision: 3, status: 'closed', until: null }));
      expect(await breakers.read(row())).toEqual({ status: 'closed', failing: false, until: null, revision: 3 });
    });

    it('belong to one tenant and environment', async () => {
      const breakers = await make();
      await breakers.put(row());
      for (const other of [{ tenant: 'globex' }, { environment: 'staging' }, { name: 'other' }]) {
        expect(await breakers.read(row(other))).toBeNull();
        await breakers.remove(row(other), 9);
      }
      expect((await breakers.list('globex', 'production', { limit: 10 })).items).toEqual([]);
      expect((await breakers.list('acme', 'staging', { limit: 10 })).items).toEqual([]);
      expect((await breakers.list('acme', 'production', { limit: 10 })).items).toEqual([row()]);
    });

    it('are listed by name, a page at a time', async () => {
      const breakers = await make();
      for (const each of ['c', 'a', 'b:8080', 'Ä']) await breakers.put(row({ name: each }));
      const first = await breakers.list('acme', 'production', { limit: 3 });
      expect(first.items.map((each) => each.name)).toEqual(['a', 'b:8080', 'c']);
      expect(first.more).toBe(true);
      const behind = async (including: boolean) => {
        const { items, more } = await breakers.list('acme', 'production', { limit: 3, from: { name: 'c', including } });
        return [items.map((each) => each.name), more];
      };
      expect([await behind(false), await behind(true)]).toEqual([
        [['Ä'], false],
        [['c', 'Ä'], false],
      ]);
    });

    it('are forgotten, unless something has happened since', async () => {
      const breakers = await make();
      await breakers.put(row({ revision: 5 }));
      await breakers.remove(row(), 4);
      expect(await breakers.read(row())).not.toBeNull();
      await breakers.remove(row(), 5);
      expect(await breakers.read(row())).toBeNull();
    });
  });
}
