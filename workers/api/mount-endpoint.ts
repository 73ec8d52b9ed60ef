/**
 * An endpoint at its path: guarded, checked, handled, answered, and noted.
 *
 * 1. In this order: caller (a stranger: the units of the address), the company's units, policy, tenant, place, query, body; so a stranger learns nothing of what a request
 *    should look like, and who has no units left costs no query.
 * 2. Where the policy leaves the place to the handler, an answer without having asked about it is a defect.
 * 3. What a handler throws is a Problem, or a defect that the caller sees as `internal`.
 */
import type { Context, Hono } from 'hono';
import type { ZodObject, ZodType } from 'zod';
import { atLeast } from '#contracts/access';
import { Problem } from '#contracts/problems';
import { type AuditNote, record } from '#workers/api/audit';
import { jsonOf, readJson, readJsonText } from '#workers/api/body';
import { callerOf, countedRefusal } from '#workers/api/caller';
import {
  type Answer,
  type AnyEndpoint,
  type ApiEnv,
  type Call,
  noQuery,
  type PublicCall,
  type PublicEndpoint,
  splitRoute,
  weightOf,
} from '#workers/api/endpoint';
import { askRouter } from '#workers/api/foreign-tenant';
import { answerOfGone } from '#workers/api/named-company';
import { checkPlace } from '#workers/api/place-of-path';
import { type At, requirementOf } from '#workers/api/policy';
import { problemResponse } from '#workers/api/problem-response';
import { queryOf } from '#workers/api/query';
import { tellRefusedCredential } from '#workers/api/refused-credential';
import { abortOf, breakingOff } from '#workers/door/breaking-off';
import type { RegionEnv } from '#workers/env';
import { assertNotClosed } from '#workers/erasure/closed';
import { Access } from '#workers/identity/access';
import type { Actor } from '#workers/identity/actor';
import { strongestOf } from '#workers/identity/grants';
import { isHosted } from '#workers/mode';
import { assertSettled } from '#workers/moving/late';
import { admitAbroad } from '#workers/quota/admit';
import { admitCall } from '#workers/quota/calls';
import { admitStranger } from '#workers/quota/strangers';
import { elsewhere } from '#workers/regions/elsewhere';
import { maySettle, settle } from '#workers/regions/lodging';
import { passportOf } from '#workers/regions/passport';
import { storesOf } from '#workers/stores';

/** Mounts it at its path, guarded. */
export function mount(app: Hono<ApiEnv>, definition: AnyEndpoint): void {
  const { method, path } = splitRoute(definition.route);
  app.on(method, path.replaceAll(/\{(\w+)\}/g, ':$1'), (c) => serve(definition, c));
}

async function serve(definition: AnyEndpoint, c: Context<ApiEnv>): Promise<Response> {
  const request = c.req.raw;
  const now = Date.now();
  const isPublic = requirementOf(definition.route) === 'public';
  const note: AuditNote = {};
  let actor: Actor | undefined;
  /** Somebody of a tenant that is at home in another region, whose log has the entry. */
  let guest: Actor | undefined;
  const writeDown = async (status: number, answer?: unknown) => {
    const { method, path } = splitRoute(definition.route);
    if (!actor || guest || method === 'GET' || definition.audited === false) return;
    const params = c.req.param() as Record<string, string>;
    await record(c.env, {
      actor,
      tenant: actor.tenant,
      action: definition.route,
      path,
      params,
      status,
      requestId: c.get('requestId'),
      request,
      now,
      note,
      answer,
    });
  };
  try {
    if (isPublic) return await servePublic(definition, c, now);
    const passport = await passportOf(request, c.env);
    if (passport) guest = passport.actor;
    actor = guest ?? (await callerOf(c, laterOf(c)));
    if (!guest) c.set('allowance', await admitCall(c.env, actor, weightOf(definition)));
    const stores = storesOf(c.env);
    const at = await admit(definition, actor, c.env, guest !== undefined);
    const access = accessOf(definition, actor, c.env);
    const url = new URL(request.url);
    const params = c.req.param() as Record<string, string>;
    const peer = guest ? null : await elsewhere(c.env, actor, request, params, url);
    if (peer) {
      if (definition.starts) await admitAbroad(c.env, actor.tenant);
      const answer = await peer.forward(request, await access.handedOver());
      if (answer.ok) await writeDown(answer.status);
      return streamed(c, answer);
    }
    await checkPlace(at, { access, params, stores, tenant: actor.tenant });
    const call: Call = {
      request,
      url,
      env: c.env,
      stores,
      requestId: c.get('requestId'),
      actor,
      access,
      ...(guest ? { from: passport!.from } : {}),
      tenant: actor.tenant,
      params,
      query: queryOf(url, definition.query ?? noQuery),
      body: definition.body ? await readJson(request, definition.body) : undefined,
      now,
      note,
      waitUntil: laterOf(c),
    };
    // Last: what is refused before keeps nothing.
    if (call.from !== undefined && maySettle(definition.route)) await settle(c.env, call.tenant, call.from, now);
    const answer = await definition.handle(call);
    if (at !== 'any' && !access.isSettled) throw new Error(`${definition.route} answered without asking what the caller may reach`);
    const response = answer instanceof Response ? streamed(c, answer) : responseOf(answer, Number(Object.keys(definition.answers)[0]));
    if (response.ok) await writeDown(response.status, answer instanceof Response ? undefined : answer.body);
    return response;
  } catch (error) {
    if (error instanceof Problem && error.code === 'forbidden') await writeDown(403);
    const answer = await askRouter(request, c.env, error);
    if (answer) return streamed(c, answer);
    if (!actor) laterOf(c)(tellRefusedCredential(c.env, { request, requestId: c.get('requestId'), refusal: error, now }));
    return problemResponse(actor || isPublic ? error : await countedRefusal(c, error), c.get('requestId'));
  }
}

