/**
 * Signing in with a password at the API's door; when somebody tries too often, the audit log says so, once in a while
 * for each account, so that guessing fills no log; so it does of answers of a provider that are refused, for each provider and
 * reason. A refresh token that comes twice is told each time: it ends its session.
 */
import type { AuditFact } from '#contracts/audit';
import { Problem } from '#contracts/problems';
import type { User } from '#storage/identity-ports';
import { IsolateCache } from '#storage/isolate-cache';
import { auditLogOf } from '#workers/api/audit';
import type { SignInCall } from '#workers/api/signed-in-answer';
import { addressOf } from '#workers/door/client-address';
import { type Entered, signInWithPassword } from '#workers/identity/password-sign-in';
import type { AnswerRefused } from '#workers/identity/saml/refused';
import { storesOf } from '#workers/stores';

const ONCE_IN_MS = 15 * 60_000;

/** `{tenant}/{address}` of accounts, and `{tenant}/{provider}/{reason}`, about which this isolate has said it. */
const told = new IsolateCache<true>({ max: 5000, ttlMs: ONCE_IN_MS });

/** Throws what `signInWithPassword` throws. */
export async function signInOrTell(call: SignInCall, entered: Entered): Promise<User> {
  try {
    return await signInWithPassword(call.env, call.request, entered, call.now);
  } catch (error) {
    if (error instanceof Problem && error.code === 'rate_limited') await tell(call, entered);
    throw error;
  }
}

/** Somebody else may have it: whose session it was learns of that. */
export function tellReusedToken(call: SignInCall, { tenant, user, session }: { tenant: string; user: string; session: string }): Promise<void> {
  return append(call, tenant, { action: 'refresh-token-reused', target: `users/${user}`, status: 401, before: { session } });
}

/** Whoever can post a form can bring one: nothing of what it says stands in the log but what was found amiss. */
export async function tellRefusedAnswer(call: SignInCall, tenant: string, provider: string, { fault, message }: AnswerRefused): Promise<void> {
  const place = `${tenant}/${provider}/${fault}`;
  if (told.get(place)) return;
  told.set(place, true);
  await append(call, tenant, { action: 'answer-refused', target: `identity-providers/${provider}`, status: 401, after: { reason: fault, detail: message } });
}

/** Of an account that is not there nothing is kept but that somebody tried. */
async function tell(call: SignInCall, { company, email }: Entered): Promise<void> {
  const place = `${company}/${email}`;
  if (told.get(place)) return;
  told.set(place, true);
  const user = await storesOf(call.env).users.byEmail(company, email);
  await append(call, company, { action: 'sign-in-refused', target: user ? `users/${user.id}` : 'users', status: 429 });
}

async function append(
  { env, request, requestId, now }: SignInCall,
  tenant: string,
  fact: Pick<AuditFact, 'action' | 'target' | 'status' | 'before' | 'after'>,
) {
  const address = addressOf(request);
  await auditLogOf(env, tenant)
    .append({ at: now, actor: 'nobody', role: 'none', request_id: requestId, ...fact, ...(address ? { address } : {}) })
    .catch((error: unknown) => console.error(JSON.stringify({ level: 'error', message: `audit of ${fact.action}: ${String(error)}`, tenant })));
}
