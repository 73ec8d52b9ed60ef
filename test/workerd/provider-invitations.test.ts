/** Invitations of people who sign in through an identity provider: accepted by doing so, and by nobody else. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { RegionEnv } from '#workers/env';
import { storesOf } from '#workers/stores';
import { call, ORIGIN } from './api-client';
import { ProviderBrowser, path } from './provider-browser';

const { issuer } = inject('oidc');
const stores = storesOf(env as unknown as RegionEnv);
const OIDC = {
  kind: 'oidc',
  name: 'Corp',
  issuer,
  client_id: 'workflow',
  client_secret: 'client-secret-of-workflow',
  email_domains: ['corp.example'],
  auto_join_role: 'editor',
};

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
});
beforeEach(async () => {
  const tables = ['users', 'user_identities', 'user_sessions', 'identity_providers', 'members', 'invitations'];
  await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
});

async function provider(settings: object): Promise<string> {
  const made = await call('POST', '/identity-providers', { body: settings });
  expect(made.status).toBe(201);
  return made.body.id;
}

describe('an invitation of somebody who signs in through a provider', () => {
  const BY_INVITATION = { ...OIDC, auto_join_role: null };
  const INVITED = { email: 'ada@corp.example', role: 'editor', project: 'prj_default' };
  const tokenOf = (url: string) => new URL(url).searchParams.get('token')!;

  async function invite(body: object = INVITED): Promise<string> {
    return tokenOf((await call('POST', '/invitations', { body })).body.url);
  }

  async function enter(id: string, login = 'ada'): Promise<{ place: string | null; cookie: string }> {
    const browser = new ProviderBrowser();
    const answer = await browser.open(await browser.signInAtProvider(await browser.open(`${ORIGIN}/sign-in/with/${id}?company=acme`), login));
    return { place: path(answer), cookie: `wf_session=${browser.cookie('wf_session')}` };
  }

  const look = async (token: string, cookie?: string) =>
    (await call('GET', `/auth/invitation?company=acme&token=${token}`, { key: null, headers: cookie ? { cookie } : {} })).body;
  const rolesOf = async (id: string) =>
    (await stores.members.ofSubject('acme', id, { limit: 9 })).items.map(({ level, id: place, role }) => [level, place, role].join(' ').replace('  ', ' '));
  const accepted = async () => (await call('GET', '/audit?action=accept-invitation&limit=1')).body.items[0];

  it('makes their account with its role, and no password is asked for', async () => {
    const id = await provider(BY_INVITATION);
    const token = await invite();
    expect(await look(token)).toMatchObject({
      account: false,
      has_password: false,
      signed_in: false,
      providers: [{ id, url: `/sign-in/with/${id}?company=acme` }],
    });
    const { place, cookie } = await enter(id);
    expect(place).toBe('/executions');
    const me = (await call('GET', '/auth/me', { key: null, headers: { cookie } })).body;
    expect(me.user.email).toBe('ada@corp.example');
    expect(await rolesOf(me.id)).toEqual(['project prj_default editor']);
    expect((await look(token)).code).toBe('link_invalid');
    expect(await accepted()).toMatchObject({ actor: `user:${me.id}`, after: { method: `provider:${id}`, role: 'editor', place: 'prj_default' } });
  });

  it('holds beside the role with which their domain joins', async () => {
    const id = await provider(OIDC);
    await invite({ email: 'ada@corp.example', role: 'owner' });
    await invite();
    const { cookie } = await enter(id);
    const me = (await call('GET', '/auth/me', { key: null, headers: { cookie } })).body;
    expect(await rolesOf(me.id)).toEqual(['company owner', 'project prj_default editor']);
  });

  it('reaches an account that has no password: signed in with one press, or by signing in', async () => {
    const id = await provider({ ...OIDC, auto_join_role: 'viewer' });
    const first = await enter(id);
    const me = (await call('GET', '/auth/me', { key: null, headers: { cookie: first.cookie } })).body;
    const token = await invite();
    expect(await look(token)).toMatchObject({ account: true, has_password: false, signed_in: false, providers: [{ id }] });
    expect((await look(token, first.cookie)).signed_in).toBe(true);
    const headers = { cookie: first.cookie, origin: ORIGIN };
    expect((await call('POST', '/auth/invitation', { key: null, headers, body: { company: 'acme', token } })).status).toBe(200);
    await invite({ ...INVITED, role: 'admin' });
    await enter(id);
    expect(await rolesOf(me.id)).toEqual(['company viewer', 'project prj_default admin']);
  });

  it('lets in nobody whose address the provider does not vouch for, nor after it was withdrawn', async () => {
    const id = await provider(BY_INVITATION);
    const refused = '/sign-in?company=acme&error=not_invited';
    await invite({ ...INVITED, email: 'eve@corp.example' });
    expect((await enter(id, 'eve')).place).toBe(refused);
    const { id: invitation } = (await call('POST', '/invitations', { body: INVITED })).body;
    await call('DELETE', `/invitations/${invitation}`);
    expect((await enter(id)).place).toBe(refused);
    expect((await stores.users.list('acme', { limit: 5 })).items).toEqual([]);
  });

  it('is accepted by any provider that says whose address it is, but takes over no account by one that speaks for no domain', async () => {
    const id = await provider({ ...BY_INVITATION, email_domains: [] });
    const token = await invite();
    expect((await look(token)).providers).toMatchObject([{ id }]);
    expect((await enter(id)).place).toBe('/executions');
    await stores.users.create(
      'acme',
      { id: 'usr_bob', email: 'bob@corp.example', name: 'Bob', created_at: 1, verified_at: 1, disabled_at: null, last_sign_in_at: null, second_factor: false },
      'a hash',
    );
    const other = await invite({ ...INVITED, email: 'bob@corp.example' });
    expect(await look(other)).toMatchObject({ account: true, has_password: true, providers: [] });
    expect((await enter(id, 'bob')).place).toBe('/sign-in?company=acme&error=not_invited');
    expect(await rolesOf('usr_bob')).toEqual([]);
  });
});
