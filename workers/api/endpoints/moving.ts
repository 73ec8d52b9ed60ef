/** Moving a tenant to another region: asked for, looked at, called off. */
import { moveRequest, moveSchema } from '#contracts/api-moving';
import type { Move } from '#contracts/moving';
import { Problem } from '#contracts/problems';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { ownTenant } from '#workers/api/own-tenant';
import { instant } from '#workers/api/views';
import { moverOf } from '#workers/moving/ports';
import { Peer } from '#workers/regions/peers';
import { platformRegions } from '#workers/regions/platform';

const TAG = 'Platform';

const begin = endpoint({
  route: 'POST /tenants/{tenant}/move',
  tag: TAG,
  summary: 'Move a tenant to another region',
  description:
    'Everything of the tenant goes to the new home: executions with what they wait for, databases, files, secrets, keys, members, the audit log. Meanwhile new work is answered with 503 `tenant_moving` and Retry-After, reading goes on. What was running goes on in the new home under the same ids. The same call again answers how far it is.',
  body: moveRequest,
  answer: moveSchema,
  answers: { 202: { description: 'It has begun', schema: moveSchema } },
  problems: ['unknown_tenant', 'invalid_json', 'unknown_region', 'move_refused', 'region_unavailable'],
  whileMoving: true,
  async handle(call) {
    const { env, tenant, body, actor, now } = ownTenant(call);
    if (body.confirm !== tenant)
      throw new Problem('invalid_request', 'confirm: the slug of the tenant, letter by letter.', {
        errors: [{ code: 'not_confirmed', message: `write ${tenant}`, path: 'confirm' }],
      });
    if (call.from !== undefined) throw new Problem('move_refused', `${tenant} is at home in ${call.from}: it is asked for there, without X-Region.`);
    const mover = moverOf(env, tenant);
    const known = await mover.progress();
    if (known && known.to === body.to) return { body: view(known) };
    if (known) throw new Problem('move_refused', `${tenant} is on its way to ${known.to}.`);
    if (body.to === env.REGION) throw new Problem('move_refused', `${tenant} is at home in ${env.REGION} already.`);
    const regions = await platformRegions(env);
    if (!regions.includes(body.to))
      throw new Problem('unknown_region', `There is no region ${body.to}; there are ${regions.join(', ')}.`, { extra: { regions } });
    const needsKey = (await env.DB.prepare('SELECT 1 AS found FROM data_keys WHERE tenant = ? LIMIT 1').bind(tenant).first()) !== null;
    await new Peer(env, body.to, tenant).ask('POST', '/move/accept', { needs_key: needsKey });
    return { body: view(await mover.begin({ tenant, from: env.REGION, to: body.to, requested_by: actor.by, requested_at: now })) };
  },
});

const progress = endpoint({
  route: 'GET /tenants/{tenant}/move',
  tag: TAG,
  summary: 'How far the move of a tenant is',
  description: 'Also of the last one that is over, where the tenant has come from another region.',
  answer: moveSchema,
  answers: { 200: { description: 'Where it stands', schema: moveSchema } },
  problems: ['unknown_tenant', 'not_found'],
  whileMoving: true,
  async handle(call) {
    const move = await moveOfTenant(ownTenant(call));
    if (!move) throw new Problem('not_found', `${call.tenant} is not being moved.`);
    return { body: view(move) };
  },
});

const cancel = endpoint({
  route: 'DELETE /tenants/{tenant}/move',
  tag: TAG,
  summary: 'Call off the move of a tenant',
  description: 'Until the new home has taken over. Everything goes on where it was, and what was sent is erased there.',
  answer: moveSchema,
  answers: { 202: { description: 'It is being taken back', schema: moveSchema } },
  problems: ['unknown_tenant', 'not_found', 'move_refused'],
  whileMoving: true,
  async handle(call) {
    const { env, tenant } = ownTenant(call);
    const mover = moverOf(env, tenant);
    if (!(await mover.progress())) throw new Problem('not_found', `${tenant} is not being moved.`);
    if (!(await mover.cancel())) throw new Problem('move_refused', 'The new home has taken over; it can be moved back once this move is over.');
    return { body: view((await mover.progress())!) };
  },
});

export const movingEndpoints: AnyEndpoint[] = [begin, progress, cancel];

/** While it leaves, this region knows; once it has come here, the one that it comes from, until all is over. */
async function moveOfTenant({ env, tenant, stores }: Call): Promise<Move | null> {
  const leaving = await moverOf(env, tenant).progress();
  if (leaving) return leaving;
  const standing = await stores.moves.standing(tenant);
  if (standing?.status !== 'arrived') return null;
  const report = await stores.moves.report(tenant);
  if (report) return report;
  return (await new Peer(env, standing.peer, tenant).ask<{ move: Move | null }>('GET', '/move-progress')).move;
}

function view({ requested_at, switched_at, finished_at, ...move }: Move) {
  return {
    ...move,
    requested_at: instant(requested_at),
    ...(switched_at === undefined ? {} : { switched_at: instant(switched_at) }),
    ...(finished_at === undefined ? {} : { finished_at: instant(finished_at) }),
  };
}
