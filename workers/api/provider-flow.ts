/**
 * What all ways through an identity provider have in common: which provider it is, the cookie of the browser that began, and where
 * both ends lead. Whatever goes wrong ends at the sign-in page, which says so.
 */
import { SignJWT } from 'jose';
import { SLUG } from '#contracts/ids';
import { Problem } from '#contracts/problems';
import type { IdentityProvider } from '#storage/identity-ports';
import { cookieOf } from '#workers/api/auth';
import { assertOpen } from '#workers/api/named-company';
import { isOwnPage } from '#workers/api/own-page';
import { problemResponse } from '#workers/api/problem-response';
import { acceptedFacts, recordSignIn, type SignInCall, signInBrowser } from '#workers/api/signed-in-answer';
import { cookieNameAt, FLOW_COOKIE } from '#workers/door/platform-cookies';
import type { RegionEnv } from '#workers/env';
import { type ExternalPerson, userOfExternal } from '#workers/identity/external-person';
import { secretOf, verifiedClaims } from '#workers/identity/user-sessions';
import { admitStranger } from '#workers/quota/strangers';
import { storesOf } from '#workers/stores';

const HOME = '/executions';
const FLOW_AUDIENCE = 'sign-in-flow';
export const FLOW_SECONDS = 600;

/** What the browser remembers of any sign-in under way; each protocol adds its own. */
export interface Flow {
  tenant: string;
  provider: string;
  next?: string;
}

/** Throws Problem: unknown_tenant, unknown_provider, and as `assertOpen`. */
export async function providerOf(env: RegionEnv, company: string, id: string): Promise<IdentityProvider> {
  const provider = await anyProviderOf(env, company, id);
  if (!provider.settings.enabled) throw new Problem('unknown_provider');
  return provider;
}

/** Also one that is switched off. */
export async function anyProviderOf(env: RegionEnv, company: string, id: string): Promise<IdentityProvider> {
  if (!SLUG.test(company)) throw new Problem('unknown_tenant');
  await assertOpen(env, company);
  const provider = await storesOf(env).identityProviders.get(company, id);
  if (!provider) throw new Problem('unknown_provider');
  return provider;
}

/** Leads away, and has the browser remember. */
export async function ledAway<T extends Flow>(call: SignInCall, url: string, { next, ...flow }: T): Promise<Response> {
  const token = await new SignJWT({ ...flow, ...(isOwnPage(next) ? { next } : {}) })
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(FLOW_AUDIENCE)
    .setExpirationTime(`${FLOW_SECONDS}s`)
    .sign(secretOf(call.env));
  return redirect(url, flowCookie(call.request, token, FLOW_SECONDS));
}

/** `null`: this browser has begun no sign-in to the company, or too long ago. */
export async function flowOf<T extends Flow>({ env, request }: SignInCall, company: string): Promise<T | null> {
  const claims = await verifiedClaims(cookieOf(request, cookieNameAt(request.url, FLOW_COOKIE)) ?? '', env);
  return claims?.aud === FLOW_AUDIENCE && claims.tenant === company ? (claims as unknown as T) : null;
}

export function noFlow(): Problem {
  return new Problem('sign_in_failed', 'This browser has begun no such sign-in, or began it too long ago.');
}

export async function signedIn(
  call: SignInCall,
  tenant: string,
  provider: IdentityProvider,
  person: ExternalPerson,
  next: string | undefined,
): Promise<Response> {
  const method = `provider:${provider.id}`;
  const user = await userOfExternal(storesOf(call.env), tenant, provider, person, call.now, {
    joined: (who, role) => recordSignIn(call, tenant, who, { method, role, level: 'company' }, 'join'),
    accepted: (who, invitation) => recordSignIn(call, tenant, who, { method, ...acceptedFacts(invitation) }, 'accept-invitation'),
  });
  const headers = await signInBrowser(call, tenant, user, method);
  headers.append('Set-Cookie', flowCookie(call.request, '', 0));
  headers.set('Location', isOwnPage(next) ? next : HOME);
  return new Response(null, { status: 303, headers });
}

/**
 * A person is shown the sign-in page, with the reason; a program gets the problem. `keepsFlow`: what anybody's page can post here
 * does not end the sign-in that the browser has begun.
 */
export async function shown(
  { env, request, requestId }: SignInCall,
  company: string,
  work: () => Promise<Response>,
  { keepsFlow = false } = {},
): Promise<Response> {
  try {
    await admitStranger(env, request, 'medium');
    return await work();
  } catch (error) {
    const code = error instanceof Problem ? error.code : 'internal';
    if (code === 'internal' || !(request.headers.get('accept') ?? '').includes('text/html')) return problemResponse(error, requestId);
    const query = new URLSearchParams({ ...(SLUG.test(company) ? { company } : {}), error: code });
    return redirect(`/sign-in?${query}`, keepsFlow ? undefined : flowCookie(request, '', 0));
  }
}

function flowCookie(request: Request, value: string, maxAge: number): string {
  const secure = new URL(request.url).protocol === 'https:' ? '; Secure' : '';
  return `${cookieNameAt(request.url, FLOW_COOKIE)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure}`;
}

export function redirect(location: string, setCookie?: string): Response {
  const headers = new Headers({ Location: location, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  if (setCookie !== undefined) headers.set('Set-Cookie', setCookie);
  return new Response(null, { status: 303, headers });
}
