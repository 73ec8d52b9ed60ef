/**
 * Executions under one idempotency key, one after the other: each begins once the time of the one before is over, and every
 * start of the key asks the first, which leads on.
 *
 * The first stays as long as a later one does: without it the key would begin anew while the later one still holds it. Those
 * between go once the first leads past them.
 */
import type { Age, AgeQuery, ExecutionKey } from '#contracts/retention';
import type { RegionEnv } from '#workers/env';
import { executionStub, isOfThisRegion, namedExecutionId, newExecutionStub } from '#workers/execution-stub';
import { keyedGeneration, keyedName } from '#workers/start';

/** How far a chain is followed; what leads further stays. */
const GENERATIONS = 100;

/** Whether starts of its key come to the right execution without this one. `leadsTo`: what it says itself. */
export async function isFreeOfItsKey(env: RegionEnv, tenant: string, id: string, key: ExecutionKey, leadsTo: number, query: AgeQuery): Promise<boolean> {
  const name = keyedName({ tenant, ...key });
  const generation = await generationOf(env, tenant, id, name);
  if (generation === undefined) return false;
  if (generation > 0) {
    const first = await ageAt(env, tenant, name, query);
    if (first && !('elsewhere' in first) && first.generation > generation) return true;
  }
  let next = Math.max(leadsTo, generation + 1);
  for (let steps = 0; steps < GENERATIONS; steps++) {
    const later = await ageAt(env, tenant, keyedGeneration(name, next), query);
    if (!later) return true;
    if ('elsewhere' in later || !later.is_old) return false;
    next = Math.max(later.generation, next + 1);
  }
  return false;
}

/** Which of its key it is. One that came from another region is known by its names. */
async function generationOf(env: RegionEnv, tenant: string, id: string, name: string): Promise<number | undefined> {
  const isOfHere = isOfThisRegion(env, id);
  const names = isOfHere ? [] : (await executionStub(env, id).carry({ do: 'names', tenant })).names;
  for (let generation = 0; generation <= GENERATIONS; generation++) {
    const each = keyedGeneration(name, generation);
    if (isOfHere ? namedExecutionId(env, each) === id : names.includes(each)) return generation;
  }
  return undefined;
}

/** Of the execution that this name leads to, in whatever region it was made. */
async function ageAt(env: RegionEnv, tenant: string, name: string, query: AgeQuery): Promise<Age | null> {
  const age = await newExecutionStub(env, name).age(tenant, query);
  return age && 'elsewhere' in age ? executionStub(env, age.elsewhere).age(tenant, query) : age;
}
