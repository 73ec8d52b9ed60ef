/** Signing in through identity providers: a real OpenID provider, and Cloudflare Access, with what must not get in. */
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { COMPANY } from '#contracts/access';
import type { RegionEnv } from '#workers/env';
import { storesOf } from '#workers/stores';
// @ts-expect-error -- Vite gives the text of the file.
import guide from '../../docs/sign-in.md?raw';
import { call, ORIGIN, send } from './api-client';
import { twoCompanies } from './companies';
import { ProviderBrowser, path } from './provider-browser';

const { issuer, team } = inject('oidc');
const stores = storesOf(env as unknown as RegionEnv);
const SECRET = 'client-secret-of-workflow';
const OIDC = { kind: 'oidc', name: 'Corp', issuer, client_id: 'workflow', client_secret: SECRET, email_domains: ['corp.example'], auto_join_role: 'editor' };
const ACCESS = { kind: 'access', name: 'Access', issuer: team, audience: 'aud-of-the-app', email_domains: ['corp.example'], auto_join_role: 'viewer' };

beforeAll(async () => {
  await twoCompanies();
});
beforeEach(async () => {
  const tables = ['users', 'user_identities', 'user_sessions', 'identity_providers', 'members'];
  await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
});

async function provider(settings: object): Promise<string> {
  const made = await call('POST', '/identity-providers', { body: settings });
  expect(made.status).toBe(201);
  return made.body.id;
}

