/**
 * Definitions in R2, by content: `definitions/{tenant}/{hash}.json` is the compiled graph, `….yaml` the document it came from.
 * What a hash names never changes, so the isolate's cache has no lifetime; the same object comes out each time,
 * which lets others keep what they compile from it beside it.
 */
import type { Definition } from '#contracts/definition';
import { IsolateCache } from '#storage/isolate-cache';
import type { DefinitionStore } from '#storage/ports';

/** Definitions kept in an isolate of 128 MB. */
const CACHED_DEFINITIONS = 200;

export type DefinitionCache = IsolateCache<Definition>;

export function createDefinitionCache(): DefinitionCache {
  return new IsolateCache({ max: CACHED_DEFINITIONS });
}

export class R2DefinitionStore implements DefinitionStore {
  readonly #bucket: R2Bucket;
  readonly #cache: DefinitionCache;

  constructor(bucket: R2Bucket, cache: DefinitionCache = createDefinitionCache()) {
    this.#bucket = bucket;
    this.#cache = cache;
  }

  async put(tenant: string, definition: Definition, source: string): Promise<void> {
    const key = keyOf(tenant, definition.hash);
    await Promise.all([
      this.#bucket.put(`${key}.json`, JSON.stringify(definition), { httpMetadata: { contentType: 'application/json' } }),
      this.#bucket.put(`${key}.yaml`, source, { httpMetadata: { contentType: 'application/yaml' } }),
    ]);
  }

  async get(tenant: string, hash: string): Promise<Definition | null> {
    const key = keyOf(tenant, hash);
    const cached = this.#cache.get(key);
    if (cached) return cached;
    const stored = await this.#bucket.get(`${key}.json`);
    if (!stored) return null;
    const definition = await stored.json<Definition>();
    this.#cache.set(key, definition);
    return definition;
  }

  async source(tenant: string, hash: string): Promise<string | null> {
    const stored = await this.#bucket.get(`${keyOf(tenant, hash)}.yaml`);
    return stored ? await stored.text() : null;
  }
}

function keyOf(tenant: string, hash: string): string {
  return `definitions/${tenant}/${hash}`;
}