/** Nobody has shown who they are, so there is nobody to ask about and nothing to write down here. */
async function servePublic(definition: AnyEndpoint, c: Context<ApiEnv>, now: number): Promise<Response> {
  const request = c.req.raw;
  const url = new URL(request.url);
  c.set('allowance', await admitStranger(c.env, request, weightOf(definition)));
  const text = definition.body ? await readJsonText(request) : undefined;
  const call: PublicCall = {
    request,
    url,
    env: c.env,
    stores: storesOf(c.env),
    requestId: c.get('requestId'),
    params: c.req.param() as Record<string, string>,
    query: queryOf(url, definition.query ?? noQuery),
    body: definition.body ? jsonOf(text!, definition.body) : undefined,
    now,
    waitUntil: laterOf(c),
  };
  const away = await answerOfGone(call, text);
  if (away) return streamed(c, away);
  const answer = await (definition as PublicEndpoint<ZodObject, ZodType, ZodType>).handle(call as never);
  return answer instanceof Response ? answer : responseOf(answer, Number(Object.keys(definition.answers)[0]));
}

/** One that may still come in, from another region or an object: where it is cut, so is the connection. */
function streamed(c: Context<ApiEnv>, answer: Response): Response {
  return breakingOff(answer, abortOf(isHosted(c.env), c.executionCtx));
}

/** What runs beside the answer of this request. */
export function laterOf(c: Context<ApiEnv>): (task: Promise<unknown>) => void {
  return (task) => c.executionCtx.waitUntil(task);
}

/** Whether the caller may ask at all. Throws Problem: forbidden, unknown_tenant, tenant_closed, tenant_moving. */
async function admit(definition: AnyEndpoint, actor: Actor, env: RegionEnv, isGuest: boolean): Promise<At> {
  const required = requirementOf(definition.route);
  if (actor.owes_second_factor && required !== 'signed-in') throw new Problem('second_factor_needed', `${actor.tenant} asks for a second factor.`);
  if (required === 'operator' && actor.kind === 'operator') return 'any';
  if (required === 'platform' || required === 'operator') {
    if (!actor.platform)
      throw new Problem('forbidden', `This needs ${required === 'platform' ? 'the key of the platform' : 'the key of the platform, or a session of it'}.`);
    return 'any';
  }
  const at = typeof required === 'string' ? 'any' : required[2];
  if (typeof required !== 'string') {
    const [least] = required;
    const role = at === 'company' ? actor.grants.company : strongestOf(actor.grants);
    if (!atLeast(role, least)) {
      throw new Problem('forbidden', `This needs the role ${least}${at === 'company' ? ' in the company' : ''}; yours is ${role ?? 'none'}.`);
    }
  }
  // What is of no tenant is the operator's, whichever tenant they act for.
  const isOfNone = definition.anyTenant && actor.kind === 'operator';
  if (!definition.whileClosed && !isOfNone) await assertNotClosed(env, actor.tenant);
  if (definition.anyTenant) return at;
  const reading = definition.route.startsWith('GET ') || definition.whileMoving === 'reading';
  if (definition.whileMoving !== true) await assertSettled(env, actor.tenant, { reading });
  if (isGuest) return at;
  if (!(await storesOf(env).tenants.get(actor.tenant))) throw new Problem('unknown_tenant', `There is no tenant ${actor.tenant} in this region.`);
  return at;
}

/** Throws Problem('forbidden') when the key is limited to other things. */
function accessOf(definition: AnyEndpoint, actor: Actor, env: RegionEnv): Access {
  const required = requirementOf(definition.route);
  if (typeof required === 'string') return new Access(actor, 'viewer', env);
  const [least, scope] = required;
  const access = new Access(actor, least, env);
  if (scope !== null) access.withScope(scope);
  return access;
}

function responseOf(answer: Answer<unknown>, usual: number): Response {
  const headers = new Headers({ 'Cache-Control': 'no-store', ...answer.headers });
  const status = answer.status ?? usual;
  if (answer.body === undefined) return new Response(null, { status, headers });
  headers.set('Content-Type', 'application/json');
  return new Response(JSON.stringify(answer.body), { status, headers });
}
