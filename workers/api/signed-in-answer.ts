/** What is answered, and written down, when somebody has signed in. */
import type { z } from 'zod';
import type { userSchema } from '#contracts/api-identity';
import type { Invitation } from '#storage/access-ports';
import type { User } from '#storage/identity-ports';
import { record } from '#workers/api/audit';
import type { PublicCall } from '#workers/api/endpoint';
import { companyCookie, sessionCookie } from '#workers/api/session-cookie';
import { instant } from '#workers/api/views';
import { grantsOf } from '#workers/identity/grants';
import { BROWSER_SECONDS, beginBrowserSession } from '#workers/identity/user-sessions';

export type SignInCall = Pick<PublicCall, 'env' | 'request' | 'requestId' | 'now'>;

export function userView(user: User): z.input<typeof userSchema> {
  const { id, email, name, verified_at, disabled_at, second_factor, created_at, last_sign_in_at } = user;
  const when = (at: number | null) => (at === null ? null : instant(at));
  return {
    id,
    email,
    name,
    verified_at: when(verified_at),
    disabled_at: when(disabled_at),
    second_factor,
    created_at: instant(created_at),
    last_sign_in_at: when(last_sign_in_at),
  };
}

/** The headers that sign a browser in, after the sign-in has been written down. */
export async function signInBrowser(call: SignInCall, tenant: string, user: User, method: string): Promise<Headers> {
  const { env, request, now } = call;
  const token = await beginBrowserSession(env, request, { tenant, user: user.id, method, now });
  await recordSignIn(call, tenant, user, { method });
  const headers = new Headers({ 'Cache-Control': 'no-store' });
  headers.append('Set-Cookie', sessionCookie(request, token, BROWSER_SECONDS));
  headers.append('Set-Cookie', companyCookie(request, tenant));
  return headers;
}

/** Of an invitation that somebody accepted, for the audit log. */
export function acceptedFacts({ invitation_id, role, level, id }: Invitation): Record<string, string> {
  return { invitation: invitation_id, role, level, ...(id ? { place: id } : {}) };
}

export async function recordSignIn(call: SignInCall, tenant: string, user: User, after: Record<string, string>, action = 'sign-in'): Promise<void> {
  const { env, request, requestId, now } = call;
  const grants = await grantsOf(env, tenant, user.id);
  const actor = { kind: 'user', id: user.id, tenant, by: `user:${user.id}`, grants, scopes: null, platform: false } as const;
  await record(env, { actor, tenant, action, path: '/users/{user}', params: { user: user.id }, status: 200, requestId, request, now, note: { after } });
}
