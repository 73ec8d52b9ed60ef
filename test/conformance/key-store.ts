/**
 * What every store of keys keeps to. Time is the suite's: `advance` moves the clock of the store and fires what is due.
 */
import { describe, expect, it } from 'vitest';
import type { KeyStoreRpc } from '#contracts/execution-rpc';

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
      expect(await store.claim({ key: 'k', holder: 'a', lease_ms })).toEqual(run);
    });

    it('keeps keys apart', async () => {
      const { store } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms });
      expect(await store.claim({ key: 'l', holder: 'b', lease_ms })).toEqual(run);
    });

    it('answers a stored result to everybody, the holder too', async () => {
      const { store } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms });
      await store.settle({ key: 'k', holder: 'a', result: { output: { id: 1 }, response: { status_code: 201 } }, ttl_ms });
      const stored = { kind: 'stored', output: { id: 1 }, response: { status_code: 201 }, holder: 'a' };
      expect(await store.claim({ key: 'k', holder: 'b', lease_ms })).toEqual(stored);
      expect(await store.claim({ key: 'k', holder: 'a', lease_ms })).toEqual(stored);
    });

    it('shows what is known of a key, and nothing once its time is over', async () => {
      const { store, advance } = await make();
      expect(await store.look('k')).toBeNull();
      await store.claim({ key: 'k', holder: 'exec_1/charge/run', lease_ms });
      const open = await store.look('k');
      expect(open).toEqual({ holder: 'exec_1/charge/run', until: open!.until });
      await store.settle({ key: 'k', holder: 'exec_1/charge/run', result: { output: { id: 1 }, response: { status_code: 201 } }, ttl_ms });
      const kept = await store.look('k');
      expect(kept).toEqual({ holder: 'exec_1/charge/run', until: kept!.until, result: { output: { id: 1 }, response: { status_code: 201 } } });
      await advance(ttl_ms + 1);
      expect(await store.look('k')).toBeNull();
    });

    it('forgets a result whose effect was undone, once, and says so to the next', async () => {
      const { store } = await make();
      const result = { output: { charge: 1 } };
      await store.claim({ key: 'k', holder: 'exec_1/charge/run', lease_ms });
      await store.settle({ key: 'k', holder: 'exec_1/charge/run', result, ttl_ms });
      await store.forget({ key: 'k', by: 'exec_2', ttl_ms });
      expect(await store.claim({ key: 'k', holder: 'exec_2/charge/run', lease_ms })).toMatchObject({ kind: 'stored' });
      await store.forget({ key: 'k', by: 'exec_1', ttl_ms });
      expect(await store.claim({ key: 'k', holder: 'exec_2/charge/run', lease_ms })).toEqual({ kind: 'run', undone: 1 });
      await store.settle({ key: 'k', holder: 'exec_2/charge/run', result, ttl_ms });
      // The undoing of the first is repeated after a crash: the second's result stands.
      await store.forget({ key: 'k', by: 'exec_1', ttl_ms });
      expect(await store.claim({ key: 'k', holder: 'exec_3/charge/run', lease_ms })).toMatchObject({ kind: 'stored', holder: 'exec_2/charge/run' });
    });

    it('gives the key to the same holder again while its claim is open', async () => {
      const { store } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms });
      expect(await store.claim({ key: 'k', holder: 'a', lease_ms })).toEqual(run);
    });

    it('lets others wait, and gives them the result', async () => {
      const { store } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms });
      const waiting = [store.claim({ key: 'k', holder: 'b', lease_ms }), store.claim({ key: 'k', holder: 'c', lease_ms })];
      expect(await isOpen(waiting[0]!, store)).toBe(true);
      await store.settle({ key: 'k', holder: 'a', result: { output: 7 }, ttl_ms });
      expect(await Promise.all(waiting)).toEqual([
        { kind: 'stored', output: 7, holder: 'a' },
        { kind: 'stored', output: 7, holder: 'a' },
      ]);
    });

    it('hands the key to one of those who wait when the effect failed', async () => {
      const { store } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms });
      const b = store.claim({ key: 'k', holder: 'b', lease_ms });
      const c = store.claim({ key: 'k', holder: 'c', lease_ms });
      await isOpen(c, store);
      await store.settle({ key: 'k', holder: 'a', ttl_ms });
      expect(await b).toEqual(run);
      expect(await isOpen(c, store)).toBe(true);
      await store.settle({ key: 'k', holder: 'b', result: { output: 'b' }, ttl_ms });
      expect(await c).toEqual({ kind: 'stored', output: 'b', holder: 'b' });
    });

    it('keeps nothing of a failed effect', async () => {
      const { store } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms });
      await store.settle({ key: 'k', holder: 'a', ttl_ms });
      expect(await store.claim({ key: 'k', holder: 'b', lease_ms })).toEqual(run);
    });

    it('hands the key on when a lease ends', async () => {
      const { store, advance } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms: 100 });
      const b = store.claim({ key: 'k', holder: 'b', lease_ms: 100 });
      const c = store.claim({ key: 'k', holder: 'c', lease_ms: 100 });
      expect(await isOpen(b, store)).toBe(true);
      await advance(150);
      expect(await b).toEqual(run);
      expect(await isOpen(c, store)).toBe(true);
      await advance(150);
      expect(await c).toEqual(run);
    });

    it('takes nothing from one whose key another has', async () => {
      const { store, advance } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms: 100 });
      await advance(150);
      expect(await store.claim({ key: 'k', holder: 'b', lease_ms })).toEqual(run);
      await store.settle({ key: 'k', holder: 'a', result: { output: 'late' }, ttl_ms });
      await store.settle({ key: 'k', holder: 'a', ttl_ms });
      const c = store.claim({ key: 'k', holder: 'c', lease_ms });
      expect(await isOpen(c, store)).toBe(true);
      await store.settle({ key: 'k', holder: 'b', result: { output: 'right' }, ttl_ms });
      expect(await c).toEqual({ kind: 'stored', output: 'right', holder: 'b' });
    });

    it('takes a late result while nobody else has the key', async () => {
      const { store, advance } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms: 100 });
      await advance(150);
      await store.settle({ key: 'k', holder: 'a', result: { output: 'late' }, ttl_ms });
      expect(await store.claim({ key: 'k', holder: 'b', lease_ms })).toEqual({ kind: 'stored', output: 'late', holder: 'a' });
    });

    it('never replaces a result', async () => {
      const { store } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms });
      await store.settle({ key: 'k', holder: 'a', result: { output: 1 }, ttl_ms });
      await store.settle({ key: 'k', holder: 'a', result: { output: 2 }, ttl_ms });
      await store.settle({ key: 'k', holder: 'a', ttl_ms });
      expect(await store.claim({ key: 'k', holder: 'b', lease_ms })).toMatchObject({ output: 1 });
    });

    it('forgets a result when its time is over', async () => {
      const { store, advance } = await make();
      await store.claim({ key: 'k', holder: 'a', lease_ms });
      await store.settle({ key: 'k', holder: 'a', result: { output: 1 }, ttl_ms: 100 });
      await advance(150);
      expect(await store.claim({ key: 'k', holder: 'b', lease_ms })).toEqual(run);
    });

    it('keeps claims and results over a restart', async () => {
      const { store, restart } = await make();
      await store.claim({ key: 'open', holder: 'a', lease_ms });
      await store.claim({ key: 'done', holder: 'a', lease_ms });
      await store.settle({ key: 'done', holder: 'a', result: { output: 1 }, ttl_ms });
      const next = await restart();
      expect(await next.claim({ key: 'done', holder: 'b', lease_ms })).toMatchObject({ kind: 'stored', output: 1 });
      const b = next.claim({ key: 'open', holder: 'b', lease_ms });
      expect(await isOpen(b, next)).toBe(true);
      expect(await next.claim({ key: 'open', holder: 'a', lease_ms })).toEqual(run);
      await next.settle({ key: 'open', holder: 'a', result: { output: 2 }, ttl_ms });
      expect(await b).toMatchObject({ output: 2 });
    });

    it('keeps results of several megabytes', async () => {
      const { store, restart } = await make();
      const output = { text: 'ä'.repeat(2_500_000) };
      await store.claim({ key: 'k', holder: 'a', lease_ms });
      await store.settle({ key: 'k', holder: 'a', result: { output }, ttl_ms });
      const answer = await (await restart()).claim({ key: 'k', holder: 'b', lease_ms });
      expect(answer.kind === 'stored' && JSON.stringify(answer.output) === JSON.stringify(output)).toBe(true);
    });
  });
}