describe('OpenID Connect', () => {
  const start = (browser: ProviderBrowser, id: string, more = '') => browser.open(`${ORIGIN}/sign-in/with/${id}?company=acme${more}`);

  async function come(login: string, settings: object = OIDC): Promise<{ browser: ProviderBrowser; answer: Response }> {
    const id = await provider(settings);
    const browser = new ProviderBrowser();
    return { browser, answer: await browser.open(await browser.signInAtProvider(await start(browser, id), login)) };
  }

  it('signs in who joins by the domain, with the role, and knows them the next time', async () => {
    const id = await provider(OIDC);
    const browser = new ProviderBrowser();
    const begun = await start(browser, id, '&next=%2Fmachines');
    const asked = new URL(path(begun)!);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${ORIGIN}/sign-in/callback/acme`,
      scope: 'openid email profile',
    });
    expect(begun.headers.get('set-cookie')).toMatch(/Path=\/; HttpOnly; SameSite=Lax/);
    const answer = await browser.open(await browser.signInAtProvider(begun, 'ada'));
    expect([answer.status, path(answer)]).toEqual([303, '/machines']);
    expect(browser.cookie('wf_sign_in')).toBeUndefined();
    const me = await call('GET', '/auth/me', { key: null, headers: { cookie: `wf_session=${browser.cookie('wf_session')}` } });
    expect(me.body).toMatchObject({ kind: 'user', user: { email: 'ada@corp.example', name: 'ada' } });
    expect((await stores.members.get('acme', COMPANY, me.body.id))?.role).toBe('editor');
    const joined = async () => (await call('GET', '/audit?action=join')).body.items;
    const entry = { actor: `user:${me.body.id}`, target: `users/${me.body.id}`, after: { method: `provider:${id}`, role: 'editor', level: 'company' } };
    expect(await joined()).toMatchObject([entry]);
    const again = new ProviderBrowser();
    await again.open(await again.signInAtProvider(await start(again, id), 'ada'));
    expect((await stores.users.list('acme', { limit: 5 })).items).toHaveLength(1);
    expect(await joined()).toHaveLength(1);
    const stored = JSON.stringify((await env.DB.prepare('SELECT * FROM identity_providers').all()).results);
    expect(stored).not.toContain(SECRET);
  });

  it.each<[string, string, object, string]>([
    ['an address that is not verified', 'eve', OIDC, 'not_invited'],
    ['no address', 'mute', OIDC, 'not_invited'],
    ['an address of another domain', 'ada', { ...OIDC, email_domains: ['other.example'] }, 'not_invited'],
    ['nobody has invited them', 'ada', { ...OIDC, auto_join_role: null }, 'not_invited'],
    ['the wrong secret of the client', 'ada', { ...OIDC, client_secret: 'wrong' }, 'provider_failed'],
  ])('lets nobody in with %s', async (_name, login, settings, code) => {
    const { browser, answer } = await come(login, settings);
    expect(path(answer)).toBe(`/sign-in?company=acme&error=${code}`);
    expect(browser.cookie('wf_session')).toBeUndefined();
    expect((await stores.users.list('acme', { limit: 5 })).items).toEqual([]);
  });

  it('goes on where a first sign-in was cut short, and gives nobody back a role that was taken', async () => {
    const joined = {
      id: 'usr_ada',
      email: 'ada@corp.example',
      name: 'ada',
      created_at: 1,
      verified_at: 1,
      disabled_at: null,
      last_sign_in_at: null,
      second_factor: false,
    };
    await stores.users.create('acme', joined, null);
    await come('ada');
    expect((await stores.members.get('acme', COMPANY, 'usr_ada'))?.role).toBe('editor');
    await stores.members.remove('acme', COMPANY, 'usr_ada');
    await come('ada');
    expect(await stores.members.get('acme', COMPANY, 'usr_ada')).toBeNull();
  });

  it('lets nobody in any more whose domain was taken off the list', async () => {
    const id = await provider(OIDC);
    const enter = async () => {
      const browser = new ProviderBrowser();
      return path(await browser.open(await browser.signInAtProvider(await start(browser, id), 'ada')));
    };
    expect(await enter()).toBe('/executions');
    await call('PUT', `/identity-providers/${id}`, { body: { ...OIDC, email_domains: ['other.example'] } });
    expect(await enter()).toBe('/sign-in?company=acme&error=not_invited');
  });

  it('takes over an account that exists only where the provider speaks for its domain', async () => {
    const user = {
      id: 'usr_ada',
      email: 'ada@corp.example',
      name: 'Ada',
      created_at: 1,
      verified_at: null,
      disabled_at: null,
      last_sign_in_at: null,
      second_factor: false,
    };
    await stores.users.create('acme', user, 'a hash');
    const refused = await come('ada', { ...OIDC, email_domains: [], auto_join_role: null });
    expect(path(refused.answer)).toBe('/sign-in?company=acme&error=not_invited');
    const taken = await come('ada', { ...OIDC, auto_join_role: null });
    expect(path(taken.answer)).toBe('/executions');
    await stores.users.disable('acme', 'usr_ada', 1);
    expect(path((await come('ada')).answer)).toBe('/sign-in?company=acme&error=account_disabled');
  });

  it('ends where another browser began it, when it is altered, and the second time', async () => {
    const id = await provider(OIDC);
    const victim = new ProviderBrowser();
    const back = await victim.signInAtProvider(await start(victim, id), 'ada');
    expect(path(await new ProviderBrowser().open(back))).toBe('/sign-in?company=acme&error=sign_in_failed');
    const attacker = new ProviderBrowser();
    await start(attacker, id);
    expect(path(await attacker.open(back))).toBe('/sign-in?company=acme&error=provider_failed');
    for (const change of [
      (url: URL) => url.searchParams.set('state', 'other'),
      (url: URL) => url.searchParams.set('code', 'other'),
      (url: URL) => url.searchParams.set('iss', 'https://evil.example'),
    ]) {
      const altered = new URL(await victim.signInAtProvider(await start(victim, id), 'ada'));
      change(altered);
      expect(path(await victim.open(altered.href))).toMatch(/error=(provider_failed|sign_in_failed)$/);
    }
    const good = await victim.signInAtProvider(await start(victim, id), 'ada');
    const elsewhere = good.replace('/callback/acme', '/callback/globex');
    expect(path(await victim.open(elsewhere))).toBe('/sign-in?company=globex&error=sign_in_failed');
    const fresh = await victim.signInAtProvider(await start(victim, id), 'ada');
    expect(path(await victim.open(fresh))).toBe('/executions');
    expect(path(await victim.open(fresh))).toBe('/sign-in?company=acme&error=sign_in_failed');
  });

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', '/%0d%0aSet-Cookie:x=y\n'])(
    'leads on to no other place: %s',
    async (next) => {
      const id = await provider(OIDC);
      const browser = new ProviderBrowser();
      const begun = await start(browser, id, `&next=${encodeURIComponent(next)}`);
      const answer = await browser.open(await browser.signInAtProvider(begun, 'ada'));
      expect(path(answer)).toMatch(/^\/(executions|%0d%0aSet-Cookie:x=y)$/);
    },
  );

  it('tells when it was cancelled, and when a provider is none or switched off', async () => {
    const id = await provider(OIDC);
    const browser = new ProviderBrowser();
    const state = new URL(path(await start(browser, id))!).searchParams.get('state');
    const cancelled = await browser.open(`${ORIGIN}/sign-in/callback/acme?error=access_denied&state=${state}&iss=${encodeURIComponent(issuer)}`);
    expect(path(cancelled)).toBe('/sign-in?company=acme&error=sign_in_failed');
    expect(path(await start(browser, 'idp_nope'))).toBe('/sign-in?company=acme&error=unknown_provider');
    expect(path(await browser.open(`${ORIGIN}/sign-in/with/${id}?company=globex`))).toBe('/sign-in?company=globex&error=unknown_provider');
    await call('PUT', `/identity-providers/${id}`, { body: { ...OIDC, enabled: false } });
    expect(path(await start(browser, id))).toBe('/sign-in?company=acme&error=unknown_provider');
    expect((await call('GET', '/auth/ways?company=acme', { key: null })).body.providers).toEqual([]);
  });
});

describe('a bridge that speaks SAML, as docs/sign-in.md sets it up', () => {
  /** What its fourth step sends, with the address and the secret of the provider of this test. */
  const [, said] = /^ +-d '(\{"kind": "oidc", "name": "Corp".*?\})'$/ms.exec(guide) ?? [];
  const settings = { ...JSON.parse(said!), issuer, client_secret: SECRET, email_domains: ['corp.example'] };

  it('signs people in from the address of its fifth step, and knows them by the id of the bridge', async () => {
    const { id } = (await call('POST', '/identity-providers', { body: settings })).body;
    const [, link] = /^5\. `(.+?)` is the address for your portal/m.exec(guide)!;
    const browser = new ProviderBrowser();
    const begun = await browser.open(`${ORIGIN}${link!.replace('{id}', id)}`);
    const back = await browser.signInAtProvider(begun, 'ada');
    expect(new URL(back).pathname).toBe(/`https:\/\/flows\.example(\/sign-in\/callback\/acme)`/.exec(guide)![1]);
    const answer = await browser.open(back);
    expect([answer.status, path(answer)]).toEqual([303, '/executions']);
    const me = await call('GET', '/auth/me', { key: null, headers: { cookie: `wf_session=${browser.cookie('wf_session')}` } });
    expect((await stores.members.get('acme', COMPANY, me.body.id))?.role).toBe('viewer');
    expect((await stores.users.byIdentity('acme', id, 'ada'))?.id).toBe(me.body.id);
  });

  it('lets nobody in whose address the bridge does not trust', async () => {
    const { id } = (await call('POST', '/identity-providers', { body: settings })).body;
    const browser = new ProviderBrowser();
    const answer = await browser.open(await browser.signInAtProvider(await browser.open(`${ORIGIN}/sign-in/with/${id}?company=acme`), 'eve'));
    expect(path(answer)).toBe('/sign-in?company=acme&error=not_invited');
  });
});

describe('Cloudflare Access', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const claims = (more: object = {}) => ({
    iss: team,
    aud: ['aud-of-the-app'],
    sub: 'access-ada',
    email: 'ada@corp.example',
    iat: now(),
    exp: now() + 60,
    ...more,
  });
  const signed = async (body: object, query = '') => (await fetch(`${team}/sign${query}`, { method: 'POST', body: JSON.stringify(body) })).text();
  const come = async (token: string | null, id: string) =>
    path(
      await send('GET', `/sign-in/with/${id}?company=acme`, {
        key: null,
        headers: { accept: 'text/html', ...(token === null ? {} : { 'cf-access-jwt-assertion': token }) },
      }),
    );

  it('signs in whom it names', async () => {
    const id = await provider(ACCESS);
    expect(await come(await signed(claims()), id)).toBe('/executions');
    const [user] = (await stores.users.list('acme', { limit: 5 })).items;
    expect([user?.email, (await stores.members.get('acme', COMPANY, user!.id))?.role]).toEqual(['ada@corp.example', 'viewer']);
  });

  it('is believed by its signature only', async () => {
    const id = await provider(ACCESS);
    const refused: Record<string, string | null> = {
      'no token': null,
      'no signature': await signed(claims(), '?alg=none'),
      'the public key as a secret': await signed(claims(), '?alg=HS256'),
      'a key of somebody else': await signed(claims(), '?key=stranger'),
      'another team': await signed(claims({ iss: 'https://evil.cloudflareaccess.com' })),
      'another application': await signed(claims({ aud: ['another'] })),
      'a token of the past': await signed(claims({ iat: now() - 600, exp: now() - 300 })),
      'a service': await signed(claims({ sub: '' })),
      'no address': await signed(claims({ email: undefined })),
    };
    for (const [name, token] of Object.entries(refused)) expect([name, await come(token, id)]).toEqual([name, '/sign-in?company=acme&error=sign_in_failed']);
    expect((await stores.users.list('acme', { limit: 5 })).items).toEqual([]);
  });

  it('may change its keys', async () => {
    const id = await provider(ACCESS);
    expect(await come(await signed(claims()), id)).toBe('/executions');
    await fetch(`${team}/rotate`, { method: 'POST' });
    const token = await signed(claims({ exp: now() + 600 }));
    // Keys are not fetched again within seconds, whatever is sent.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 30_000 });
    try {
      expect(await come(token, id)).toBe('/executions');
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('/identity-providers', () => {
  it('shows everything but the secret, keeps it over a change, and is removed with its links', async () => {
    const id = await provider(OIDC);
    const list = await call('GET', '/identity-providers');
    expect(list.body.items).toMatchObject([{ id, kind: 'oidc', name: 'Corp', has_secret: true, redirect_uri: `${ORIGIN}/sign-in/callback/acme` }]);
    expect(JSON.stringify(list.body)).not.toContain(SECRET);
    const { client_secret: _, ...rest } = OIDC;
    const changed = await call('PUT', `/identity-providers/${id}`, { body: { ...rest, name: 'Corporation' } });
    expect(changed.body).toMatchObject({ name: 'Corporation', has_secret: true });
    expect((await call('GET', '/identity-providers', { headers: { 'x-tenant': 'globex' } })).body.items).toEqual([]);
    expect((await call('DELETE', `/identity-providers/${id}`, { headers: { 'x-tenant': 'globex' } })).body.code).toBe('unknown_provider');
    expect((await call('DELETE', `/identity-providers/${id}`)).status).toBe(204);
    expect((await call('GET', '/auth/ways?company=acme', { key: null })).body.providers).toEqual([]);
  });

  it('keeps its issuer: another one would get its secret, and say who its people are', async () => {
    const id = (await call('POST', '/identity-providers', { body: OIDC })).body.id;
    const { client_secret: _, ...kept } = OIDC;
    const moved = await call('PUT', `/identity-providers/${id}`, { body: { ...kept, issuer: 'https://evil.example' } });
    expect([moved.status, moved.body.code, moved.body.errors[0].path]).toEqual([400, 'invalid_request', 'issuer']);
    expect((await call('PUT', `/identity-providers/${id}`, { body: { ...kept, name: 'Staff' } })).body).toMatchObject({
      name: 'Staff',
      issuer,
      has_secret: true,
    });
  });

  it('is for owners: whoever says who people are can be anybody', async () => {
    const key = (await call('POST', '/api-keys', { body: { tenant: 'acme', role: 'admin', name: 'k' } })).body.key;
    expect((await call('POST', '/identity-providers', { key, body: OIDC })).body.code).toBe('forbidden');
  });

  it.each<[string, object, number, string]>([
    ['joining without domains', { ...OIDC, email_domains: [] }, 400, 'invalid_request'],
    ['an issuer that is no provider', { ...OIDC, issuer: team }, 502, 'provider_failed'],
    ['an issuer that is a script', { ...OIDC, issuer: 'javascript:alert(1)' }, 400, 'invalid_request'],
    ['a domain that is a pattern', { ...OIDC, email_domains: ['*.example'] }, 400, 'invalid_request'],
    ['a role that is none', { ...OIDC, auto_join_role: 'root' }, 400, 'invalid_request'],
    ['a key of another kind', { ...ACCESS, client_secret: 'x' }, 400, 'invalid_request'],
    ['another kind', { ...OIDC, kind: 'ldap' }, 400, 'invalid_request'],
  ])('refuses %s', async (_name, body, status, code) => {
    const reply = await call('POST', '/identity-providers', { body });
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect((await call('GET', '/identity-providers')).body.items).toEqual([]);
  });

  it('calls no private address in hosted mode', async () => {
    const bindings = { MODE: 'hosted' } as const;
    for (const address of ['https://127.0.0.1', 'https://169.254.169.254', 'https://metadata.internal']) {
      const reply = await call('POST', '/identity-providers', { body: { ...OIDC, issuer: address }, bindings });
      expect([reply.status, reply.body.code]).toEqual([502, 'provider_failed']);
      expect(reply.body.detail).toContain('cannot be called from here');
    }
    expect((await call('POST', '/identity-providers', { body: { ...OIDC, issuer: 'http://login.example' }, bindings })).body.code).toBe('provider_failed');
  });
});
