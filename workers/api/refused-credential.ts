/**
 * Keys and sessions that are refused at the door: the audit log of the company that they name says so, once in a while for
 * each kind, so that guessing fills no log.
 *
 * What is written down is where it came from and what it was refused with, never anything of the credential. A session
 * that has merely run out says nothing: every program meets that four times an hour.
 */
import { SLUG } from '#contracts/ids';
import { PROBLEMS, Problem } from '#contracts/problems';
import { IsolateCache } from '#storage/isolate-cache';
import { auditLogOf } from '#workers/api/audit';
import { sessionTokenOf } from '#workers/api/auth';
import { addressOf } from '#workers/door/client-address';
import type { RegionEnv } from '#workers/env';
import { claimsOf, tenantOfCredential } from '#workers/router/destination';
import { storesOf } from '#workers/stores';

const ONCE_IN_MS = 15 * 60_000;

/** `{tenant} {kind} {status}` of what this isolate has said. */
const told = new IsolateCache<true>({ max: 5000, ttlMs: ONCE_IN_MS });

interface Refused {
  request: Request;
  requestId: string;
  refusal: unknown;
  now: number;
  /** Where it did not come in a header. */
  credential?: string;
}

/** Of a caller who did not become known. */
export async function tellRefusedCredential(env: RegionEnv, { request, requestId, refusal, now, credential = credentialOf(request) }: Refused): Promise<void> {
  if (!(refusal instanceof Problem) || (refusal.code !== 'unauthenticated' && refusal.code !== 'forbidden')) return;
  const tenant = credential === undefined ? undefined : tenantOfCredential(credential);
  if (credential === undefined || tenant === undefined || !SLUG.test(tenant) || (refusal.code === 'unauthenticated' && hasRunOut(credential, now))) return;
  const { status } = PROBLEMS[refusal.code];
  const target = credential.startsWith('wfk_') ? 'api-keys' : 'sessions';
  const place = `${tenant} ${target} ${status}`;
  if (told.get(place)) return;
  told.set(place, true);
  if (!(await storesOf(env).tenants.get(tenant))) return;
  const address = addressOf(request);
  await auditLogOf(env, tenant)
    .append({ at: now, actor: 'nobody', role: 'none', action: 'credential-refused', target, status, request_id: requestId, ...(address ? { address } : {}) })
    .catch((error: unknown) => console.error(JSON.stringify({ level: 'error', message: `audit of a refused credential: ${String(error)}`, tenant })));
}

/** What the request shows; not verified. */
export function credentialOf(request: Request): string | undefined {
  return bearerOf(request) ?? sessionTokenOf(request);
}

export function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S+)\s*$/i.exec(request.headers.get('authorization') ?? '')?.[1];
}

/** By its own word, which nobody has verified: who forges one that has run out gains nothing but this silence. */
function hasRunOut(credential: string, now: number): boolean {
  const exp = claimsOf(credential)?.exp;
  return typeof exp === 'number' && exp * 1000 <= now;
}
