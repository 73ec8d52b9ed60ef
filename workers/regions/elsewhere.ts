/**
 * Calls about executions that live in another region than their tenant: which region that is, and the call handed there.
 *
 * An execution's id is that of its object, which only the region that made it accepts: so the id itself says whether it
 * is of this region, and each region of the tenant can be asked without a look into any store. Of a tenant that has moved
 * here those of its old home are here, too.
 */
import type { ExecutionSummary } from '#contracts/execution';
import { hexFromExecutionId } from '#contracts/ids';
import { Problem } from '#contracts/problems';
import type { RegionEnv } from '#workers/env';
import { executionStub, isOfThisRegion } from '#workers/execution-stub';
import type { Actor } from '#workers/identity/actor';
import { Peer } from '#workers/regions/peers';
import { storesOf } from '#workers/stores';

export const REGION_HEADER = 'x-region';

/** The region that answers this call of a tenant's own people; `null`: this one. Throws Problem: unknown_region, residency_refused, other_region. */
export async function elsewhere(env: RegionEnv, actor: Actor, request: Request, params: Record<string, string>, url: URL): Promise<Peer | null> {
  const { tenant } = actor;
  const asked = request.headers.get(REGION_HEADER)?.toLowerCase();
  if (asked !== undefined) {
    if (asked === env.REGION) return null;
    const outposts = await storesOf(env).links.outposts(tenant);
    const outpost = outposts.find(({ region }) => region === asked);
    if (outpost?.clearing && request.method !== 'GET') throw new Problem('residency_refused', `What lives of ${tenant} in ${asked} is being erased.`);
    if (outpost) return new Peer(env, asked, tenant);
    const regions = [env.REGION, ...outposts.map(({ region }) => region)];
    throw new Problem('unknown_region', `${tenant} has nothing in the region ${asked.slice(0, 40)}; it has ${regions.join(', ')}.`, { extra: { regions } });
  }
  const ids = [params.execution, params.letter, ...['left', 'right'].map((key) => url.searchParams.get(key))].filter(isExecutionId);
  const here = await Promise.all(ids.map((id) => livesHere(env, tenant, id)));
  const foreign = ids.filter((_, at) => !here[at]);
  if (foreign.length === 0) return null;
  const peers = await Promise.all(foreign.map((id) => regionOf(env, tenant, id)));
  const peer = peers[0]!;
  if (peer === null) return null;
  if (foreign.length < ids.length || peers.some((other) => other?.region !== peer.region)) {
    throw new Problem('other_region', `${ids.join(' and ')} live in different regions.`);
  }
  return peer;
}

/** Whether an execution is this region's: made here, or come with its tenant. */
export async function livesHere(env: RegionEnv, tenant: string, id: string): Promise<boolean> {
  if (isOfThisRegion(env, id)) return true;
  if (hexFromExecutionId(id) === undefined || !(await storesOf(env).moves.hasArrived(tenant))) return false;
  return (await executionStub(env, id).summary(tenant)) !== null;
}

/** The region of an execution that is not of this one; `null` when no region of the tenant has it. Throws Problem('region_unavailable') when one of them cannot be asked. */
export async function regionOf(env: RegionEnv, tenant: string, id: string): Promise<Peer | null> {
  const peers = (await storesOf(env).links.outposts(tenant)).map(({ region }) => new Peer(env, region, tenant));
  // Only it can know.
  if (peers.length === 1) return peers[0]!;
  const answers = await Promise.allSettled(peers.map((peer) => peer.ask('GET', `/executions/${id}`)));
  const at = answers.findIndex((answer) => answer.status === 'fulfilled');
  if (at >= 0) return peers[at]!;
  for (const answer of answers) {
    if (answer.status === 'rejected' && !(answer.reason instanceof Problem && answer.reason.code === 'unknown_execution')) throw answer.reason;
  }
  return null;
}

/** The line of an execution of another region; `null` when there is none. */
export async function lookElsewhere(env: RegionEnv, tenant: string, id: string): Promise<ExecutionSummary | null> {
  try {
    const peer = await regionOf(env, tenant, id);
    return peer && (await peer.ask<ExecutionSummary>('GET', `/executions/${id}`));
  } catch (error) {
    if (error instanceof Problem && error.code === 'unknown_execution') return null;
    throw error;
  }
}

function isExecutionId(id: string | null | undefined): id is string {
  return typeof id === 'string' && hexFromExecutionId(id) !== undefined;
}
