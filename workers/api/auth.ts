/**
 * Who is asking.
 *
 * 1. Three credentials: the operator's key, an API key (`wfk_{tenant}_{32 base62}`), a session (cookie or Bearer JWT),
 *    which was opened by a person or with a key.
 * 2. Keys are compared by digest, so that the time taken says nothing of them.
 * 3. A session that was opened with a key lives as long as that key: it is checked against it on every request.
 * 4. A cookie is sent by any page that links here, so what changes something with it must come from this origin.
 * 5. No key, session or cookie is ever part of a message or a log line.
 */
import { SignJWT } from 'jose';
import type { Grants } from '#contracts/access';
import { SLUG } from '#contracts/ids';
import { Problem } from '#contracts/problems';
import { cookieNameAt, SESSION_COOKIE } from '#workers/door/platform-cookies';
import type { RegionEnv } from '#workers/env';
import type { Actor } from '#workers/identity/actor';
import { actorOfApiKey, actorOfKeyId, type Later } from '#workers/identity/api-keys';
import { sha256, sha256Hex } from '#workers/identity/digest';
import { actorOfUserToken, secretOf, verifiedClaims } from '#workers/identity/user-sessions';

/** Tenant of an operator's request that names none. */
const DEFAULT_TENANT = 'acme';
export const SESSION_SECONDS = 12 * 3600;

const OPERATOR_GRANTS: Grants = { company: 'owner', organizations: {}, projects: {} };

type AuthEnv = Pick<RegionEnv, 'DB' | 'STORE' | 'ADMIN_API_KEY' | 'SESSION_SECRET'>;

/** Throws Problem: unauthenticated, forbidden, invalid_request. Does not look whether the tenant exists. */
export async function authenticate(request: Request, env: AuthEnv, later: Later): Promise<Actor> {
  const bearer = /^Bearer +(\S+)\s*$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (bearer !== undefined) {
    const actor = (await actorOfKey(bearer, request.headers.get('x-tenant'), env, later)) ?? (await actorOfSession(bearer, 'api', env, later));
    if (!actor) throw new Problem('unauthenticated');
    return ofTenantNamed(actor, request);
  }
  const session = await readSession(request, env, later);
  if (!session) throw new Problem('unauthenticated');
  if (request.method !== 'GET' && request.method !== 'HEAD' && !isSameOrigin(request)) {
    throw new Problem('forbidden', 'With a session, changes are taken from pages of this origin only. Use a key elsewhere.');
  }
  return ofTenantNamed(session, request);
}

/** No header carries a credential to another company than its own; who sends one would take the answer for that company's. */
function ofTenantNamed(actor: Actor, request: Request): Actor {
  const named = request.headers.get('x-tenant');
  if (named !== null && named !== actor.tenant) throw new Problem('forbidden', 'The session belongs to another tenant than X-Tenant names.');
  return actor;
}

/** The actor of a key; `null` when it is none. `tenant`: whom the operator wants to act for. */
export async function actorOfKey(key: string, tenant: string | null, env: AuthEnv, later: Later): Promise<Actor | null> {
  if (await isOperatorKey(key, env)) {
    const wanted = tenant ?? DEFAULT_TENANT;
    if (!SLUG.test(wanted)) throw new Problem('invalid_request', 'X-Tenant is not the slug of a tenant.');
    return operator(wanted, await operatorKeyId(env), true);
  }
  const found = await actorOfApiKey(key, env, later);
  if (found && tenant !== null && tenant !== found.tenant) throw new Problem('forbidden', 'The key belongs to another tenant than X-Tenant names.');
  return found;
}

/** A token for the session cookie, or for `Authorization: Bearer`. */
export async function createSession(actor: Actor, env: Pick<RegionEnv, 'SESSION_SECRET'>): Promise<string> {
  return new SignJWT({ tenant: actor.tenant, key_id: actor.key_id })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime(`${SESSION_SECONDS}s`)
    .sign(secretOf(env));
}

/** The actor of the request's session cookie; `null` without a valid one. */
export async function readSession(request: Request, env: AuthEnv, later: Later): Promise<Actor | null> {
  const token = sessionTokenOf(request);
  return token === undefined ? null : actorOfSession(token, 'browser', env, later);
}

/** Of the session cookie; not verified. */
export function sessionTokenOf(request: Request): string | undefined {
  return cookieOf(request, cookieNameAt(request.url, SESSION_COOKIE));
}

export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  return request.headers.get('origin') === new URL(request.url).origin;
}

async function actorOfSession(token: string, audience: 'browser' | 'api', env: AuthEnv, later: Later): Promise<Actor | null> {
  const claims = await verifiedClaims(token, env);
  if (!claims) return null;
  if (claims.sid !== undefined) return actorOfUserToken(claims, audience, env, later);
  const { tenant, key_id } = claims;
  if (typeof tenant !== 'string' || typeof key_id !== 'string') return null;
  if (key_id.startsWith('admin:')) return env.ADMIN_API_KEY && key_id === (await operatorKeyId(env)) ? operator(tenant, key_id, false) : null;
  return actorOfKeyId(tenant, key_id, env, later);
}

function operator(tenant: string, id: string, platform: boolean): Actor {
  return { kind: 'operator', id, tenant, by: 'admin', grants: OPERATOR_GRANTS, scopes: null, key_id: id, platform };
}

async function isOperatorKey(key: string, env: Pick<RegionEnv, 'ADMIN_API_KEY'>): Promise<boolean> {
  if (!env.ADMIN_API_KEY) return false;
  const [given, expected] = await Promise.all([sha256(key), sha256(env.ADMIN_API_KEY)]);
  let difference = 0;
  for (let i = 0; i < expected.length; i++) difference |= given[i]! ^ expected[i]!;
  return difference === 0;
}

/** Names the operator's key without telling it; a new key ends the sessions of the old one. */
async function operatorKeyId(env: Pick<RegionEnv, 'ADMIN_API_KEY'>): Promise<string> {
  return `admin:${(await sha256Hex(`session of ${env.ADMIN_API_KEY}`)).slice(0, 16)}`;
}

export function cookieOf(request: Request, name: string): string | undefined {
  for (const part of (request.headers.get('cookie') ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
