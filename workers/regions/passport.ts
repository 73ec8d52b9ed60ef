/**
 * How a region knows that another region is speaking, and for whom.
 *
 * 1. A passport is signed with a key that only the regions share, names the region that it is for, the call, and the
 *    tenant, and is good for a minute. The router carries it and cannot make one.
 * 2. The home of a tenant has asked its policy before it signs: whoever it names is let in with that role and no more.
 *    The operator's reach (every tenant, companies) stays at home.
 */
import { jwtVerify, SignJWT } from 'jose';
import { SLUG } from '#contracts/ids';
import { PASSPORT_HEADER } from '#contracts/peer';
import { Problem } from '#contracts/problems';
import type { RegionEnv } from '#workers/env';
import type { Actor } from '#workers/identity/actor';

const LIFETIME = '60s';
/** Clocks of two regions may differ by so much, s. */
const TOLERANCE = 30;

export interface Passport {
  tenant: string;
  /** Region that speaks: the home of the tenant, or, asking the home for something, one that has executions of it. */
  from: string;
  /** Who is asking, when it is one of the tenant's own people and not the region itself. */
  actor?: Actor;
}

type SigningEnv = Pick<RegionEnv, 'SESSION_SECRET' | 'REGION'>;

export async function passportFor(to: string, method: string, path: string, { tenant, actor }: Omit<Passport, 'from'>, env: SigningEnv): Promise<string> {
  return new SignJWT({ tenant, call: callOf(method, path), ...(actor ? { actor: { ...actor, platform: false } } : {}) })
    .setProtectedHeader({ alg: 'HS256', typ: 'passport' })
    .setIssuer(env.REGION)
    .setAudience(to)
    .setIssuedAt()
    .setExpirationTime(LIFETIME)
    .sign(keyOf(env));
}

/** `null` without one. Throws Problem('unauthenticated') for one that is not for this region and this call. */
export async function passportOf(request: Request, env: SigningEnv): Promise<Passport | null> {
  const token = request.headers.get(PASSPORT_HEADER);
  if (token === null) return null;
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keyOf(env), {
      algorithms: ['HS256'],
      audience: env.REGION,
      clockTolerance: TOLERANCE,
      requiredClaims: ['exp', 'iss'],
    });
    const { tenant, call, actor, iss } = payload;
    const isOurs = protectedHeader.typ === 'passport' && call === callOf(request.method, new URL(request.url).pathname);
    if (isOurs && typeof tenant === 'string' && SLUG.test(tenant)) {
      return { tenant, from: iss!, ...(actor ? { actor: actor as Actor } : {}) };
    }
  } catch {
    // Expired, altered, for another region: told below, without saying which.
  }
  throw new Problem('unauthenticated');
}

function callOf(method: string, path: string): string {
  return `${method} ${path}`;
}

/** Not the key of sessions itself: what is one can never be taken for the other. */
function keyOf(env: SigningEnv): Uint8Array {
  if (!env.SESSION_SECRET) throw new Problem('internal', 'SESSION_SECRET is not set.');
  return new TextEncoder().encode(`between regions ${env.SESSION_SECRET}`);
}
