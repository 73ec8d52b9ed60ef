/**
 * Sessions of people, and the tokens that stand for them.
 *
 * 1. A session is a row: what ends it ends every token of it, wherever they are.
 * 2. A browser has a cookie for as long as the session; a program an access token for a quarter of an hour and a refresh
 *    token that is good for one use. One that is used twice was stolen, or copied: its session ends.
 * 3. HS256 and nothing else; a token is taken only where its audience says it belongs.
 */
import { jwtVerify, SignJWT } from 'jose';
import { newId, SLUG } from '#contracts/ids';
import { Problem } from '#contracts/problems';
import type { UserSession } from '#storage/identity-ports';
import { addressOf } from '#workers/door/client-address';
import type { RegionEnv } from '#workers/env';
import type { Actor } from '#workers/identity/actor';
import type { Later } from '#workers/identity/api-keys';
import { sha256Hex } from '#workers/identity/digest';
import { grantsOf } from '#workers/identity/grants';
import { randomToken } from '#workers/identity/link-tokens';
import { owesSecondFactor } from '#workers/identity/required-factor';
import { storesOf } from '#workers/stores';

export const BROWSER_SECONDS = 14 * 24 * 3600;
export const ACCESS_SECONDS = 15 * 60;
const REFRESH_MS = 30 * 24 * 3_600_000;
const SEEN_EVERY_MS = 10 * 60_000;
const USER_AGENT_MAX = 200;

type Audience = 'browser' | 'api';
type SessionEnv = Pick<RegionEnv, 'DB' | 'STORE' | 'SESSION_SECRET'>;

interface Beginning {
  tenant: string;
  user: string;
  method: string;
  now: number;
}

/** A session for a browser: the token of its cookie. */
export async function beginBrowserSession(env: SessionEnv, request: Request, beginning: Beginning): Promise<string> {
  const session = newSession(request, beginning, 'browser', BROWSER_SECONDS * 1000);
  const { sessions, users } = storesOf(env);
  await sessions.create(beginning.tenant, session, null);
  await users.signedIn(beginning.tenant, beginning.user, beginning.now);
  return sign(env, beginning.tenant, session, 'browser', session.expires_at);
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
}

/** A session for a program. */
export async function beginApiSession(env: SessionEnv, request: Request, beginning: Beginning): Promise<Tokens> {
  const session = newSession(request, beginning, 'api', REFRESH_MS);
  const { sessions, users } = storesOf(env);
  const refresh = refreshToken(beginning.tenant, session.id);
  await sessions.create(beginning.tenant, session, await sha256Hex(refresh));
  await users.signedIn(beginning.tenant, beginning.user, beginning.now);
  return { access_token: await accessToken(env, beginning.tenant, session, beginning.now), refresh_token: refresh };
}

const REFRESH_FORM = /^wfr_([a-z0-9-]{1,63})_(ses_[0-9A-Za-z]{20})_[0-9A-Za-z_-]{43}$/;

/** The next pair of tokens, and whose they are. `reused`: told of a session that a token ends which was used before. Throws Problem('session_ended'). */
export async function refreshSession(
  env: SessionEnv,
  token: string,
  now: number,
  reused?: (ended: { tenant: string; user: string; session: string }) => Promise<void>,
): Promise<Tokens & { tenant: string; user: string }> {
  const [, tenant, id] = REFRESH_FORM.exec(token) ?? [];
  if (tenant === undefined || id === undefined || !SLUG.test(tenant)) throw new Problem('session_ended', 'The refresh token is none of ours.');
  const next = refreshToken(tenant, id);
  const { sessions } = storesOf(env);
  const known = await sessions.get(tenant, id, now);
  const session = known && (await sessions.rotate(tenant, id, await sha256Hex(token), await sha256Hex(next), now));
  if (session === 'reused') {
    await reused?.({ tenant, user: known!.user, session: id });
    throw new Problem('session_ended', 'The refresh token was used before, so somebody else may have it. The session has ended; sign in again.');
  }
  if (!session) throw new Problem('session_ended');
  return { access_token: await accessToken(env, tenant, session, now), refresh_token: next, tenant, user: session.user };
}

/** The person that a token stands for; `null` when it is none, is for another use, or its session has ended. */
export async function actorOfUserToken(claims: Record<string, unknown>, audience: Audience, env: SessionEnv, later: Later): Promise<Actor | null> {
  const { tenant, sid, sub, aud } = claims;
  if (typeof tenant !== 'string' || typeof sid !== 'string' || typeof sub !== 'string' || aud !== audience) return null;
  const now = Date.now();
  const session = await storesOf(env).sessions.get(tenant, sid, now);
  if (session?.user !== sub || session.kind !== audience) return null;
  if (now - session.last_seen_at > SEEN_EVERY_MS) later(storesOf(env).sessions.seen(tenant, sid, now));
  const owes = await owesSecondFactor(env, tenant, session);
  const grants = await grantsOf(env, tenant, sub);
  return {
    kind: 'user',
    id: sub,
    tenant,
    by: `user:${sub}`,
    grants,
    scopes: null,
    session_id: sid,
    platform: false,
    ...(owes ? { owes_second_factor: true } : {}),
  };
}

/** The claims of a token of ours; `null` when it is expired, altered, signed otherwise or no token at all. */
export async function verifiedClaims(token: string, env: Pick<RegionEnv, 'SESSION_SECRET'>): Promise<Record<string, unknown> | null> {
  if (token.split('.').length !== 3) return null;
  try {
    return (await jwtVerify(token, secretOf(env), { algorithms: ['HS256'], requiredClaims: ['exp'] })).payload;
  } catch {
    return null;
  }
}

export function secretOf(env: Pick<RegionEnv, 'SESSION_SECRET'>): Uint8Array {
  if (!env.SESSION_SECRET) throw new Problem('internal', 'SESSION_SECRET is not set.');
  return new TextEncoder().encode(env.SESSION_SECRET);
}

function newSession(request: Request, { user, method, now }: Beginning, kind: Audience, lifeMs: number): UserSession {
  return {
    id: newId('ses'),
    user,
    kind,
    method,
    user_agent: (request.headers.get('user-agent') ?? '').slice(0, USER_AGENT_MAX),
    address: addressOf(request),
    created_at: now,
    last_seen_at: now,
    expires_at: now + lifeMs,
  };
}

function refreshToken(tenant: string, session: string): string {
  return `wfr_${tenant}_${session}_${randomToken()}`;
}

function accessToken(env: SessionEnv, tenant: string, session: UserSession, now: number): Promise<string> {
  return sign(env, tenant, session, 'api', Math.min(now + ACCESS_SECONDS * 1000, session.expires_at));
}

function sign(env: SessionEnv, tenant: string, { id, user }: UserSession, audience: Audience, until: number): Promise<string> {
  return new SignJWT({ tenant, sid: id })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(Math.floor(until / 1000))
    .sign(secretOf(env));
}
