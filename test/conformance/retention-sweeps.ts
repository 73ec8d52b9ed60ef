/** What every list of sweeps does. `make` gives one in which the tenants `acme` and `globex` are due from the beginning. */
import { describe, expect, it } from 'vitest';
import { NOTHING_REMOVED, type Retention, type Sweep } from '#contracts/retention';
import type { RetentionSweeps } from '#storage/retention-ports';

const NOW = 1_000_000;
const LEASE = NOW + 1_000;
const HOLDS: Retention = { executions: 30, dead_letters: null, logs: 7, audit: 400 };
const sweep: Sweep = { begun_at: NOW, retention: HOLDS, stage: 'logs', cursor: 'a', removed: { ...NOTHING_REMOVED, executions: 3 } };

export function describeRetentionSweeps(name: string, make: () => Promise<RetentionSweeps>): void {
  describe(`sweeps: ${name}`, () => {
    it('are given to one at a time, those that wait longest first', async () => {
      const sweeps = await make();
      const first = (await sweeps.claim(NOW, LEASE))!;
      const second = (await sweeps.claim(NOW, LEASE))!;
      expect([first.tenant, second.tenant].sort()).toEqual(['acme', 'globex']);
      expect(first).toMatchObject({ lease: LEASE, sweep: null, announced: null });
      expect(await sweeps.claim(LEASE - 1, LEASE + 9)).toBeNull();
      await sweeps.release(second, NOW + 20, { sweep: null });
      await sweeps.release(first, NOW + 10, { sweep: null });
      expect((await sweeps.claim(NOW + 20, LEASE))!.tenant).toBe(first.tenant);
    });

    it('know how far they are, by what they go, and what they came to', async () => {
      const sweeps = await make();
      const claimed = (await sweeps.claim(NOW, LEASE))!;
      const { tenant } = claimed;
      expect(await sweeps.keep(claimed, sweep)).toBe(true);
      expect(await sweeps.of(tenant)).toEqual({ due_at: LEASE, sweep, announced: HOLDS, last: null });
      await sweeps.release(claimed, NOW + 5, { sweep });
      expect(await sweeps.of(tenant)).toEqual({ due_at: NOW + 5, sweep, announced: HOLDS, last: null });
      const other = (await sweeps.claim(NOW, LEASE))!;
      await sweeps.release(other, LEASE * 2, { announced: HOLDS });
      expect(await sweeps.of(other.tenant)).toEqual({ due_at: LEASE * 2, sweep: null, announced: HOLDS, last: null });
      const again = (await sweeps.claim(NOW + 5, LEASE))!;
      expect(again).toEqual({ tenant, lease: LEASE, sweep, announced: HOLDS });
      const last = { at: NOW, removed: sweep.removed };
      await sweeps.release(again, NOW + 50, { last });
      expect(await sweeps.of(tenant)).toEqual({ due_at: NOW + 50, sweep: null, announced: HOLDS, last });
    });

    it('that were lost go to somebody else once their lease is over, and whoever had one writes nothing any more', async () => {
      const sweeps = await make();
      const lost = (await sweeps.claim(NOW, LEASE))!;
      const other = (await sweeps.claim(NOW, LEASE))!;
      await sweeps.keep(lost, sweep);
      await sweeps.release(other, LEASE * 2, { sweep: null });
      const found = (await sweeps.claim(LEASE, LEASE + 1_000))!;
      expect(found).toMatchObject({ tenant: lost.tenant, sweep });
      expect(await sweeps.keep(lost, { ...sweep, cursor: 'late' })).toBe(false);
      await sweeps.release(lost, 0, { sweep: null });
      expect(await sweeps.of(lost.tenant)).toMatchObject({ due_at: LEASE + 1_000, sweep: { cursor: 'a' } });
    });

    it('are of tenants that are there', async () => {
      expect(await (await make()).of('nobody')).toBeNull();
    });
  });
}
