/** What every EventWaits does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { EventWait, EventWaits } from '#storage/execution-ports';

const wait = (execution_id: string, values: Record<string, string>, more: Partial<EventWait> = {}): EventWait => {
  const paths = Object.keys(values).sort();
  return {
    tenant: 'acme',
    environment: 'production',
    event: 'payment.received',
    correlation: { paths, values: paths.map((path) => values[path]!) },
    execution_id,
    step: 'paid',
    ...more,
  };
};

async function found(waits: EventWaits, data: Record<string, string>, more: Partial<EventWait> = {}): Promise<string[]> {
  const event = { tenant: 'acme', environment: 'production', event: 'payment.received', ...more, valueAt: (path: string) => data[path] };
  const ids: string[] = [];
  for await (const { execution_id } of waits.matching(event)) ids.push(execution_id);
  return ids.sort();
}

export function describeEventWaits(name: string, make: () => Promise<EventWaits>): void {
  describe(`waits for events: ${name}`, () => {
    it('are found by the values they wait for', async () => {
      const waits = await make();
      await waits.put([
        wait('exec_1', { order_id: '1' }),
        wait('exec_2', { order_id: '2' }),
        wait('exec_3', { order_id: '1', kind: 'card' }),
        wait('exec_4', {}),
      ]);
      expect(await found(waits, { order_id: '1' })).toEqual(['exec_1', 'exec_4']);
      expect(await found(waits, { order_id: '1', kind: 'card' })).toEqual(['exec_1', 'exec_3', 'exec_4']);
      expect(await found(waits, { order_id: '9' })).toEqual(['exec_4']);
      expect(await found(waits, {})).toEqual(['exec_4']);
    });

    it('are of one tenant, environment and event', async () => {
      const waits = await make();
      await waits.put([
        wait('exec_1', { id: '1' }),
        wait('exec_2', { id: '1' }, { tenant: 'globex' }),
        wait('exec_3', { id: '1' }, { environment: 'staging' }),
      ]);
      expect(await found(waits, { id: '1' })).toEqual(['exec_1']);
      expect(await found(waits, { id: '1' }, { tenant: 'globex' })).toEqual(['exec_2']);
      expect(await found(waits, { id: '1' }, { environment: 'staging' })).toEqual(['exec_3']);
      expect(await found(waits, { id: '1' }, { event: 'payment' })).toEqual([]);
    });

    it('are put twice without a trace, and taken out one by one', async () => {
      const waits = await make();
      await waits.put([wait('exec_1', { id: '1' })]);
      await waits.put([wait('exec_1', { id: '1' }), wait('exec_1', { id: '1' }, { step: 'other' })]);
      expect(await found(waits, { id: '1' })).toEqual(['exec_1', 'exec_1']);
      await waits.remove([wait('exec_1', { id: '1' }), wait('exec_9', { id: '1' })]);
      expect(await found(waits, { id: '1' })).toEqual(['exec_1']);
      await waits.remove([]);
    });

    it('are counted by event, up to a bound', async () => {
      const waits = await make();
      await waits.put([
        ...Array.from({ length: 7 }, (_, index) => wait(`exec_${index}`, { id: String(index) })),
        wait('exec_8', {}, { event: 'dawn' }),
        wait('exec_9', {}, { event: 'zenith' }),
        wait('exec_a', {}, { tenant: 'globex', event: 'noon' }),
        wait('exec_b', {}, { environment: 'staging' }),
      ]);
      const bounds = { events: 2, most: 5 };
      expect(await waits.counts('acme', 'production', bounds)).toEqual([
        { event: 'dawn', count: 1 },
        { event: 'payment.received', count: 5 },
      ]);
      expect(await waits.counts('globex', 'staging', bounds)).toEqual([]);
    });

    it('are found beyond a page, whatever their text holds', async () => {
      const waits = await make();
      const value = `O'Brien "1" ${String.fromCodePoint(0x1f600)}`;
      const many = Array.from({ length: 250 }, (_, index) => wait(`exec_${String(index).padStart(3, '0')}`, { id: value }));
      await waits.put(many);
      expect(await found(waits, { id: value })).toHaveLength(250);
    });
  });
}
