/** An object's alarm under the time of the test, which stands until it is moved. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, vi } from 'vitest';

/** For each test of the file. */
export function timeStands(): void {
  beforeEach(() => {
    // Far ahead of the real clock, so that no alarm fires unless the test says so.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2099, 0, 1) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}

/** Moves time on, and rings the alarm that is due by then. */
export async function advance(stub: DurableObjectStub, ms: number): Promise<void> {
  vi.setSystemTime(Date.now() + ms);
  const alarm = await runInDurableObject(stub, (_, state) => state.storage.getAlarm());
  if (alarm !== null && alarm <= Date.now()) await runDurableObjectAlarm(stub);
}
