/**
 * Keys of steps over all shards, and all regions, of a tenant.
 *
 * 1. A list asks each shard once, and each for a bounded part: nothing is kept for it beside the keys themselves.
 * 2. A key is where its execution is. It is looked for at home first.
 * 3. A key is not released while its execution is at work: it would have its effect beside the next one's.
 */
import type { ErasableRpc } from '#contracts/erasure';
import { FINAL_STATUSES } from '#contracts/execution';
import type { KeyPage, KeyQuery, KeyStoreRpc } from '#contracts/key-store';
import type { CarriableRpc } from '#contracts/moving';
import { Problem } from '#contracts/problems';
import { comparePlaces } from '#objects/key-list';
import type { RegionEnv } from '#workers/env';
import { executionStub } from '#workers/execution-stub';
import { mergeKeyPages, placeIn, placeOfCursor, type RegionalKey } from '#workers/idempotency/key-pages';
import { mergedPage } from '#workers/merged-pages';
import { callsOf } from '#workers/objects/calls';
import { CARRIABLE, ERASABLE, objectNamed } from '#workers/objects/stubs';
import { keyShard, keyShards } from '#workers/performer/shard';
import { everyRegion, type ListedRegion } from '#workers/regions/lists';
import { Peer } from '#workers/regions/peers';
import { storesOf } from '#workers/stores';

type FoundKey = NonNullable<Awaited<ReturnType<KeyStoreRpc['look']>>>;

type KeyObject = KeyStoreRpc & ErasableRpc & CarriableRpc;

/** A holder claims, settles and forgets what is its own. Of two who release a key one has done so. */
const calls = callsOf<KeyObject>('store of keys', {
  ...ERASABLE,
  ...CARRIABLE,
  claim: 'again',
  forget: 'again',
  look: 'again',
  list: 'again',
  release: 'once',
  settle: 'again',
});

/** The object of a shard. */
export function keyStoreOf(env: RegionEnv, shard: string): KeyObject {
  return objectNamed(calls, env.KEY_STORE, env, shard);
}

/** `{execution_id}/{step}/{phase}`; a step in a block has slashes of its own. */
export function partsOfHolder(holder: string): { execution_id: string; step: string } {
  const [execution_id = '', ...rest] = holder.split('/');
  return { execution_id, step: rest.slice(0, -1).join('/') };
}

/** `own`: this region only. Throws Problem('invalid_cursor'). */
export async function listStepKeys(
  env: RegionEnv,
  tenant: string,
  { cursor, ...query }: Omit<KeyQuery, 'before'> & { cursor?: string },
  own: boolean,
): Promise<{ items: RegionalKey[]; next_cursor: string | null; regions?: ListedRegion[] }> {
  const place = cursor === undefined ? undefined : placeOfCursor(cursor);
  const questionTo = (region: string): KeyQuery => ({ ...query, ...(place ? { before: placeIn(region, place) } : {}) });
  const here = () => stepKeysHere(env, tenant, questionTo(env.REGION));
  const { answers, regions } = await everyRegion(env, tenant, own, '/keys/list', questionTo, here);
  const pages = answers.map(({ region, answer }) => ({ ...answer, region }));
  return { ...mergeKeyPages(pages, query.limit), ...(regions ? { regions } : {}) };
}

/** Of this region. */
export async function stepKeysHere(env: RegionEnv, tenant: string, query: KeyQuery): Promise<KeyPage> {
  const pages = await Promise.all(keyShards(tenant).map((shard) => keyStoreOf(env, shard).list(query)));
  return mergedPage(pages, query.limit, { placeOf: ({ at, key }) => ({ at, key }), compare: comparePlaces });
}

/** `own`: in this region only. */
export async function lookForStepKey(env: RegionEnv, tenant: string, stored: string, own: boolean): Promise<{ region: string; found: FoundKey } | null> {
  const here = await stepKeyHere(env, tenant, stored);
  if (here) return { region: env.REGION, found: here };
  const outposts = own ? [] : await storesOf(env).links.outposts(tenant);
  const answers = await Promise.all(
    outposts.map(({ region }) => new Peer(env, region, tenant).ask<{ found: FoundKey | null }>('POST', '/keys/look', { key: stored })),
  );
  const at = answers.findIndex(({ found }) => found !== null);
  return at < 0 ? null : { region: outposts[at]!.region, found: answers[at]!.found! };
}

export function stepKeyHere(env: RegionEnv, tenant: string, stored: string): Promise<FoundKey | null> {
  return keyStoreOf(env, keyShard(tenant, stored)).look(stored);
}

/** Throws Problem: key_at_work, key_free. */
export async function releaseStepKey(env: RegionEnv, tenant: string, region: string, order: { key: string; holder: string }): Promise<void> {
  if (region === env.REGION) await releaseStepKeyHere(env, tenant, order);
  else await new Peer(env, region, tenant).ask('POST', '/keys/release', order);
}

/** Throws Problem: key_at_work, key_free. */
export async function releaseStepKeyHere(env: RegionEnv, tenant: string, order: { key: string; holder: string }): Promise<void> {
  const { execution_id, step } = partsOfHolder(order.holder);
  const holding = await executionStub(env, execution_id).summary(tenant);
  if (holding && !FINAL_STATUSES.includes(holding.status)) {
    throw new Problem('key_at_work', `${execution_id}, whose step ${step} holds the key, is ${holding.status}.`, { extra: { execution_id } });
  }
  switch (await keyStoreOf(env, keyShard(tenant, order.key)).release(order)) {
    case 'running':
      throw new Problem('key_at_work', `The step ${step} of ${execution_id} has its effect right now.`, { extra: { execution_id } });
    case 'gone':
      throw new Problem('key_free', 'Its time was over, or it had been released before.');
    case 'released':
      return;
  }
}
