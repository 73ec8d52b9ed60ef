/**
 * Where an execution lives: in the region that its pipeline's `residency` names, else where it is started.
 *
 * 1. It is decided at the door, before anything is stored: of an execution that lives elsewhere this region keeps
 *    nothing. Only what the template names is looked at.
 * 2. Only definitions go ahead of it, and only those of tenants that let them (`replication`).
 * 3. Data does not come back: a step that would wait for an execution in another region is refused.
 */

import { SLUG } from '#contracts/ids';
import type { PeerStart } from '#contracts/peer';
import { Problem } from '#contracts/problems';
import type { RegionEnv } from '#workers/env';
import { Peer } from '#workers/regions/peers';
import { replicate, sendDefinition } from '#workers/regions/replicate';
import { renderAtStart } from '#workers/render-at-start';
import type { Started, StartOrder } from '#workers/start';
import { storesOf } from '#workers/stores';

/** Throws Problem: missing_value, template_error, unknown_region. */
export function residencyOf(env: Pick<RegionEnv, 'REGION'>, order: StartOrder): string {
  const template = order.pipeline.residency;
  if (template === undefined || order.stays) return env.REGION;
  const region = renderAtStart(order, template, 'residency').trim().toLowerCase();
  if (SLUG.test(region)) return region;
  throw new Problem('unknown_region', `residency of ${order.pipeline.name} comes to "${region.slice(0, 40)}", which is not the name of a region.`);
}

/** Throws Problem: residency_refused, unknown_region, region_unavailable, other_region. */
export async function startElsewhere(env: RegionEnv, order: StartOrder, region: string): Promise<Started> {
  const { tenant, deployment, pipeline } = order;
  if (order.called?.parent.waits) {
    throw new Problem('other_region', `${pipeline.name} is to run in ${region}; its result would have to come from there to ${env.REGION}.`);
  }
  const { tenants, links } = storesOf(env);
  const { deployment: _, pipeline: __, tenant: ___, stays: ____, called, ...rest } = order;
  const { workflow, workflow_id, version, hash, environment } = deployment;
  const start: PeerStart = {
    ...rest,
    region,
    deployment: { workflow, workflow_id, version, hash, environment },
    pipeline: pipeline.name,
    ...(called ? { called } : {}),
  };
  const home = (await tenants.get(tenant)) ? env.REGION : await links.homeOf(tenant);
  // The home knows which regions the tenant has.
  if (home !== null && home !== env.REGION) return new Peer(env, home, tenant).ask('POST', '/executions', start);
  const peer = await opened(env, tenant, region);
  try {
    return await peer.ask<Started>('POST', '/executions', start);
  } catch (error) {
    // A version that is not deployed any more, or that was deployed a moment ago.
    if (!(error instanceof Problem) || error.code !== 'not_replicated') throw error;
    await sendDefinition(env, peer, tenant, hash);
    return peer.ask('POST', '/executions', start);
  }
}

/** The other region, once it knows what the tenant has deployed. */
async function opened(env: RegionEnv, tenant: string, region: string): Promise<Peer> {
  const { links } = storesOf(env);
  if ((await links.replication(tenant)) === 'none') throw new Problem('residency_refused', `Nothing of ${tenant} may go to ${region}.`);
  const known = (await links.outposts(tenant)).find((outpost) => outpost.region === region);
  if (!known) {
    // First there, then noted here: a region that there is not leaves no note.
    await replicate(env, tenant, { region, wanted: 0 });
    await links.open(tenant, region, Date.now());
  } else if (known.sent < known.wanted) {
    await replicate(env, tenant, known);
  }
  return new Peer(env, region, tenant);
}
