/** Addresses that an identity provider names itself: in hosted mode none of them leads inside, or off TLS. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RegionEnv } from '#workers/env';
import { finishOidc, type OidcSettings } from '#workers/identity/oidc';
import { providerFetch } from '#workers/identity/provider-fetch';
import { keysAt } from '#workers/identity/provider-keys';

const env = { MODE: 'hosted', DOMAIN: 'flows.example' } as unknown as RegionEnv;
const called: string[] = [];
let answers: Record<string, () => Response>;

beforeEach(() => {
  called.length = 0;
  answers = {};
  vi.stubGlobal('fetch', async (url: string) => {
    called.push(url);
    return answers[url]?.() ?? new Response('nobody', { status: 404 });
  });
});
afterEach(() => void vi.unstubAllGlobals());

const moved = (location: string) => () => new Response(null, { status: 302, headers: { location } });

it.each(['https://127.0.0.1/keys', 'https://metadata.internal/keys', 'http://keys.example/', 'https://keys.example:25/'])(
  'keys are not read at %s',
  async (url) => {
    const verify = keysAt(url, env);
    await expect(verify({ alg: 'RS256', kid: 'k' }, { payload: '', signature: '' })).rejects.toMatchObject({ code: 'provider_failed' });
    expect(called).toEqual([]);
  },
);

it.each(['https://10.0.0.1/', 'http://login.example/', '//[::1]/'])('nobody is led to %s', async (location) => {
  answers['https://login.example/'] = moved(location);
  await expect(providerFetch(env)('https://login.example/')).rejects.toMatchObject({ code: 'provider_failed' });
  expect(called).toEqual(['https://login.example/']);
});

it.each(['https://169.254.169.254/token', 'http://tokens.example/'])('no code is handed in at %s', async (token_endpoint) => {
  const issuer = `https://login.example/${encodeURIComponent(token_endpoint)}`;
  const discovery = `${issuer}/.well-known/openid-configuration`;
  answers[discovery] = () => Response.json({ issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint, jwks_uri: `${issuer}/keys` });
  const settings = { kind: 'oidc', issuer, client_id: 'c', scopes: ['openid'] } as unknown as OidcSettings;
  const flow = { state: 's', nonce: 'n', verifier: 'v'.repeat(43) };
  const returned = {
    answer: new URL('https://flows.example/sign-in/callback/acme?code=1&state=s'),
    redirectUri: 'https://flows.example/sign-in/callback/acme',
    flow,
  };
  await expect(finishOidc(settings, 'secret', returned, env)).rejects.toMatchObject({ code: 'provider_failed' });
  expect(called).toEqual([discovery]);
});
