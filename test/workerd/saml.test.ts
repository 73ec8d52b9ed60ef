/** Signing in by SAML 2.0, with answers that another implementation signs: who gets in, and how a provider is added. */
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COMPANY } from '#contracts/access';
import type { RegionEnv } from '#workers/env';
import { storesOf } from '#workers/stores';
import type { CertificateWishes } from '../peers/certificate';
import { call, ORIGIN, send } from './api-client';
import { twoCompanies } from './companies';
import { ProviderBrowser, path } from './provider-browser';
import { added, answer, begin, certificate, enter, inflated, post, SAML, saml } from './saml-peer';

const stores = storesOf(env as unknown as RegionEnv);
const FIELDS = { kind: 'saml', name: 'Corp', issuer: saml.issuer, sso_url: saml.sso, certificates: [saml.certificates.own], email_domains: ['corp.example'] };

beforeAll(twoCompanies);
beforeEach(async () => {
  const tables = ['users', 'user_identities', 'user_sessions', 'identity_providers', 'members', 'invitations', 'saml_answers'];
  await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
});

const meOf = async (browser: ProviderBrowser) =>
  (await call('GET', '/auth/me', { key: null, headers: { cookie: `wf_session=${browser.cookie('wf_session')}` } })).body;

describe('signing in by SAML', () => {
  it('asks by HTTP-Redirect, with a request that says who asks and where to answer', async () => {
    const { id, acs, audience } = await added();
    const begun = await send('GET', `/sign-in/with/${id}?company=acme`, { key: null, headers: { accept: 'text/html' } });
    const address = new URL(path(begun)!);
    expect([begun.status, address.origin + address.pathname]).toEqual([303, saml.sso]);
    expect(begun.headers.get('set-cookie')).toMatch(/^wf_sign_in=\S+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/);
    const request = await inflated(address.searchParams.get('SAMLRequest')!);
    expect(request).toContain(
      `Destination="${saml.sso}" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" AssertionConsumerServiceURL="${acs}"`,
    );
    expect(request).toContain(`<saml:Issuer>${audience}</saml:Issuer>`);
    expect(address.searchParams.get('RelayState')).toMatch(/^[\w-]{43}$/);
  });

  it('signs in who joins by the domain, with the role, and knows them the next time', async () => {
    const provider = await added();
    const browser = new ProviderBrowser();
    expect(await enter(browser, provider, { attributes: { displayName: 'Ada Lovelace' } }, '&next=%2Fmachines')).toBe('/machines');
    expect(browser.cookie('wf_sign_in')).toBeUndefined();
    const me = await meOf(browser);
    expect(me).toMatchObject({ kind: 'user', company: 'acme', user: { email: 'ada@corp.example', name: 'Ada Lovelace' } });
    expect((await stores.members.get('acme', COMPANY, me.id))?.role).toBe('editor');
    const { items } = (await call('GET', '/audit?limit=2')).body;
    expect(items).toMatchObject([
      { action: 'sign-in', actor: `user:${me.id}`, after: { method: `provider:${provider.id}` } },
      { action: 'join', actor: `user:${me.id}`, after: { method: `provider:${provider.id}`, role: 'editor' } },
    ]);
    expect(await enter(new ProviderBrowser(), provider)).toBe('/executions');
    expect((await stores.users.list('acme', { limit: 5 })).items).toHaveLength(1);
  });

  it('takes the address from an attribute, and knows people by a persistent id over its change', async () => {
    const provider = await added({ ...SAML, email_attribute: 'mail' });
    const who = { name_id: 'G-4711', format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' };
    const browser = new ProviderBrowser();
    expect(await enter(browser, provider, { ...who, attributes: { mail: 'Ada@Corp.example' } })).toBe('/executions');
    const first = await meOf(browser);
    expect(first.user.email).toBe('ada@corp.example');
    const again = new ProviderBrowser();
    expect(await enter(again, provider, { ...who, attributes: { mail: 'lovelace@corp.example' } })).toBe('/executions');
    expect((await meOf(again)).id).toBe(first.id);
  });

  it('accepts the invitation of who comes, and takes over the account that is there', async () => {
    const provider = await added({ ...SAML, auto_join_role: null });
    expect(await enter(new ProviderBrowser(), provider)).toBe('/sign-in?company=acme&error=not_invited');
    await call('POST', '/invitations', { body: { email: 'ada@corp.example', role: 'editor', project: 'prj_default' } });
    const browser = new ProviderBrowser();
    expect(await enter(browser, provider)).toBe('/executions');
    const roles = (await stores.members.ofSubject('acme', (await meOf(browser)).id, { limit: 9 })).items;
    expect(roles).toMatchObject([{ level: 'project', id: 'prj_default', role: 'editor' }]);
    const bob = {
      id: 'usr_bob',
      email: 'bob@corp.example',
      name: 'Bob',
      created_at: 1,
      verified_at: null,
      disabled_at: null,
      last_sign_in_at: null,
      second_factor: true,
    };
    await stores.users.create('acme', bob, 'a hash');
    const second = new ProviderBrowser();
    expect(await enter(second, provider, { name_id: 'bob@corp.example' })).toBe('/executions');
    expect((await meOf(second)).id).toBe('usr_bob');
    await stores.users.disable('acme', 'usr_bob', 1);
    expect(await enter(new ProviderBrowser(), provider, { name_id: 'bob@corp.example' })).toBe('/sign-in?company=acme&error=account_disabled');
  });

  it('lets in nobody of a domain that the provider does not speak for, and nobody to another company', async () => {
    const provider = await added();
    expect(await enter(new ProviderBrowser(), provider, { name_id: 'ada@other.example' })).toBe('/sign-in?company=acme&error=not_invited');
    expect((await stores.users.list('acme', { limit: 5 })).items).toEqual([]);
    expect((await stores.users.list('globex', { limit: 5 })).items).toEqual([]);
  });

  it('takes answers whose response is signed as well, with line ends of Windows, and by the next certificate', async () => {
    const provider = await added();
    expect(await enter(new ProviderBrowser(), provider, { sign: ['assertion', 'response'] })).toBe('/executions');
    expect(await enter(new ProviderBrowser(), provider, { after: [['<samlp:Status>', '\r\n  <samlp:Status>']] })).toBe('/executions');
    expect(await enter(new ProviderBrowser(), provider, { key: 'next' })).toBe('/executions');
    const sha512 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512';
    expect(await enter(new ProviderBrowser(), provider, { algorithm: sha512 })).toBe('/executions');
  });

  it('takes signatures by elliptic curves, and by no key of another kind', async () => {
    const ecdsa = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';
    const provider = await added({ ...FIELDS, certificates: [saml.certificates.own, saml.certificates.curve], auto_join_role: 'viewer' });
    expect(await enter(new ProviderBrowser(), provider, { key: 'curve', algorithm: ecdsa })).toBe('/executions');
    const alone = await added({ ...FIELDS, auto_join_role: 'viewer' });
    expect(await enter(new ProviderBrowser(), alone, { key: 'curve', algorithm: ecdsa })).toBe('/sign-in?company=acme&error=answer_refused');
  });

  it('ends in the browser that began it, within a minute, once', async () => {
    const provider = await added();
    const victim = new ProviderBrowser();
    const begun = await begin(victim, provider);
    const led = path(await post(victim, provider, await answer(provider, begun), begun.state))!;
    const refused = '/sign-in?company=acme&error=answer_refused';
    // Nothing of who it is in the address, and nothing that another browser could use.
    expect(led).toMatch(/^\/sign-in\/saml\/acme\/idp_\w+\/return\?code=[\w-]{43}&state=[\w-]{43}$/);
    expect(path(await new ProviderBrowser().open(ORIGIN + led))).toBe(refused);
    // The code was used up by that.
    expect(path(await victim.open(ORIGIN + led))).toBe('/sign-in?company=acme&error=sign_in_failed');

    const attacker = new ProviderBrowser();
    const theirs = await begin(attacker, provider);
    const answerOfAttacker = path(await post(attacker, provider, await answer(provider, theirs, { name_id: 'eve@corp.example' }), theirs.state))!;
    await begin(victim, provider);
    // A page that leads its visitor here, to have them signed in as somebody else.
    expect(path(await victim.open(ORIGIN + answerOfAttacker))).toBe(refused);
    expect(victim.cookie('wf_session')).toBeUndefined();

    const late = await begin(victim, provider);
    const code = path(await post(victim, provider, await answer(provider, late), late.state))!;
    await env.DB.prepare('UPDATE saml_answers SET code_until = 1').run();
    expect(path(await victim.open(ORIGIN + code))).toBe('/sign-in?company=acme&error=sign_in_failed');

    const altered = await begin(victim, provider);
    const other = path(await post(victim, provider, await answer(provider, altered), 'x'.repeat(43)))!;
    expect(path(await victim.open(ORIGIN + other))).toBe(refused);
    expect((await env.DB.prepare('SELECT count(*) AS n FROM users').first())?.n).toBe(0);
  });

  it('goes on although somebody posts rubbish meanwhile', async () => {
    const provider = await added();
    const browser = new ProviderBrowser();
    const begun = await begin(browser, provider);
    const rubbish = await post(browser, provider, 'AAAA');
    expect([path(rubbish), rubbish.headers.get('set-cookie')]).toEqual(['/sign-in?company=acme&error=answer_refused', null]);
    const led = path(await post(browser, provider, await answer(provider, begun), begun.state));
    expect(path(await browser.open(ORIGIN + led!))).toBe('/executions');
  });

  it('keeps no longer who came, and of the assertion a hash for as long as it holds', async () => {
    const provider = await added();
    await enter(new ProviderBrowser(), provider);
    const [row] = (await env.DB.prepare('SELECT * FROM saml_answers').all()).results;
    expect(JSON.stringify(row)).not.toMatch(/ada|corp/);
    expect(Number(row!.expires_at)).toBeGreaterThan(Date.now());
    await env.DB.prepare('UPDATE saml_answers SET expires_at = 1').run();
    await enter(new ProviderBrowser(), provider);
    expect((await env.DB.prepare('SELECT count(*) AS n FROM saml_answers').first())?.n).toBe(1);
  });
});

describe('/identity-providers of SAML', () => {
  it('is added switched off to know our addresses, then told its metadata', async () => {
    const draft = await call('POST', '/identity-providers', { body: { kind: 'saml', name: 'Corp', enabled: false } });
    expect([draft.status, draft.body.issuer, draft.body.certificates]).toEqual([201, undefined, []]);
    const { id, service_provider: self } = draft.body;
    expect(self).toEqual({
      entity_id: `${ORIGIN}/sign-in/saml/acme/${id}/metadata`,
      metadata_url: `${ORIGIN}/sign-in/saml/acme/${id}/metadata`,
      acs_url: `${ORIGIN}/sign-in/saml/acme/${id}`,
    });
    const metadata = await send('GET', `/sign-in/saml/acme/${id}/metadata`, { key: null });
    expect([metadata.status, metadata.headers.get('content-type')]).toEqual([200, 'application/samlmetadata+xml; charset=utf-8']);
    const text = await metadata.text();
    expect(text).toContain(`entityID="${self.entity_id}"`);
    expect(text).toContain(`Location="${self.acs_url}"`);
    expect((await send('GET', `/sign-in/saml/globex/${id}/metadata`, { key: null })).status).toBe(404);
    expect((await call('GET', '/auth/ways?company=acme', { key: null })).body.providers).toEqual([]);

    const told = await call('PUT', `/identity-providers/${id}`, { body: SAML });
    expect(told.body).toMatchObject({ enabled: true, issuer: saml.issuer, sso_url: saml.sso });
    expect(told.body.certificates).toMatchObject([{ subject: 'CN=idp' }, { subject: 'CN=next' }]);
    expect(told.body.metadata).toBeUndefined();
    expect((await call('GET', '/auth/ways?company=acme', { key: null })).body.providers).toMatchObject([{ id, kind: 'saml' }]);
    const again = { id, tenant: 'acme', acs: self.acs_url, audience: self.entity_id };
    expect(await enter(new ProviderBrowser(), again)).toBe('/executions');
  });

  it('keeps what is not entered again, takes new certificates in place of the old, and keeps its entity', async () => {
    const provider = await added(FIELDS);
    const { kind, name, email_domains } = FIELDS;
    const renamed = await call('PUT', `/identity-providers/${provider.id}`, { body: { kind, name: 'Staff', email_domains, auto_join_role: 'viewer' } });
    expect(renamed.body).toMatchObject({ name: 'Staff', issuer: saml.issuer, certificates: [{ subject: 'CN=idp' }] });
    expect(await enter(new ProviderBrowser(), provider)).toBe('/executions');
    await call('PUT', `/identity-providers/${provider.id}`, { body: { kind, name, email_domains, certificates: [saml.certificates.next] } });
    expect(await enter(new ProviderBrowser(), provider)).toBe('/sign-in?company=acme&error=answer_refused');
    expect(await enter(new ProviderBrowser(), provider, { key: 'next' })).toBe('/executions');
    const [entry] = (await call('GET', '/audit?action=PUT%20%2Fidentity-providers%2F%7Bprovider%7D&limit=1')).body.items;
    expect(entry.before.certificates).not.toEqual(entry.after.certificates);
    for (const body of [
      { ...FIELDS, issuer: 'https://other.example' },
      { ...SAML, metadata: saml.metadata.replace(saml.issuer, 'https://other.example') },
    ]) {
      const moved = await call('PUT', `/identity-providers/${provider.id}`, { body });
      expect([moved.status, moved.body.errors[0].path]).toEqual([400, 'issuer']);
    }
    expect((await call('PUT', `/identity-providers/${provider.id}`, { body: { kind: 'oidc', name, issuer: saml.issuer, client_id: 'x' } })).status).toBe(400);
  });

  it('opens nothing while it is switched off, and is gone when it is removed', async () => {
    const provider = await added();
    const browser = new ProviderBrowser();
    const begun = await begin(browser, provider);
    const good = await answer(provider, begun);
    await call('PUT', `/identity-providers/${provider.id}`, { body: { ...SAML, enabled: false } });
    expect(path(await post(browser, provider, good, begun.state))).toBe('/sign-in?company=acme&error=unknown_provider');
    await call('DELETE', `/identity-providers/${provider.id}`);
    expect(path(await post(browser, provider, good, begun.state))).toBe('/sign-in?company=acme&error=unknown_provider');
  });

  const certificates = async (wishes: CertificateWishes) => ({ ...FIELDS, certificates: [(await certificate(wishes)).certificate] });
  it.each<[string, () => object | Promise<object>, string, RegExp]>([
    ['metadata with a document type', () => ({ ...SAML, metadata: `<!DOCTYPE x [<!ENTITY a "b">]>${saml.metadata}` }), 'metadata', /document type/],
    ['metadata that is none', () => ({ ...SAML, metadata: '{"issuer": "x"}' }), 'metadata', /not well-formed/],
    ['metadata without an end', () => ({ ...SAML, metadata: saml.metadata.slice(0, 400) }), 'metadata', /not well-formed/],
    [
      'metadata of a service provider',
      () => ({ ...SAML, metadata: saml.metadata.replaceAll('IDPSSODescriptor', 'SPSSODescriptor') }),
      'metadata',
      /service provider/,
    ],
    ['metadata without HTTP-Redirect', () => ({ ...SAML, metadata: saml.metadata.replaceAll('HTTP-Redirect', 'HTTP-POST') }), 'metadata', /HTTP-Redirect/],
    ['metadata and fields', () => ({ ...SAML, sso_url: saml.sso }), 'sso_url', /in the metadata/],
    ['metadata of 300 KB', () => ({ ...SAML, metadata: saml.metadata + ' '.repeat(300_000) }), 'metadata', /./],
    ['text in place of a certificate', () => ({ ...FIELDS, certificates: ['none'] }), 'certificates.0', /no X\.509|no certificate/],
    ['a private key', async () => ({ ...FIELDS, certificates: [(await certificate({})).privateKey] }), 'certificates.0', /not a certificate/],
    ['a certificate that has expired', () => certificates({ until: Date.now() - 1000 }), 'certificates.0', /has expired/],
    ['a key of 1024 bits', () => certificates({ key: 1024 }), 'certificates.0', /1024 bits/],
    ['a curve that is none of ours', () => certificates({ key: 'ed25519' }), 'certificates.0', /neither RSA/],
    ['six certificates', () => ({ ...FIELDS, certificates: Array(6).fill(saml.certificates.own) }), 'certificates', /./],
    ['no certificate', () => ({ ...FIELDS, certificates: undefined }), 'certificates', /belong together/],
    ['an address that is a script', () => ({ ...FIELDS, sso_url: 'javascript:alert(1)' }), 'sso_url', /./],
    ['nothing, switched on', () => ({ kind: 'saml', name: 'Corp', email_domains: ['corp.example'] }), 'metadata', /switched off/],
    ['no domains', () => ({ ...SAML, email_domains: [], auto_join_role: null }), 'email_domains', /speaks for/],
    ['a secret', () => ({ ...SAML, client_secret: 'x' }), '', /./],
  ])('refuses %s', async (_name, body, field, detail) => {
    const reply = await call('POST', '/identity-providers', { body: await body() });
    expect([reply.status, reply.body.code]).toEqual([400, 'invalid_request']);
    if (field) expect(reply.body.errors[0]).toMatchObject({ path: field });
    expect(reply.body.errors[0].message).toMatch(detail);
    expect((await call('GET', '/identity-providers')).body.items).toEqual([]);
  });

  it('leads nobody to an address without TLS in hosted mode', async () => {
    const reply = await call('POST', '/identity-providers', { body: SAML, bindings: { MODE: 'hosted' } });
    expect([reply.status, reply.body.errors[0].path]).toEqual([400, 'metadata']);
    expect(reply.body.errors[0].message).toContain('https: is needed');
  });
});
