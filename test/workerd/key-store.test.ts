/** The store of keys in its object: the runtime's SQLite under the time of the test. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { KeyStoreRpc } from '#contracts/execution-rpc';
import { keyStoreConformance } from '../conformance/key-store.ts';

let count = 0;
const open = () => env.KEY_STORE.get(env.KEY_STORE.idFromName(`acme/${count++}`));
// The type of a stub over recursive JSON is too deep for the checker; the stub has the methods all the same.
const doorOf = (stub: unknown) => stub as KeyStoreRpc;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

keyStoreConformance('object', async () => {
  const stub = open();
  const store = doorOf(stub);
  return {
    store,
    // Timers of the object have to fire where the object may touch its storage.
    advance: (ms) => runInDurableObject(stub, () => void vi.advanceTimersByTime(ms)),
    async restart() {
      await evictDurableObject(stub);
      return store;
    },
  };
});

it('sets an alarm that removes what is over', async () => {
  const stub = open();
  await doorOf(stub).claim({ key: 'k', holder: 'a', lease_ms: 1000 });
  await doorOf(stub).settle({ key: 'k', holder: 'a', result: { output: 1 }, ttl_ms: 2000 });
  vi.setSystemTime(Date.now() + 2 * 3_600_000);
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect(await runInDurableObject(stub, (_object, state) => state.storage.sql.exec<{ n: number }>('SELECT count(*) AS n FROM keys').one().n)).toBe(0);
  expect(await runDurableObjectAlarm(stub)).toBe(false);
});
