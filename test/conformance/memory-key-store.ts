/** The store of keys in memory, under a clock that the test moves: the rules are the object's own. */
import type { KeyPlace, KeyStoreRpc } from '#contracts/key-store';
import { comparePlaces, type KeyLine } from '#objects/key-list';
import { type KeyClock, type KeyRecord, type KeyRecords, KeyStore } from '#objects/key-store-core';

/** Time that stands still until it is moved; what is due happens in order. */
export class TestClock implements KeyClock {
  time = 1_000_000;
  wake: number | undefined;
  #timers: { at: number; call: () => void }[] = [];

  now = () => this.time;

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.time + ms, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  wakeAt(instant: number): void {
    if (this.wake === undefined || instant < this.wake) this.wake = instant;
  }

  advance(ms: number): void {
    const end = this.time + ms;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.time = Math.max(this.time, next.at);
      this.#timers = this.#timers.filter((one) => one !== next);
      next.call();
    }
    this.time = end;
  }

  forgetTimers(): void {
    this.#timers = [];
  }

  #next(end: number) {
    return this.#timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

export class MemoryKeyRecords implements KeyRecords {
  readonly map = new Map<string, KeyRecord>();

  get(key: string) {
    const record = this.map.get(key);
    return record && { ...record };
  }
  put(key: string, record: KeyRecord) {
    this.map.set(key, { ...record });
  }
  delete(key: string) {
    this.map.delete(key);
  }
  newest(before: KeyPlace | undefined, limit: number): KeyLine[] {
    const lines = [...this.map].flatMap(([key, { at, owner, holder, until, result }]) =>
      at === undefined || !owner ? [] : [{ key, at, owner, holder, until, has_result: result !== undefined }],
    );
    return lines
      .filter((line) => !before || comparePlaces(line, before) < 0)
      .sort((left, right) => comparePlaces(right, left))
      .slice(0, limit);
  }
  removeBefore(instant: number, after: string, limit: number) {
    const keys = [...this.map.keys()]
      .filter((key) => key > after)
      .sort()
      .slice(0, limit);
    for (const key of keys) if (this.map.get(key)!.until < instant) this.map.delete(key);
    const left = keys.flatMap((key) => this.map.get(key)?.until ?? []);
    return { ...(left.length === 0 ? {} : { next: Math.min(...left) }), ...(keys.length < limit ? {} : { place: keys.at(-1)! }) };
  }
}

export function memoryKeyStore(clock = new TestClock(), records = new MemoryKeyRecords()): KeyStoreRpc {
  return new KeyStore(records, clock);
}
