/** What every MachineIndex does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { MachineRow } from '#contracts/machine';
import { Problem } from '#contracts/problems';
import type { MachineFilter, MachineIndex } from '#storage/machine-ports';

const T0 = Date.parse('2026-02-15T14:30:00.000Z');

export function machineRow(n: number, more: Partial<MachineRow> = {}): MachineRow {
  return {
    tenant: 'acme',
    environment: 'production',
    workflow: 'orders',
    machine: 'order',
    id: `o-${n}`,
    state: 'new',
    seq: 1,
    created_at: T0 + n,
    updated_at: T0 + n,
    ...more,
  };
}

const orders = { environment: 'production', workflow: 'orders', machine: 'order' };

export function describeMachineIndex(name: string, make: () => Promise<MachineIndex>): void {
  const ids = async (index: MachineIndex, filter: Partial<MachineFilter> = {}, tenant = 'acme') =>
    (await index.list(tenant, { ...orders, limit: 50, ...filter })).items.map((row) => row.id);
  const counts = async (index: MachineIndex, tenant = 'acme', environment = 'production', workflow = 'orders') =>
    Object.fromEntries((await index.counts(tenant, environment, workflow)).map(({ machine, state, count }) => [`${machine}.${state}`, count]));

  describe(`machine index: ${name}`, () => {
    it('gives back the row as it came', async () => {
      const index = await make();
      const full = machineRow(1, { state: 'paid', previous_state: 'new', seq: 2, updated_at: T0 + 900 });
      await index.project([full]);
      expect((await index.list('acme', { ...orders, limit: 50 })).items).toEqual([full]);
    });

    it('lists the newest first, and by state', async () => {
      const index = await make();
      await index.project([machineRow(1), machineRow(3, { state: 'paid' }), machineRow(2)]);
      expect(await ids(index)).toEqual(['o-3', 'o-2', 'o-1']);
      expect(await ids(index, { state: 'new' })).toEqual(['o-2', 'o-1']);
      expect(await ids(index, { state: 'lost' })).toEqual([]);
    });

    it('pages without a gap, also by state', async () => {
      const index = await make();
      await index.project(Array.from({ length: 7 }, (_, n) => machineRow(n, { created_at: T0 + (n >> 1) })));
      for (const state of [undefined, 'new']) {
        const seen: string[] = [];
        for (let cursor: string | undefined; ; ) {
          const page = await index.list('acme', { ...orders, limit: 2, ...(state ? { state } : {}), ...(cursor ? { cursor } : {}) });
          seen.push(...page.items.map((row) => row.id));
          if (page.next_cursor === null) break;
          cursor = page.next_cursor;
        }
        expect(seen).toEqual(['o-6', 'o-5', 'o-4', 'o-3', 'o-2', 'o-1', 'o-0']);
      }
      await expect(index.list('acme', { ...orders, limit: 2, cursor: 'nonsense' })).rejects.toThrow(Problem);
    });

    it('counts per state, following each instance', async () => {
      const index = await make();
      await index.project([machineRow(1), machineRow(2), machineRow(3)]);
      await index.project([machineRow(1, { state: 'paid', seq: 2 }), machineRow(2, { state: 'paid', seq: 2 })]);
      expect(await counts(index)).toEqual({ 'order.new': 1, 'order.paid': 2 });
      await index.project([machineRow(3, { state: 'paid', seq: 2 })]);
      expect(await counts(index)).toEqual({ 'order.paid': 3 });
    });

    it('takes the newest of a batch, and nothing older than what it has', async () => {
      const index = await make();
      await index.project([machineRow(1, { state: 'paid', seq: 5 }), machineRow(1, { state: 'new', seq: 1 })]);
      await index.project([machineRow(1, { state: 'checked', seq: 3 }), machineRow(1, { state: 'lost', seq: 5 })]);
      expect((await index.list('acme', { ...orders, limit: 1 })).items[0]).toMatchObject({ state: 'paid', seq: 5 });
      expect(await counts(index)).toEqual({ 'order.paid': 1 });
    });

    it('counts once what comes twice', async () => {
      const index = await make();
      for (let i = 0; i < 3; i++) await index.project([machineRow(1), machineRow(1, { state: 'paid', seq: 2 })]);
      expect(await counts(index)).toEqual({ 'order.paid': 1 });
    });

    it('keeps tenants, environments, workflows and machines apart', async () => {
      const index = await make();
      await index.project([
        machineRow(1),
        machineRow(1, { tenant: 'globex' }),
        machineRow(1, { environment: 'staging' }),
        machineRow(1, { workflow: 'other' }),
        machineRow(1, { machine: 'refund' }),
      ]);
      expect(await ids(index)).toEqual(['o-1']);
      expect(await ids(index, {}, 'initech')).toEqual([]);
      expect(await counts(index)).toEqual({ 'order.new': 1, 'refund.new': 1 });
      expect(await counts(index, 'globex')).toEqual({ 'order.new': 1 });
      expect(await counts(index, 'initech')).toEqual({});
    });
  });
}
