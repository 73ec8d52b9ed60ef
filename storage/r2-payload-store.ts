/**
 * Large values in R2 under the key that their `PayloadRef` carries, as JSON text.
 * The key holds the content's hash, so writing one twice changes nothing.
 */
import type { PayloadStore } from '#storage/ports';

export class R2PayloadStore implements PayloadStore {
  readonly #bucket: R2Bucket;

  constructor(bucket: R2Bucket) {
    this.#bucket = bucket;
  }

  async put(key: string, text: string): Promise<void> {
    await this.#bucket.put(key, text, { httpMetadata: { contentType: 'application/json' } });
  }

  async get(key: string): Promise<string | null> {
    const stored = await this.#bucket.get(key);
    return stored ? await stored.text() : null;
  }
}
