/** What every bound keeps to. Time and executions are the suite's. */
import { describe, expect, it } from 'vitest';
import { type Bound, PLACES_LAST_MS, type QueueAnswer, type QuotaRpc, RENEW_PLACES_MS } from '#contracts/quota';
import type { QuotaPeers } from '#objects/quota-core';

/** Executions by script: they hear that they may come, unless they are deaf. */
export class ScriptedWaiters implements QuotaPeers {
  heard: string[] = [];
  deaf = false;
  readonly gone = new Set<string>();

  async tell(_tenant: string, id: string): Promise<void> {
    if (this.deaf) throw new Error('nobody hears');
    this.heard.push(id);
  }
  async isOpen(_tenant: string, id: string): Promise<boolean> {
    return !this.gone.has(id);
  }
}

export interface QuotaUnderTest {
  quota: QuotaRpc;
  peers: ScriptedWaiters;
  /** Moves time on, and rings the alarm if it is due then. */
  advance(ms: number): Promise<void>;
  /** Ends the instance: the next call meets a new one over the same storage. */
  restart(): Promise<void>;
}

const queued = (position: number) => ({ kind: 'queued', position });
const granted = { kind: 'granted' };

export function quotaConformance(name: string, make: () => Promise<QuotaUnderTest>): void {
  const setUp = async (given: Partial<Bound> = {}) => {
    const under = await make();
    const bound: Bound = { name: 'acme', max: 2, soft: 10, hard: 20, ...given };
    const places = (holder: string, used: number, wanted: number, spare = 0) => under.quota.places(bound, { holder, used, wanted, spare });
    const enter = (id: string, more: { key?: string; priority?: number; holder?: string } = {}): Promise<QueueAnswer> => {
      const { key = 'k', priority = 0, holder = 'one' } = more;
      const entry = { tenant: 'acme', execution_id: id, workflow: 'shop', environment: 'production', pipeline: 'pay', key, priority };
      return under.quota.enter(bound, { holder, entry });
    };
    /** Who was told to come, once all that can be told now has been. */
    const heard = async () => {
      for (let i = 0; i < 5; i++) await under.quota.position('nobody');
      return under.peers.heard;
    };
    const waiting = async () => (await under.quota.view(bound, 100)).queue.map(({ execution_id }) => execution_id);
    return { ...under, bound, places, enter, heard, waiting };
  };

  describe(`quota: ${name}`, () => {
    it('gives as many places as there are, to whichever isolate asks', async () => {
      const { places } = await setUp({ max: 3 });
      expect(await places('one', 0, 2)).toMatchObject({ places: 2, waiting: 0 });
      expect(await places('two', 0, 2)).toMatchObject({ places: 1 });
      expect(await places('three', 0, 1)).toMatchObject({ places: 0 });
      expect(await places('one', 1, 0)).toMatchObject({ places: 1 });
      expect(await places('three', 0, 1)).toMatchObject({ places: 1 });
    });

    it('gives a busy isolate some to spare, an eighth of all at most', async () => {
      const { places } = await setUp({ max: 32 });
      expect(await places('one', 3, 1, 3)).toMatchObject({ places: 7 });
      expect(await places('one', 20, 1, 20)).toMatchObject({ places: 25 });
      expect(await places('two', 0, 1, 20)).toMatchObject({ places: 5 });
    });

    it('counts what is in use, whatever was granted', async () => {
      const { places, quota, bound } = await setUp();
      expect(await places('one', 5, 1)).toMatchObject({ places: 5 });
      expect(await places('two', 0, 1)).toMatchObject({ places: 0 });
      expect(await quota.view(bound, 10)).toMatchObject({ in_flight: 5, leased: 5 });
    });

    it('takes back the places of an isolate that is not heard of any more', async () => {
      const { places, advance } = await setUp();
      await places('one', 0, 2);
      await advance(PLACES_LAST_MS - 1);
      expect(await places('two', 0, 1)).toMatchObject({ places: 0 });
      await advance(1);
      expect(await places('two', 0, 1)).toMatchObject({ places: 1 });
    });

    it('lets nobody overtake who waits, and calls whoever is next when a place is free', async () => {
      const { places, enter, heard } = await setUp();
      await places('one', 0, 2);
      expect(await enter('a')).toEqual(queued(1));
      expect(await enter('b')).toEqual(queued(2));
      expect(await places('two', 0, 1)).toMatchObject({ places: 0, waiting: 2 });
      await places('one', 1, 1);
      expect(await heard()).toEqual(['a']);
      expect(await enter('a')).toEqual(granted);
      expect(await enter('b')).toEqual(queued(1));
    });

    it('goes by priority; among equals the keys take turns', async () => {
      const { places, enter, heard, waiting } = await setUp({ max: 1 });
      await places('one', 0, 1);
      for (const id of ['a1', 'a2', 'a3', 'a4']) await enter(id, { key: 'a' });
      await enter('b1', { key: 'b' });
      await enter('low', { key: 'c', priority: -10 });
      await enter('high', { key: 'a', priority: 10 });
      expect(await waiting()).toEqual(['high', 'a1', 'b1', 'a2', 'a3', 'a4', 'low']);
      for (const id of ['high', 'a1', 'b1', 'a2', 'a3', 'a4']) {
        await places('one', 0, 0);
        expect((await heard()).at(-1)).toBe(id);
        expect(await enter(id)).toEqual(granted);
      }
      expect(await waiting()).toEqual(['low']);
    });

    it('says the same place to whoever asks again, and forgets who has left', async () => {
      const { places, enter, quota } = await setUp({ max: 1 });
      await places('one', 0, 1);
      await enter('a');
      await enter('b');
      await enter('c');
      expect(await enter('b')).toEqual(queued(2));
      await quota.leave('a');
      await quota.leave('stranger');
      expect([await quota.position('a'), await quota.position('b'), await quota.position('c')]).toEqual([null, 1, 2]);
    });

    it('keeps the queue over a restart, and waits until isolates have told what they have', async () => {
      const { places, enter, heard, restart, advance } = await setUp({ max: 1 });
      await places('one', 0, 1);
      await enter('a');
      await restart();
      expect(await heard()).toEqual([]);
      await places('one', 1, 0);
      await advance(RENEW_PLACES_MS);
      expect(await heard()).toEqual([]);
      await places('one', 0, 0);
      expect(await heard()).toEqual(['a']);
    });

    it('gives places after a restart also where no isolate is left to ask', async () => {
      const { places, enter, heard, restart, advance } = await setUp({ max: 1 });
      await places('one', 0, 1);
      await enter('a');
      await restart();
      expect(await heard()).toEqual([]);
      await advance(RENEW_PLACES_MS);
      expect(await heard()).toEqual(['a']);
      expect(await enter('a')).toEqual(granted);
    });

    it('calls again whoever has not heard it, and keeps the place meanwhile', async () => {
      const { places, enter, heard, advance, peers } = await setUp({ max: 1 });
      await places('one', 0, 1);
      await enter('a');
      peers.deaf = true;
      await places('one', 0, 0);
      expect(await heard()).toEqual([]);
      expect(await places('two', 0, 1)).toMatchObject({ places: 0 });
      peers.deaf = false;
      await advance(5_000);
      expect(await heard()).toEqual(['a']);
      expect(await enter('a')).toEqual(granted);
    });

    it('keeps no place for an execution that is there no more', async () => {
      const { places, enter, heard, advance, peers } = await setUp({ max: 1 });
      await places('one', 0, 1);
      await enter('a');
      await enter('b');
      peers.gone.add('a');
      await places('one', 0, 0);
      expect(await heard()).toEqual(['a']);
      for (let waited = 0; waited < 60_000; waited += 5_000) await advance(5_000);
      expect((await heard()).at(-1)).toBe('b');
      expect(await enter('b')).toEqual(granted);
    });

    it('makes room at once when the quota grows', async () => {
      const { places, enter, heard, quota, bound } = await setUp({ max: 1 });
      await places('one', 0, 1);
      await enter('a');
      await enter('b');
      await quota.view({ ...bound, max: 3 }, 0);
      expect(await heard()).toEqual(['a', 'b']);
    });

    it('hands out tokens as they come, a share of a second at once', async () => {
      const rate = { per_minute: 960, burst: 16 };
      const { quota, bound, advance } = await setUp({ rate });
      const tokens = (wanted: number) => quota.tokens({ bucket: 'starts', rate, wanted, least: 1 });
      const taken: number[] = [];
      for (let i = 0; i < 9; i++) taken.push((await tokens(5)).granted);
      expect(taken).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 0]);
      expect(await tokens(1)).toEqual({ granted: 0, next_ms: 63, left: 0 });
      await advance(125);
      expect(await tokens(1)).toEqual({ granted: 1, next_ms: 0, left: 1 });
      expect(await tokens(5)).toEqual({ granted: 1, next_ms: 63, left: 0 });
      expect(await quota.view(bound, 0)).toMatchObject({ tokens: 0 });
    });

    it('gives as many tokens as are needed at least, or none, and of each bucket its own', async () => {
      const rate = { per_minute: 60, burst: 40 };
      const { quota, advance } = await setUp();
      const tokens = (bucket: string, wanted: number, least: number) => quota.tokens({ bucket, rate, wanted, least });
      expect(await tokens('calls', 20, 20)).toEqual({ granted: 20, next_ms: 0, left: 20 });
      expect(await tokens('calls', 30, 1)).toEqual({ granted: 5, next_ms: 0, left: 15 });
      expect(await tokens('calls', 20, 20)).toEqual({ granted: 0, next_ms: 5000, left: 15 });
      expect(await tokens('calls/key_1', 20, 20)).toMatchObject({ granted: 20 });
      await advance(5000);
      expect(await quota.left('calls', rate)).toBe(20);
      expect(await tokens('calls', 20, 20)).toMatchObject({ granted: 20, left: 0 });
    });
  });
}
