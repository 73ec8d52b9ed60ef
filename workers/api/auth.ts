/**
 * Who is asking.
 *
 * 1. Three credentials: the operator's key, an API key (`wfk_{tenant}_{32 base62}`), a session (cookie or Bearer JWT).
 * 2. Keys are compared by digest, so that the time taken says nothing of them; only an API key's hash is stored.
 * 3. A session lives as long as the key it was opened with: it is checked against that key on every request.
 * 4. A cookie is sent by any page that links here, so what changes something with it must come from this origin.
 * 5. No key, session or cookie is ever part of a message or a log line.
 */
import { jwtVerify, SignJWT } from 'jose';
import { ROLES, type Role } from '#contracts/api';
import { SLUG } from '#contracts/ids';
import { Problem } from '#contracts/problems';
import type { RegionEnv } from '#workers/env';
import { storesOf } from '#workers/stores';

/** Tenant of an operator's request that names none. */
const DEFAULT_TENANT = 'acme';
export const SESSION_COOKIE = 'wf_session';
export const SESSION_SECONDS = 12 * 3600;

const KEY_FORM = /^wfk_[a-z0-9-]{1,63}_[0-9A-Za-z]{32}$/;
const KEY_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export interface Actor {
  /** Tenant that it acts for. */
  tenant: string;
  role: Role;
  /** `key_…`, or `admin:…` for the operator's key. */
  key_id: string;
  /** As logs and executions name it: `key:{id}` or `admin`. */
  by: string;
  /** The operator's key itself was shown: companies, and every tenant. Never with a session. */
  platform: boolean;
}

type AuthEnv = Pick<RegionEnv, 'DB' | 'STORE' | 'ADMIN_API_KEY' | 'SESSION_SECRET'>;

/** Throws Problem: unauthenticated, forbidden, invalid_request. Does not look whether the tenant exists. */
export async function authenticate(request: Request, env: AuthEnv): Promise<Actor> {
  const bearer = /^Bearer +(\S+)\s*$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (bearer !== undefined) {
    const actor = (await actorOfKey(bearer, request.headers.get('x-tenant'), env)) ?? (await actorOfSession(bearer, env));
    if (!actor) throw new Problem('unauthenticated');
    return actor;
  }
  const session = await readSession(request, env);
  if (!session) throw new Problem('unauthenticated');
  if (request.method !== 'GET' && request.method !== 'HEAD' && !isSameOrigin(request)) {
    throw new Problem('forbidden', 'With a session, changes are taken from pages of this origin only. Use a key elsewhere.');
  }
  return session;
}

/** The actor of a key; `null` when it is none. `tenant`: whom the operator wants to act for. */
export async function actorOfKey(key: string, tenant: string | null, env: AuthEnv): Promise<Actor | null> {
  if (await isOperatorKey(key, env)) {
    const wanted = tenant ?? DEFAULT_TENANT;
    if (!SLUG.test(wanted)) throw new Problem('invalid_request', 'X-Tenant is not the slug of a tenant.');
    return { tenant: wanted, role: 'owner', key_id: await operatorKeyId(env), by: 'admin', platform: true };
  }
  if (!KEY_FORM.test(key)) return null;
  const found = await storesOf(env).apiKeys.byHash(await sha256(key));
  if (!found) return null;
  if (tenant !== null && tenant !== found.tenant) throw new Problem('forbidden', 'The key belongs to another tenant than X-Tenant names.');
  return { tenant: found.tenant, role: found.role, key_id: found.id, by: `key:${found.id}`, platform: false };
}

/** A token for the cookie `wf_session`, or for `Authorization: Bearer`. */
export async function createSession(actor: Actor, env: Pick<RegionEnv, 'SESSION_SECRET'>): Promise<string> {
  return new SignJWT({ tenant: actor.tenant, role: actor.role, key_id: actor.key_id })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime(`${SESSION_SECONDS}s`)
    .sign(secretOf(env));
}

/** The actor of the request's session cookie; `null` without a valid one. */
export async function readSession(request: Request, env: AuthEnv): Promise<Actor | null> {
  const token = cookieOf(request, SESSION_COOKIE);
  return token === undefined ? null : actorOfSession(token, env);
}

export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  return request.headers.get('origin') === new URL(request.url).origin;
}

/** A new key and what is stored of it. */
export async function newApiKey(tenant: string): Promise<{ key: string; hash: string; prefix: string }> {
  let digits = '';
  while (digits.length < 32) {
    // 248 is the greatest multiple of 62 in a byte: what is above would favour the first digits.
    for (const byte of crypto.getRandomValues(new Uint8Array(48))) if (byte < 248 && digits.length < 32) digits += KEY_DIGITS[byte % 62];
  }
  const key = `wfk_${tenant}_${digits}`;
  return { key, hash: await sha256(key), prefix: key.slice(0, `wfk_${tenant}_`.length + 4) };
}

async function actorOfSession(token: string, env: AuthEnv): Promise<Actor | null> {
  const claims = await verified(token, env);
  if (!claims) return null;
  const { tenant, role, key_id } = claims;
  if (typeof tenant !== 'string' || typeof key_id !== 'string' || !ROLES.includes(role as Role)) return null;
  if (key_id.startsWith('admin:')) {
    if (!env.ADMIN_API_KEY || key_id !== (await operatorKeyId(env))) return null;
    return { tenant, role: role as Role, key_id, by: 'admin', platform: false };
  }
  // The key's role of today counts, not the one of the sign-in.
  const key = await storesOf(env).apiKeys.byId(tenant, key_id);
  return key ? { tenant, role: key.role, key_id, by: `key:${key_id}`, platform: false } : null;
}

async function verified(token: string, env: Pick<RegionEnv, 'SESSION_SECRET'>): Promise<Record<string, unknown> | null> {
  if (token.split('.').length !== 3) return null;
  try {
    const { payload } = await jwtVerify(token, secretOf(env), { algorithms: ['HS256'], requiredClaims: ['exp'] });
    return payload;
  } catch {
    // Expired, altered or not a token: no session.
    return null;
  }
}

function secretOf(env: Pick<RegionEnv, 'SESSION_SECRET'>): Uint8Array {
  if (!env.SESSION_SECRET) throw new Problem('internal', 'SESSION_SECRET is not set.');
  return new TextEncoder().encode(env.SESSION_SECRET);
}

async function isOperatorKey(key: string, env: Pick<RegionEnv, 'ADMIN_API_KEY'>): Promise<boolean> {
  if (!env.ADMIN_API_KEY) return false;
  const [given, expected] = await Promise.all([digest(key), digest(env.ADMIN_API_KEY)]);
  let difference = 0;
  for (let i = 0; i < expected.length; i++) difference |= given[i]! ^ expected[i]!;
  return difference === 0;
}

/** Names the operator's key without telling it; a new key ends the sessions of the old one. */
async function operatorKeyId(env: Pick<RegionEnv, 'ADMIN_API_KEY'>): Promise<string> {
  return `admin:${(await sha256(`session of ${env.ADMIN_API_KEY}`)).slice(0, 16)}`;
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

async function sha256(text: string): Promise<string> {
  let hex = '';
  for (const byte of await digest(text)) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

function cookieOf(request: Request, name: string): string | undefined {
  for (const part of (request.headers.get('cookie') ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
