/**
 * Definitions of a tenant, from its home to another region: what is deployed, the compiled graphs with their documents,
 * the files that belong to them, what they may call, how long things are kept, and how much may be at work. Nothing else of the tenant goes along.
 *
 * 1. The list of what is deployed goes last to take effect: the other region refuses it while a definition is missing.
 * 2. A document whose rules keep it out of a region is not among them.
 * 3. A state is sent with the count of changes that it was read under, so a late sender cannot undo a newer one.
 */
import type { PeerDeployment, PeerDeployments, PeerQuota, Replication } from '#contracts/peer';
import { Problem } from '#contracts/problems';
import { goesEverywhere, mayLeaveFor } from '#language/residency';
import type { Outpost } from '#storage/region-ports';
import type { RegionEnv } from '#workers/env';
import { tenantQuota } from '#workers/quota/bounds';
import { Peer } from '#workers/regions/peers';
import { platformRegions } from '#workers/regions/platform';
import { retentionAt } from '#workers/retention/holds';
import { storesOf } from '#workers/stores';

/** What the other region says to a list of deployments: applied, when it misses nothing. */
interface Missing {
  definitions: string[];
  files: string[];
}

/** Throws Problem. */
export async function replicate(env: RegionEnv, tenant: string, { region, wanted }: Pick<Outpost, 'region' | 'wanted'>): Promise<void> {
  const { links, deployments, settings } = storesOf(env);
  const peer = new Peer(env, region, tenant);
  const [deployed, { egress }, retention] = await Promise.all([deployments.everywhere(tenant), settings.read(tenant), retentionAt(env, tenant)]);
  const state: PeerDeployments = { revision: wanted, deployments: await leaving(env, tenant, region, deployed), egress, retention };
  let missing = await peer.ask<Missing>('PUT', '/deployments', state);
  for (const hash of missing.definitions) await sendDefinition(env, peer, tenant, hash);
  if (missing.definitions.length > 0) missing = await peer.ask<Missing>('PUT', '/deployments', state);
  for (const sha256 of missing.files) await sendFile(env, peer, tenant, sha256);
  if (missing.files.length > 0) missing = await peer.ask<Missing>('PUT', '/deployments', state);
  if (missing.definitions.length + missing.files.length > 0) throw new Problem('internal', `The region ${region} did not keep what it was sent.`);
  await sendQuota(env, peer, tenant, wanted);
  await links.noteSent(tenant, region, wanted);
}

/** A region of the version before knows of none, and bounds nothing. */
async function sendQuota(env: RegionEnv, peer: Peer, tenant: string, revision: number): Promise<void> {
  const quota: PeerQuota = { revision, ...(await tenantQuota(env, tenant)) };
  try {
    await peer.ask('PUT', '/quota', quota);
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'not_found')) throw error;
  }
}

/** Of what is deployed that which its own rules let go there. */
async function leaving(env: RegionEnv, tenant: string, region: string, deployed: PeerDeployment[]): Promise<PeerDeployment[]> {
  const kept: PeerDeployment[] = [];
  for (const each of deployed) {
    const rules = (await storesOf(env).definitions.get(tenant, each.hash))?.residency;
    if (!rules || mayLeaveFor(rules, { slug: tenant, region: env.REGION }, region) !== false) kept.push(each);
  }
  return kept;
}

/** One definition that may not be deployed any more, for an execution that is pinned to it. */
export async function sendDefinition(env: RegionEnv, peer: Peer, tenant: string, hash: string): Promise<void> {
  const { definitions } = storesOf(env);
  const [definition, source] = await Promise.all([definitions.get(tenant, hash), definitions.source(tenant, hash)]);
  if (!definition || source === null) throw new Problem('internal', `The definition ${hash} is not in the store.`);
  await peer.ask('PUT', '/definitions', { definition, source });
}

async function sendFile(env: RegionEnv, peer: Peer, tenant: string, sha256: string): Promise<void> {
  const bytes = await storesOf(env).files.open(tenant, sha256);
  if (!bytes) throw new Problem('internal', `The file ${sha256} is not in the store.`);
  await peer.ask('PUT', `/files/${sha256}`, new Uint8Array(await new Response(bytes).arrayBuffer()));
}

/** All regions of the platform get what is deployed, whether executions live there or not; but the one that the tenant has left lately. Throws Problem. */
export async function openEverywhere(env: RegionEnv, tenant: string): Promise<void> {
  const { links, moves } = storesOf(env);
  const left = await moves.cameFrom(tenant, Date.now());
  for (const region of await platformRegions(env)) if (region !== env.REGION && region !== left) await links.open(tenant, region, Date.now());
  await env.PROJECTION.send({ kind: 'replicate', tenant });
}

/**
 * What is deployed, or what of the tenant goes along with it, has changed: the other regions hear of it by the queue, and before anything is started
 * there. `hash`: of the definition that was deployed.
 */
export async function deploymentsChanged(env: RegionEnv, tenant: string, hash?: string): Promise<void> {
  const { links } = storesOf(env);
  const replication = (await links.replication(tenant)) ?? (await askedFor(env, tenant, hash));
  if (replication === 'cross-region') {
    // What is deployed stands; a region that was added meanwhile hears of the next change.
    await openEverywhere(env, tenant).catch((error) => console.error(JSON.stringify({ level: 'error', message: `replication: ${String(error)}`, tenant })));
  }
  if ((await links.outposts(tenant)).length === 0) return;
  await links.touch(tenant);
  await env.PROJECTION.send({ kind: 'replicate', tenant });
}

/** The queue's order. Throws when a region was not reached, so that the queue asks again. */
export async function replicateAll(env: RegionEnv, tenant: string): Promise<void> {
  const behind = (await storesOf(env).links.outposts(tenant)).filter(({ wanted, sent, clearing }) => sent < wanted && !clearing);
  const results = await Promise.allSettled(behind.map((outpost) => replicate(env, tenant, outpost)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** What the rules of a definition say, where its tenant says nothing. */
async function askedFor(env: RegionEnv, tenant: string, hash: string | undefined): Promise<Replication | null> {
  const rules = hash === undefined ? undefined : (await storesOf(env).definitions.get(tenant, hash))?.residency;
  return rules && goesEverywhere(rules, { slug: tenant, region: env.REGION }) ? 'cross-region' : null;
}
