/**
 * Signing in through an identity provider, as the browser goes: `/sign-in/with/{provider}?company=` leads away, and
 * `/sign-in/callback/{company}` is where it comes back. Whatever goes wrong ends at the sign-in page, which says so.
 */
import { Hono } from 'hono';
import { SignJWT } from 'jose';
import { SLUG } from '#contracts/ids';
import { Problem } from '#contracts/problems';
import type { IdentityProvider } from '#storage/identity-ports';
import { cookieOf } from '#workers/api/auth';
import type { ApiEnv } from '#workers/api/endpoint';
import { assertOpen } from '#workers/api/named-company';
import { isOwnPage } from '#workers/api/own-page';
import { problemResponse } from '#workers/api/problem-response';
import { acceptedFacts, recordSignIn, type SignInCall, signInBrowser } from '#workers/api/signed-in-answer';
import { cookieNameAt, FLOW_COOKIE } from '#workers/door/platform-cookies';
import type { RegionEnv } from '#workers/env';
import { ACCESS_HEADER, personOfAccess } from '#workers/identity/access-jwt';
import { type ExternalPerson, userOfExternal } from '#workers/identity/external-person';
import { publicOrigin } from '#workers/identity/public-origin';
import { clientSecretPlace, unsealed } from '#workers/identity/sealed';
import { secretOf, verifiedClaims } from '#workers/identity/user-sessions';
import { admitStranger } from '#workers/quota/strangers';
import { storesOf } from '#workers/stores';

const HOME = '/executions';
const FLOW_AUDIENCE = 'sign-in-flow';
const FLOW_SECONDS = 600;

export function createProviderRoutes(): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.get('/sign-in/with/:provider', (c) => {
    const company = c.req.query('company') ?? '';
    const call = { env: c.env, request: c.req.raw, requestId: c.get('requestId'), now: Date.now() };
    const next = c.req.query('next');
    return shown(call, company, async () => {
      const provider = await providerOf(c.env, company, c.req.param('provider'));
      if (provider.settings.kind === 'access') {
        const person = await personOfAccess(provider.settings, c.req.raw.headers.get(ACCESS_HEADER), c.env);
        return signedIn(call, company, provider, person, next);
      }
      const { beginOidc } = await import('#workers/identity/oidc');
      const { url, flow } = await beginOidc(provider.settings, redirectUri(c.env, c.req.raw, company), c.env);
      const kept = { tenant: company, provider: provider.id, ...flow, ...(isOwnPage(next) ? { next } : {}) };
      return redirect(url, flowCookie(c.req.raw, await flowToken(c.env, kept), FLOW_SECONDS));
    });
  });

  app.get('/sign-in/callback/:company', (c) => {
    const company = c.req.param('company');
    const call = { env: c.env, request: c.req.raw, requestId: c.get('requestId'), now: Date.now() };
    return shown(call, company, async () => {
      const flow = await flowOf(c.env, c.req.raw, company);
      const provider = await providerOf(c.env, company, flow.provider);
      if (provider.settings.kind !== 'oidc') throw new Problem('unknown_provider');
      const secret = provider.secret ? (await unsealed(c.env, provider.secret, clientSecretPlace(company, provider.id))).value : undefined;
      const { finishOidc } = await import('#workers/identity/oidc');
      const returned = { answer: new URL(c.req.url), redirectUri: redirectUri(c.env, c.req.raw, company), flow };
      return signedIn(call, company, provider, await finishOidc(provider.settings, secret, returned, c.env), flow.next);
    });
  });
  return app;
}

export function redirectUri(env: RegionEnv, request: Request, company: string): string {
  return `${publicOrigin(env, request)}/sign-in/callback/${company}`;
}

async function signedIn(call: SignInCall, tenant: string, provider: IdentityProvider, person: ExternalPerson, next: string | undefined): Promise<Response> {
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

async function providerOf(env: RegionEnv, company: string, id: string): Promise<IdentityProvider> {
  if (!SLUG.test(company)) throw new Problem('unknown_tenant');
  await assertOpen(env, company);
  const provider = await storesOf(env).identityProviders.get(company, id);
  if (!provider?.settings.enabled) throw new Problem('unknown_provider');
  return provider;
}

interface Flow {
  tenant: string;
  provider: string;
  state: string;
  nonce: string;
  verifier: string;
  next?: string;
}

function flowToken(env: RegionEnv, flow: Flow): Promise<string> {
  return new SignJWT({ ...flow }).setProtectedHeader({ alg: 'HS256' }).setAudience(FLOW_AUDIENCE).setExpirationTime(`${FLOW_SECONDS}s`).sign(secretOf(env));
}

async function flowOf(env: RegionEnv, request: Request, company: string): Promise<Flow> {
  const claims = await verifiedClaims(cookieOf(request, cookieNameAt(request.url, FLOW_COOKIE)) ?? '', env);
  if (claims?.aud !== FLOW_AUDIENCE || claims.tenant !== company) {
    throw new Problem('sign_in_failed', 'This browser has begun no such sign-in, or began it too long ago.');
  }
  return claims as unknown as Flow;
}

/** A person is shown the sign-in page, with the reason; a program gets the problem. */
async function shown({ env, request, requestId }: SignInCall, company: string, work: () => Promise<Response>): Promise<Response> {
  try {
    await admitStranger(env, request, 'medium');
    return await work();
  } catch (error) {
    const code = error instanceof Problem ? error.code : 'internal';
    if (code === 'internal' || !(request.headers.get('accept') ?? '').includes('text/html')) return problemResponse(error, requestId);
    const query = new URLSearchParams({ ...(SLUG.test(company) ? { company } : {}), error: code });
    return redirect(`/sign-in?${query}`, flowCookie(request, '', 0));
  }
}

function flowCookie(request: Request, value: string, maxAge: number): string {
  const secure = new URL(request.url).protocol === 'https:' ? '; Secure' : '';
  return `${cookieNameAt(request.url, FLOW_COOKIE)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure}`;
}

function redirect(location: string, setCookie: string): Response {
  return new Response(null, {
    status: 303,
    headers: { Location: location, 'Set-Cookie': setCookie, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' },
  });
}
