/**
 * Where an execution lives: in the region that its pipeline's `residency` names, else by the rules of its document's
 * `regions.data_residency`, else where it is started.
 *
 * 1. It is decided at the door, before anything is stored: of an execution that lives elsewhere this region keeps
 *    nothing. Only what the template or the rules name is looked at.
 * 2. Only definitions go ahead of it, and only those that tenant and document let (`replication`).
 * 3. Data does not come back: a step that would wait for an execution in another region is refused.
 */

import type { PeerStart } from '#contracts/peer';
import { Problem } from '#contracts/problems';
import { regionOfName } from '#contracts/residency';
import { mayLeaveFor, ruleFor } from '#language/residency';
import type { RegionEnv } from '#workers/env';
import { Peer } from '#workers/regions/peers';
import { replicate, sendDefinition } from '#workers/regions/replicate';
import { atStart, renderAtStart, startContext } from '#workers/render-at-start';
import type { Started, StartOrder } from '#workers/start';
import { storesOf } from '#workers/stores';

/** Throws Problem: missing_value, template_error, expression_error, unknown_region. */
export async function residencyOf(env: RegionEnv, order: StartOrder): Promise<string> {
  if (order.stays) return env.REGION;
  const template = order.pipeline.residency;
  if (template === undefined) return byRules(env, order);
  const text = renderAtStart(order, template, 'residency').trim();
  const region = regionOfName(text);
  if (region !== undefined) return region;
  throw new Problem('unknown_region', `residency of ${order.pipeline.name} comes to "${text.slice(0, 40)}", which is not the name of a region.`);
}

async function byRules(env: RegionEnv, order: StartOrder): Promise<string> {
  const { tenant, deployment, called } = order;
  // It works on data of its caller, so it is where that is.
  if (called) return env.REGION;
  const rules = (await storesOf(env).definitions.get(tenant, deployment.hash))?.residency;
  if (!rules) return env.REGION;
  const home = (await homeOf(env, tenant)) ?? env.REGION;
  const rule = atStart(order, 'data_residency', () => ruleFor(rules, startContext(order), { slug: tenant, region: home }, Date.now()));
  return rule?.region ?? env.REGION;
}

/** Throws Problem: residency_refused, unknown_region, region_unavailable, other_region. */
export async function startElsewhere(env: RegionEnv, order: StartOrder, region: string): Promise<Started> {
  const { tenant, deployment, pipeline } = order;
  if (order.called?.parent.waits) {
    throw new Problem('other_region', `${pipeline.name} is to run in ${region}; its result would have to come from there to ${env.REGION}.`);
  }
  const { deployment: _, pipeline: __, tenant: ___, stays: ____, uncounted: _____, let_in: ______, called, ...rest } = order;
  const { workflow, workflow_id, version, hash, environment } = deployment;
  const start: PeerStart = {
    ...rest,
    region,
    deployment: { workflow, workflow_id, version, hash, environment },
    pipeline: pipeline.name,
    ...(called ? { called } : {}),
  };
  const home = await homeOf(env, tenant);
  // The home knows which regions the tenant has, and what may leave.
  if (home !== null && home !== env.REGION) return new Peer(env, home, tenant).ask('POST', '/executions', start);
  const rules = (await storesOf(env).definitions.get(tenant, hash))?.residency;
  if (rules && mayLeaveFor(rules, { slug: tenant, region: env.REGION }, region) === false)
    throw new Problem('residency_refused', `data_residency of ${workflow} lets nothing of it leave for ${region}.`);
  const peer = await opened(env, tenant, region);
  const begin = () => peer.ask<Started>('POST', '/executions', start);
  try {
    return await begin();
  } catch (error) {
    const code = error instanceof Problem ? error.code : undefined;
    // A version that is not deployed any more, or that was deployed a moment ago.
    if (code === 'not_replicated') await sendDefinition(env, peer, tenant, hash);
    else if (code === 'region_not_ready') await tellAnew(env, tenant, region);
    else throw error;
    return begin();
  }
}

/** The region has let go of what it had of the tenant, and this one had not heard of that. */
async function tellAnew(env: RegionEnv, tenant: string, region: string): Promise<void> {
  const { links } = storesOf(env);
  const known = (await links.outposts(tenant)).find((outpost) => outpost.region === region);
  await replicate(env, tenant, known ?? { region, wanted: 0 });
  await links.open(tenant, region, Date.now());
}

/** The tenant's home; `null`: nothing of it is known here. */
async function homeOf(env: RegionEnv, tenant: string): Promise<string | null> {
  const { tenants, links } = storesOf(env);
  return (await tenants.get(tenant)) ? env.REGION : links.homeOf(tenant);
}

/** The other region, once it knows what the tenant has deployed. */
async function opened(env: RegionEnv, tenant: string, region: string): Promise<Peer> {
  const { links } = storesOf(env);
  if ((await links.replication(tenant)) === 'none') throw new Problem('residency_refused', `Nothing of ${tenant} may go to ${region}.`);
  const known = (await links.outposts(tenant)).find((outpost) => outpost.region === region);
  if (known?.clearing) throw new Problem('residency_refused', `What lives of ${tenant} in ${region} is being erased.`);
  if (!known) {
    await assertNotLeft(env, tenant, region);
    // First there, then noted here: a region that there is not leaves no note.
    await replicate(env, tenant, { region, wanted: 0 });
    await links.open(tenant, region, Date.now());
  } else if (known.sent < known.wanted) {
    await replicate(env, tenant, known);
  }
  return new Peer(env, region, tenant);
}

/** Keys of executions that went along are not known there any more: one that comes again would have its effects twice. */
async function assertNotLeft(env: RegionEnv, tenant: string, region: string): Promise<void> {
  if ((await storesOf(env).moves.cameFrom(tenant, Date.now())) !== region) return;
  throw new Problem('residency_refused', `${tenant} has moved away from ${region} less than thirty days ago; until then nothing of it is started there.`);
}
