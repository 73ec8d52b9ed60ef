import { describe, expect, it } from 'vitest';
import { KeyStore, SWEPT_AT_ONCE } from '#objects/key-store-core';
import { keyStoreConformance } from '../../conformance/key-store.ts';
import { MemoryKeyRecords, TestClock } from '../../conformance/memory-key-store.ts';

const owner = { workflow_id: 'wf_1', workflow: 'orders', pipeline: 'pay' };

keyStoreConformance('in memory', async () => {
  const clock = new TestClock();
  const records = new MemoryKeyRecords();
  return {
    store: new KeyStore(records, clock),
    advance: async (ms) => clock.advance(ms),
    restart: async () => {
      clock.forgetTimers();
      return new KeyStore(records, clock);
    },
  };
});

describe('a list', () => {
  it('looks through so many keys and no more, and goes on where it stopped', async () => {
    const [clock, records] = [new TestClock(), new MemoryKeyRecords()];
    const store = new KeyStore(records, clock);
    for (let n = 0; n < 5_250; n++) {
      records.put(`production/run/key_${n}`, { holder: 'exec_1/pay/run', until: clock.time + 1000, result: '{}', at: n + 1, owner });
    }
    const first = await store.list({ text: 'key_0', limit: 50 });
    expect(first).toEqual({ items: [], next: { at: 251, key: 'production/run/key_250' } });
    const second = await store.list({ text: 'key_0', limit: 50, before: first.next! });
    expect(second).toMatchObject({ items: [{ key: 'production/run/key_0' }], next: null });
  });
});

describe('what is over', () => {
  it('is removed when the store is woken, and only that', async () => {
    const clock = new TestClock();
    const records = new MemoryKeyRecords();
    const store = new KeyStore(records, clock);
    for (const [key, ttl_ms] of [
      ['short', 1000],
      ['long', 100_000_000],
    ] as const) {
      await store.claim({ key, holder: 'a', lease_ms: 10, owner });
      await store.settle({ key, holder: 'a', result: { output: key }, ttl_ms });
    }
    await store.claim({ key: 'open', holder: 'a', lease_ms: 5000, owner });
    expect(clock.wake).toBeDefined();
    clock.advance(10 * 3_600_000);
    store.sweep();
    expect([...records.map.keys()]).toEqual(['long']);
    expect(clock.wake).toBeLessThanOrEqual(1_000_000 + 100_000_000 + 3_600_000);
  });

  it('goes some keys at a time, and what is put there meanwhile is not forgotten', async () => {
    const [clock, records] = [new TestClock(), new MemoryKeyRecords()];
    const store = new KeyStore(records, clock);
    const wokenAt = () => {
      clock.wake = undefined;
      store.sweep();
      return clock.wake;
    };
    const long = clock.time + 100_000_000;
    for (let n = 0; n < 2 * SWEPT_AT_ONCE; n++) records.put(`b${n}`, { holder: 'a', until: clock.time + 1000, result: '{}' });
    records.put('c', { holder: 'a', until: long, result: '{}' });
    clock.advance(10 * 3_600_000);
    expect([wokenAt(), records.map.size]).toEqual([clock.time, SWEPT_AT_ONCE + 1]);
    // Where the round has passed already, and over before anything that it will meet.
    await store.claim({ key: 'a', holder: 'b', lease_ms: 1_000_000, owner });
    expect([wokenAt(), records.map.size]).toEqual([clock.time, 2]);
    expect([wokenAt(), [...records.map.keys()]]).toEqual([clock.time + 1_000_000 + 3_600_000, ['c', 'a']]);
    clock.advance(2 * 3_600_000);
    expect([wokenAt(), [...records.map.keys()]]).toEqual([long + 3_600_000, ['c']]);
  });

  it('is not waited for when nothing is left', () => {
    const clock = new TestClock();
    new KeyStore(new MemoryKeyRecords(), clock).sweep();
    expect(clock.wake).toBeUndefined();
  });
});
