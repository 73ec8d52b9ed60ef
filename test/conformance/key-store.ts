/**
 * What every store of keys keeps to. Time is the suite's: `advance` moves the clock of the store and fires what is due.
 */
import { describe, expect, it } from 'vitest';
import type { KeyQuery, KeyStoreRpc } from '#contracts/key-store';

export interface KeyStoreUnderTest {
  store: KeyStoreRpc;
  /** Moves time on by so many ms; everything that was due has happened when it resolves. */
  advance(ms: number): Promise<void>;
  /** Ends the instance: what was in memory is gone, the next call meets a new one over the same storage. */
  restart(): Promise<KeyStoreRpc>;
}

const run = { kind: 'run' };
const lease_ms = 1000;
const ttl_ms = 60_000;
const owner = { workflow_id: 'wf_1', workflow: 'orders', pipeline: 'pay' };

/** Whether the promise is still open after everything that can happen now has happened. */
async function isOpen(promise: Promise<unknown>, store: KeyStoreRpc): Promise<boolean> {
  let open = true;
  void promise.then(
    () => {
      open = false;
    },
    () => {
      open = false;
    },
  );
  // Calls of one caller are answered in order: when these are back, so would be the one before.
  for (let i = 0; i < 3; i++) await store.settle({ key: 'unrelated', holder: 'nobody', ttl_ms: 0 });
  return open;
}

