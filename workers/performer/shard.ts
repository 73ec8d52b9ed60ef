/** Spreads the keys of a tenant over several objects, so that one does not carry all of them. */

/** More would cost an object for every few keys; fewer would queue behind each other. Never changed: keys would move. */
const SHARDS = 16;

/** Object name of the store that has the key: `{tenant}/{shard}`. */
export function keyShard(tenant: string, key: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return `${tenant}/${(hash >>> 0) % SHARDS}`;
}

/** Object names of all stores of a tenant's keys. */
export function keyShards(tenant: string): string[] {
  return Array.from({ length: SHARDS }, (_, shard) => `${tenant}/${shard}`);
}
