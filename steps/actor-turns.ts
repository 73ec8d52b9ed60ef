/**
 * Whose turn it is among the actors of a pool that take turns (`routing: round-robin`).
 *
 * Invariants
 * 1. The actor becomes a part of the step's input, which is on disk before the message goes out: a further attempt, also
 *    after a crash, goes to the same actor, which takes the message once.
 * 2. Each isolate counts for itself, from a place drawn by chance, so that many of them do not begin with the same actor.
 */
import { isJsonObject, type JsonObject } from '#contracts/json';

/** The number of the next turn, by pool; the pool used longest ago first. */
const turns = new Map<string, number>();
const MAX_POOLS = 1000;

/** `context` is that of the step: a pool belongs to an application of a tenant. */
export function actorInTurn(pool: string, size: number, { meta }: JsonObject): string {
  const { tenant = null, workflow = null, environment = null } = isJsonObject(meta) ? meta : {};
  const key = JSON.stringify([tenant, workflow, environment, pool]);
  const turn = turns.get(key) ?? Math.floor(Math.random() * size);
  turns.delete(key);
  turns.set(key, turn + 1);
  if (turns.size > MAX_POOLS) turns.delete(turns.keys().next().value!);
  return `${pool}-${turn % size}`;
}
