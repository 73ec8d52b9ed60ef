/** Spreads the keys of a tenant over several objects, so that one does not carry all of them. */
import { fnv1a } from '#contracts/fnv1a';

/** More would cost an object for every few keys; fewer would queue behind each other. Never changed: keys would move. */
const SHARDS = 16;

/** Object name of the store that has the key: `{tenant}/{shard}`. */
export function keyShard(tenant: string, key: string): string {
  return `${tenant}/${fnv1a(key) % SHARDS}`;
}

/** Object names of all stores of a tenant's keys. */
export function keyShards(tenant: string): string[] {
  return Array.from({ length: SHARDS }, (_, shard) => `${tenant}/${shard}`);
}
