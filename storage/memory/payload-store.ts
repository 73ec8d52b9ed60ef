/** Memory twin of the payload store. */
import type { PayloadStore } from '#storage/ports';

export class MemoryPayloadStore implements PayloadStore {
  readonly #stored = new Map<string, string>();

  async put(key: string, text: string): Promise<void> {
    this.#stored.set(key, text);
  }

  async get(key: string): Promise<string | null> {
    return this.#stored.get(key) ?? null;
  }
}
