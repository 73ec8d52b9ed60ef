/**
 * Signing in through an identity provider, as the browser goes: `/sign-in/with/{provider}?company=` leads away, and
 * `/sign-in/callback/{company}` is where it comes back from OpenID Connect (from SAML: `saml-routes.ts`).
 */
import { type Context, Hono } from 'hono';
import { Problem } from '#contracts/problems';
import type { ApiEnv } from '#workers/api/endpoint';
import { type Flow, flowOf, ledAway, noFlow, providerOf, shown, signedIn } from '#workers/api/provider-flow';
import { serviceProvider } from '#workers/api/saml-routes';
import type { SignInCall } from '#workers/api/signed-in-answer';
import type { RegionEnv } from '#workers/env';
import { ACCESS_HEADER, personOfAccess } from '#workers/identity/access-jwt';
import type { OidcFlow } from '#workers/identity/oidc';
import { publicOrigin } from '#workers/identity/public-origin';
import { clientSecretPlace, unsealed } from '#workers/identity/sealed';

export function createProviderRoutes(): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.get('/sign-in/with/:provider', (c) => {
    const company = c.req.query('company') ?? '';
    const call = signInCall(c);
    const next = c.req.query('next');
    return shown(call, company, async () => {
      const provider = await providerOf(c.env, company, c.req.param('provider'));
      const { settings } = provider;
      const flow = { tenant: company, provider: provider.id, ...(next === undefined ? {} : { next }) };
      switch (settings.kind) {
        case 'access':
          return signedIn(call, company, provider, await personOfAccess(settings, c.req.raw.headers.get(ACCESS_HEADER), c.env), next);
        case 'oidc': {
          const { beginOidc } = await import('#workers/identity/oidc');
          const begun = await beginOidc(settings, redirectUri(c.env, c.req.raw, company), c.env);
          return ledAway(call, begun.url, { ...flow, ...begun.flow });
        }
        case 'saml': {
          const { beginSaml, isSamlReady } = await import('#workers/identity/saml/sign-in');
          if (!isSamlReady(provider)) throw new Problem('unknown_provider');
          const begun = await beginSaml(provider, serviceProvider(c.env, c.req.raw, company, provider.id), call.now);
          return ledAway(call, begun.url, { ...flow, ...begun.flow });
        }
      }
    });
  });

  app.get('/sign-in/callback/:company', (c) => {
    const company = c.req.param('company');
    const call = signInCall(c);
    return shown(call, company, async () => {
      const flow = await flowOf<Flow & OidcFlow>(call, company);
      if (!flow) throw noFlow();
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

function signInCall(c: Context<ApiEnv>): SignInCall {
  return { env: c.env, request: c.req.raw, requestId: c.get('requestId'), now: Date.now() };
}
