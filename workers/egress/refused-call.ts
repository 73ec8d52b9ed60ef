/**
 * Calls of applications that are refused on their way out: the audit log of the company says so, once in a while for each
 * kind, so that nobody fills it by what they have an application call.
 */
import { newId } from '#contracts/ids';
import { PROBLEMS, type Problem } from '#contracts/problems';
import { IsolateCache } from '#storage/isolate-cache';
import { auditLogOf } from '#workers/api/audit';
import type { RegionEnv } from '#workers/env';

const ONCE_IN_MS = 15 * 60_000;
const MAX_HOST = 200;

/** `{tenant} {code}` of what this isolate has said. */
const told = new IsolateCache<true>({ max: 5000, ttlMs: ONCE_IN_MS });

/** Resolves when it is written down; a log that cannot be reached is told to the operator. */
export async function tellRefusedCall(
  env: Pick<RegionEnv, 'AUDIT' | 'PLACEMENT' | 'MODE'>,
  tenant: string,
  { code }: Pick<Problem, 'code'>,
  host: string,
): Promise<void> {
  const place = `${tenant} ${code}`;
  if (told.get(place)) return;
  told.set(place, true);
  const fact = {
    at: Date.now(),
    actor: 'nobody',
    role: 'none',
    action: 'call-refused',
    target: `hosts/${host.slice(0, MAX_HOST)}`,
    status: PROBLEMS[code].status,
    request_id: newId('req'),
    after: { code },
  };
  try {
    await auditLogOf(env, tenant).append(fact);
  } catch (error) {
    console.error(JSON.stringify({ level: 'error', message: `audit of a refused call: ${String(error)}`, tenant }));
  }
}
