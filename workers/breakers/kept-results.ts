/**
 * Last good results of calls, for circuit breakers with a cached fallback. They lie in the platform's cache of the place
 * where the call is made, which is in the tenant's region: no row is written, and what is not there is not there.
 */
import type { Json, JsonObject } from '#contracts/json';
import type { KeptResults } from '#workers/performer/guarded';

/** A larger result is not kept, characters. */
const LARGEST = 1024 * 1024;

export const keptResults: KeptResults = {
  async get(key) {
    try {
      const found = await caches.default.match(addressOf(key));
      return found && ((await found.json()) as { output: Json; response?: JsonObject });
    } catch {
      return undefined;
    }
  },
  async put(key, result, ttl_ms) {
    const body = JSON.stringify(result);
    if (body.length > LARGEST) return;
    const headers = { 'content-type': 'application/json', 'cache-control': `max-age=${Math.max(1, Math.floor(ttl_ms / 1000))}` };
    try {
      await caches.default.put(addressOf(key), new Response(body, { headers }));
    } catch {
      // It stands in for nothing then.
    }
  },
};

/** Nobody answers there: it is a name. */
function addressOf(key: string): string {
  return `https://kept-results.invalid/${key}`;
}