export function keyStoreConformance(name: string, make: () => Promise<KeyStoreUnderTest>): void {
  describe(`key store: ${name}`, () => {
    it('gives a free key to the first that asks', async () => {
      const { store } = await make();
      expect(await store.claim({ key: 'k', holder: 'a', lease_ms, owner })).toEqual(run);
    });

    it('keeps keys apart', async () => {
      const { store } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms, owner });
      expect(await store.claim({ key: 'l', holder: 'b', lease_ms, owner })).toEqual(run);
    });

    it('answers a stored result to everybody, the holder too', async () => {
      const { store } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms, owner });
      await store.settle({ key: 'k', holder: 'a', result: { output: { id: 1 }, response: { status_code: 201 } }, ttl_ms });
      const stored = { kind: 'stored', output: { id: 1 }, response: { status_code: 201 }, holder: 'a' };
      expect(await store.claim({ key: 'k', holder: 'b', lease_ms, owner })).toEqual(stored);
      expect(await store.claim({ key: 'k', holder: 'a', lease_ms, owner })).toEqual(stored);
    });

    it('shows what is known of a key, and nothing once its time is over', async () => {
      const { store, advance } = await make();
      expect(await store.look('k')).toBeNull();
      await store.claim({ key: 'k', holder: 'exec_1/charge/run', lease_ms, owner });
      const open = await store.look('k');
      expect(open).toEqual({ holder: 'exec_1/charge/run', until: open!.until, owner });
      await store.settle({ key: 'k', holder: 'exec_1/charge/run', result: { output: { id: 1 }, response: { status_code: 201 } }, ttl_ms });
      const kept = await store.look('k');
      expect(kept).toEqual({ holder: 'exec_1/charge/run', until: kept!.until, owner, result: { output: { id: 1 }, response: { status_code: 201 } } });
      await advance(ttl_ms + 1);
      expect(await store.look('k')).toBeNull();
    });

    it('forgets a result whose effect was undone, once, and says so to the next', async () => {
      const { store } = await make();
      const result = { output: { charge: 1 } };
      await store.claim({ key: 'k', holder: 'exec_1/charge/run', lease_ms, owner });
      await store.settle({ key: 'k', holder: 'exec_1/charge/run', result, ttl_ms });
      await store.forget({ key: 'k', by: 'exec_2', ttl_ms });
      expect(await store.claim({ key: 'k', holder: 'exec_2/charge/run', lease_ms, owner })).toMatchObject({ kind: 'stored' });
      await store.forget({ key: 'k', by: 'exec_1', ttl_ms });
      expect(await store.claim({ key: 'k', holder: 'exec_2/charge/run', lease_ms, owner })).toEqual({ kind: 'run', undone: 1 });
      await store.settle({ key: 'k', holder: 'exec_2/charge/run', result, ttl_ms });
      // The undoing of the first is repeated after a crash: the second's result stands.
      await store.forget({ key: 'k', by: 'exec_1', ttl_ms });
      expect(await store.claim({ key: 'k', holder: 'exec_3/charge/run', lease_ms, owner })).toMatchObject({ kind: 'stored', holder: 'exec_2/charge/run' });
    });

    it('gives the key to the same holder again while its claim is open', async () => {
      const { store } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms, owner });
      expect(await store.claim({ key: 'k', holder: 'a', lease_ms, owner })).toEqual(run);
    });

    it('lets others wait, and gives them the result', async () => {
      const { store } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms, owner });
      const waiting = [store.claim({ key: 'k', holder: 'b', lease_ms, owner }), store.claim({ key: 'k', holder: 'c', lease_ms, owner })];
      expect(await isOpen(waiting[0]!, store)).toBe(true);
      await store.settle({ key: 'k', holder: 'a', result: { output: 7 }, ttl_ms });
      expect(await Promise.all(waiting)).toEqual([
        { kind: 'stored', output: 7, holder: 'a' },
        { kind: 'stored', output: 7, holder: 'a' },
      ]);
    });

    it('hands the key to one of those who wait when the effect failed', async () => {
      const { store } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms, owner });
      const b = store.claim({ key: 'k', holder: 'b', lease_ms, owner });
      const c = store.claim({ key: 'k', holder: 'c', lease_ms, owner });
      await isOpen(c, store);
      await store.settle({ key: 'k', holder: 'a', ttl_ms });
      expect(await b).toEqual(run);
      expect(await isOpen(c, store)).toBe(true);
      await store.settle({ key: 'k', holder: 'b', result: { output: 'b' }, ttl_ms });
      expect(await c).toEqual({ kind: 'stored', output: 'b', holder: 'b' });
    });

    it('keeps nothing of a failed effect', async () => {
      const { store } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms, owner });
      await store.settle({ key: 'k', holder: 'a', ttl_ms });
      expect(await store.claim({ key: 'k', holder: 'b', lease_ms, owner })).toEqual(run);
    });

    it('hands the key on when a lease ends', async () => {
      const { store, advance } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms: 100, owner });
      const b = store.claim({ key: 'k', holder: 'b', lease_ms: 100, owner });
      const c = store.claim({ key: 'k', holder: 'c', lease_ms: 100, owner });
      expect(await isOpen(b, store)).toBe(true);
      await advance(150);
      expect(await b).toEqual(run);
      expect(await isOpen(c, store)).toBe(true);
      await advance(150);
      expect(await c).toEqual(run);
    });

    it('takes nothing from one whose key another has', async () => {
      const { store, advance } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms: 100, owner });
      await advance(150);
      expect(await store.claim({ key: 'k', holder: 'b', lease_ms, owner })).toEqual(run);
      await store.settle({ key: 'k', holder: 'a', result: { output: 'late' }, ttl_ms });
      await store.settle({ key: 'k', holder: 'a', ttl_ms });
      const c = store.claim({ key: 'k', holder: 'c', lease_ms, owner });
      expect(await isOpen(c, store)).toBe(true);
      await store.settle({ key: 'k', holder: 'b', result: { output: 'right' }, ttl_ms });
      expect(await c).toEqual({ kind: 'stored', output: 'right', holder: 'b' });
    });

    it('takes a late result while nobody else has the key', async () => {
      const { store, advance } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms: 100, owner });
      await advance(150);
      await store.settle({ key: 'k', holder: 'a', result: { output: 'late' }, ttl_ms });
      expect(await store.claim({ key: 'k', holder: 'b', lease_ms, owner })).toEqual({ kind: 'stored', output: 'late', holder: 'a' });
    });

    it('never replaces a result', async () => {
      const { store } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms, owner });
      await store.settle({ key: 'k', holder: 'a', result: { output: 1 }, ttl_ms });
      await store.settle({ key: 'k', holder: 'a', result: { output: 2 }, ttl_ms });
      await store.settle({ key: 'k', holder: 'a', ttl_ms });
      expect(await store.claim({ key: 'k', holder: 'b', lease_ms, owner })).toMatchObject({ output: 1 });
    });

    it('forgets a result when its time is over', async () => {
      const { store, advance } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms, owner });
      await store.settle({ key: 'k', holder: 'a', result: { output: 1 }, ttl_ms: 100 });
      await advance(150);
      expect(await store.claim({ key: 'k', holder: 'b', lease_ms, owner })).toEqual(run);
    });

    it('keeps claims and results over a restart', async () => {
      const { store, restart } = await make();
      await store.claim({ key: 'open', holder: 'a', lease_ms, owner });
      await store.claim({ key: 'done', holder: 'a', lease_ms, owner });
      await store.settle({ key: 'done', holder: 'a', result: { output: 1 }, ttl_ms });
      const next = await restart();
      expect(await next.claim({ key: 'done', holder: 'b', lease_ms, owner })).toMatchObject({ kind: 'stored', output: 1 });
      const b = next.claim({ key: 'open', holder: 'b', lease_ms, owner });
      expect(await isOpen(b, next)).toBe(true);
      expect(await next.claim({ key: 'open', holder: 'a', lease_ms, owner })).toEqual(run);
      await next.settle({ key: 'open', holder: 'a', result: { output: 2 }, ttl_ms });
      expect(await b).toMatchObject({ output: 2 });
    });

    it('keeps results of several megabytes', async () => {
      const { store, restart } = await make();
      const output = { text: 'ä'.repeat(2_500_000) };
      await store.claim({ key: 'k', holder: 'a', lease_ms, owner });
      await store.settle({ key: 'k', holder: 'a', result: { output }, ttl_ms });
      const answer = await (await restart()).claim({ key: 'k', holder: 'b', lease_ms, owner });
      expect(answer.kind === 'stored' && JSON.stringify(answer.output) === JSON.stringify(output)).toBe(true);
    });

    it('keeps a long result whole, wherever it is divided', async () => {
      const { store, restart } = await make();
      for (const before of ['', 'x']) {
        const output = before + '😀'.repeat(400_000);
        const key = `k${before}`;
        await store.claim({ key, holder: 'a', lease_ms, owner });
        await store.settle({ key, holder: 'a', result: { output }, ttl_ms });
        const answer = await (await restart()).claim({ key, holder: 'b', lease_ms, owner });
        expect(answer.kind === 'stored' && answer.output === output).toBe(true);
      }
    });

    describe('released', () => {
      const holder = 'exec_1/charge/run';
      const had = async (store: KeyStoreRpc, key: string) => {
        await store.claim({ key, holder, lease_ms, owner });
        await store.settle({ key, holder, result: { output: key }, ttl_ms });
      };

      it('is free, and the next effect is told that it is another one', async () => {
        const { store, restart } = await make();
        await had(store, 'k');
        expect(await store.release({ key: 'k', holder })).toBe('released');
        expect(await store.look('k')).toBeNull();
        expect(await (await restart()).claim({ key: 'k', holder: 'exec_2/charge/run', lease_ms, owner })).toEqual({ kind: 'run', undone: 1 });
      });

      it('is not while its effect is under way, nor by another holder, nor twice, nor once its time is over', async () => {
        const { store, advance } = await make();
        await store.claim({ key: 'open', holder, lease_ms, owner });
        expect(await store.release({ key: 'open', holder })).toBe('running');
        await had(store, 'k');
        expect(await store.release({ key: 'k', holder: 'exec_2/charge/run' })).toBe('gone');
        expect(await store.release({ key: 'k', holder })).toBe('released');
        expect(await store.release({ key: 'k', holder })).toBe('gone');
        expect(await store.release({ key: 'nobody', holder })).toBe('gone');
        await had(store, 'late');
        await advance(ttl_ms + 1);
        expect(await store.release({ key: 'late', holder })).toBe('gone');
      });
    });

    describe('listed', () => {
      const stored = (key: string, environment = 'production') => `${environment}/run/${key}`;
      const take = async (store: KeyStoreRpc, key: string, more: Partial<typeof owner> = {}, environment?: string) => {
        const claim = { key: stored(key, environment), holder: `exec_${key}/charge/run`, lease_ms, owner: { ...owner, ...more } };
        await store.claim(claim);
        return claim;
      };
      const have = async (store: KeyStoreRpc, ...given: [key: string, more?: Partial<typeof owner>, environment?: string]) => {
        const { key, holder } = await take(store, ...given);
        await store.settle({ key, holder, result: { output: 'x'.repeat(10) }, ttl_ms });
      };
      const keys = async (store: KeyStoreRpc, query: Partial<KeyQuery> = {}) =>
        (await store.list({ limit: 50, ...query })).items.map(({ key }) => key.split('/').at(-1));

      it('says whose it is, how it stands, and until when', async () => {
        const { store } = await make();
        await have(store, 'done');
        const { items, next } = await store.list({ limit: 50 });
        const { at, until } = items[0]!;
        expect(next).toBeNull();
        expect(items).toEqual([{ key: stored('done'), holder: 'exec_done/charge/run', state: 'answered', at, until, owner }]);
        expect(until - at).toBe(ttl_ms);
      });

      it('comes newest first, page by page, each once', async () => {
        const { store, advance, restart } = await make();
        expect(await store.list({ limit: 2 })).toEqual({ items: [], next: null });
        for (const key of ['a', 'b', 'c', 'd', 'e']) {
          await have(store, key);
          // Of the same millisecond the key decides.
          if (key !== 'c') await advance(1);
        }
        const again = await restart();
        const seen = [];
        let before: KeyQuery['before'];
        for (let pages = 0; pages < 5; pages++) {
          const page = await again.list({ limit: 2, before });
          expect(page.items.length).toBeLessThanOrEqual(2);
          seen.push(...page.items.map(({ key }) => key.split('/').at(-1)));
          if (page.next === null) break;
          before = page.next;
        }
        expect(seen).toEqual(['e', 'd', 'c', 'b', 'a']);
      });

      it('orders keys of the same millisecond by their characters, and begins at one again behind which nothing stands', async () => {
        const { store } = await make();
        for (const key of ['z', 'za', '\uff01', '\u{1f600}']) await have(store, key);
        expect(await keys(store)).toEqual(['\u{1f600}', '\uff01', 'za', 'z']);
        const { at } = (await store.list({ limit: 1 })).items[0]!;
        expect(await keys(store, { before: { at, key: stored('za') } })).toEqual(['z']);
        expect(await keys(store, { before: { at, key: `${stored('za')}\0` } })).toEqual(['za', 'z']);
      });

      it('is found by state, text, place and workflow', async () => {
        const { store, advance } = await make();
        await have(store, 'Order_1');
        await advance(ttl_ms - 100);
        await have(store, 'order_2', { workflow: 'billing', workflow_id: 'wf_2', pipeline: 'refund' });
        await advance(200);
        await have(store, 'order_3', {}, 'staging');
        await take(store, 'open');
        expect(await keys(store, { state: 'expired' })).toEqual(['Order_1']);
        expect(await keys(store, { state: 'answered' })).toEqual(['order_3', 'order_2']);
        expect(await keys(store, { state: 'running' })).toEqual(['open']);
        expect(await keys(store, { text: 'ORDER' })).toEqual(['order_3', 'order_2', 'Order_1']);
        expect(await keys(store, { prefix: 'order_' })).toEqual(['order_3', 'order_2']);
        // What stands before the key is no part of it.
        expect(await keys(store, { text: 'run/' })).toEqual([]);
        expect(await keys(store, { environment: 'staging' })).toEqual(['order_3']);
        expect(await keys(store, { workflow: 'billing' })).toEqual(['order_2']);
        expect(await keys(store, { pipeline: 'refund', workflow_ids: ['wf_2'] })).toEqual(['order_2']);
        expect(await keys(store, { workflow_ids: [] })).toEqual([]);
      });

      it('is not once its effect has failed, was undone or released', async () => {
        const { store } = await make();
        const { key, holder } = await take(store, 'failed');
        await store.settle({ key, holder, ttl_ms });
        await have(store, 'undone');
        await store.forget({ key: stored('undone'), by: 'exec_undone', ttl_ms });
        await have(store, 'freed');
        await store.release({ key: stored('freed'), holder: 'exec_freed/charge/run' });
        expect(await keys(store)).toEqual([]);
      });

      it('keeps its place while it goes on, and takes a new one with a new holder', async () => {
        const { store, advance } = await make();
        await take(store, 'first');
        await advance(10);
        await have(store, 'second');
        await take(store, 'first');
        expect(await keys(store)).toEqual(['second', 'first']);
        await advance(lease_ms);
        await store.claim({ key: stored('first'), holder: 'exec_other/charge/run', lease_ms, owner });
        expect(await keys(store)).toEqual(['first', 'second']);
      });

      it('looks through many for a rare one', async () => {
        const { store } = await make();
        await have(store, 'rare');
        for (let n = 0; n < 300; n++) await have(store, `key_${n}`);
        expect(await keys(store, { text: 'rare' })).toEqual(['rare']);
        expect(await store.list({ text: 'rare', limit: 50 })).toMatchObject({ next: null });
      });
    });
  });
}
