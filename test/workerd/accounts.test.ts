/** Accounts: invitations, second factors, another address, and the people of a company, over the API, on D1, with the hostile cases of each. */
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { COMPANY } from '#contracts/access';
import { newInvitationToken } from '#workers/identity/invitations';
import { secondFactorPlace, unsealed } from '#workers/identity/sealed';
import { beginBrowserSession } from '#workers/identity/user-sessions';
import { call, ORIGIN, type Reply, send } from './api-client';
import { ADA, browser, codeAt, cookieOf, guessed, linkOfMail, nobodyAtFirst, open, owner, PASSWORD, person, region, signedIn, stores } from './people';

nobodyAtFirst();

describe('an invitation', () => {
  async function invite(email: string, role: 'viewer' | 'admin' = 'viewer', expires_at = Date.now() + 60_000): Promise<string> {
    const { token, hash } = await newInvitationToken();
    await stores.invitations.create('acme', { ...COMPANY, invitation_id: `inv_${email}`, email, role, created_at: 1, created_by: 'admin', expires_at }, hash);
    return token;
  }

  it('becomes an account with the role, once', async () => {
    const token = await invite('bob@example.com');
    const shown = await call('GET', `/auth/invitation?company=acme&token=${token}`, { key: null });
    expect(shown.body).toMatchObject({ email: 'bob@example.com', role: 'viewer', company_name: 'acme', account: false });
    const body = { company: 'acme', token, name: 'Bob', password: PASSWORD };
    expect((await open('POST', '/auth/invitation', { ...body, name: undefined })).body.code).toBe('invalid_request');
    expect((await open('POST', '/auth/invitation', { ...body, password: '1234567890' })).body.code).toBe('weak_password');
    expect((await open('POST', '/auth/invitation', body, { headers: { origin: 'https://evil.example' } })).body.code).toBe('forbidden');
    const accepted = await open('POST', '/auth/invitation', body);
    expect([accepted.status, accepted.body.user.email]).toEqual([200, 'bob@example.com']);
    expect((await browser(cookieOf(accepted))('GET', '/workflows')).status).toBe(200);
    expect((await browser(cookieOf(accepted))('GET', '/secrets')).body.code).toBe('forbidden');
    expect((await open('POST', '/auth/invitation', body)).body.code).toBe('link_invalid');
    const entries = (await call('GET', '/audit?limit=20')).body.items as { action: string; actor: string; after?: object }[];
    expect(entries.find(({ action }) => action === 'accept-invitation')).toMatchObject({ actor: `user:${accepted.body.user.id}`, after: { role: 'viewer' } });
  });

  it('takes the password of an account that is there, or its session', async () => {
    await person('bob@example.com', PASSWORD);
    const body = { company: 'acme', token: await invite('bob@example.com'), name: 'Bob' };
    expect((await open('POST', '/auth/invitation', body)).body.code).toBe('sign_in_failed');
    expect((await open('POST', '/auth/invitation', { ...body, password: 'a wrong password' })).body.code).toBe('sign_in_failed');
    expect((await open('POST', '/auth/invitation', { ...body, password: PASSWORD })).status).toBe(200);
    const cookie = await signedIn('usr_bob');
    const again = await browser(cookie)('POST', '/auth/invitation', { company: 'acme', token: await invite('bob@example.com', 'admin') });
    expect(again.status).toBe(200);
    expect((await stores.members.get('acme', COMPANY, 'usr_bob'))?.role).toBe('admin');
  });

  it('is worth nothing expired, in another company, or with the session of somebody else', async () => {
    const { cookie } = await owner();
    await person('bob@example.com', PASSWORD);
    const old = await invite('bob@example.com', 'viewer', 1);
    expect((await open('POST', '/auth/invitation', { company: 'acme', token: old, password: PASSWORD })).body.code).toBe('link_invalid');
    const token = await invite('bob@example.com');
    expect((await open('POST', '/auth/invitation', { company: 'globex', token, name: 'Bob', password: PASSWORD })).body.code).toBe('link_invalid');
    expect((await browser(cookie)('POST', '/auth/invitation', { company: 'acme', token })).body.code).toBe('sign_in_failed');
  });
});

describe('the second factor', () => {
  // A code is of half a minute of the clock, and the one before it is the oldest that is taken.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() }));
  afterEach(() => void vi.useRealTimers());

  async function enrolled() {
    const { cookie } = await owner();
    const ada = browser(cookie);
    const { secret } = (await ada('POST', '/auth/second-factor', { password: PASSWORD })).body;
    const confirmed = await ada('POST', '/auth/second-factor/confirm', { code: codeAt(secret, Date.now() - 30_000) });
    return { ada, secret, codes: confirmed.body.recovery_codes as string[] };
  }

  it('is asked for at the sign-in once it is confirmed, and takes no code twice', async () => {
    const { secret, ada } = await enrolled();
    expect((await ada('GET', '/auth/second-factor')).body).toEqual({ enabled: true, recovery_codes_left: 10 });
    expect((await open('POST', '/auth/login', ADA)).body.code).toBe('second_factor_required');
    expect((await open('POST', '/auth/login', { ...ADA, password: 'wrong' })).body.code).toBe('sign_in_failed');
    expect((await open('POST', '/auth/login', { ...ADA, code: '000000' })).body.code).toBe('second_factor_wrong');
    const code = codeAt(secret);
    expect((await open('POST', '/auth/login', { ...ADA, code })).status).toBe(200);
    expect((await open('POST', '/auth/login', { ...ADA, code })).body.code).toBe('second_factor_wrong');
    const stored = JSON.stringify((await env.DB.prepare('SELECT * FROM second_factors').all()).results);
    expect(stored).not.toContain(secret);
  });

  it('takes each recovery code once, in any case', async () => {
    const { codes, ada } = await enrolled();
    expect((await open('POST', '/auth/login', { ...ADA, code: codes[0]!.toUpperCase() })).status).toBe(200);
    expect((await open('POST', '/auth/login', { ...ADA, code: codes[0] })).body.code).toBe('second_factor_wrong');
    const fresh = (await ada('POST', '/auth/second-factor/recovery-codes', { code: codes[1] })).body.recovery_codes;
    expect((await open('POST', '/auth/login', { ...ADA, code: codes[2] })).body.code).toBe('second_factor_wrong');
    expect((await open('POST', '/auth/login', { ...ADA, code: fresh[0] })).status).toBe(200);
    expect((await ada('GET', '/auth/second-factor')).body.recovery_codes_left).toBe(9);
  });

  it('is begun with the password and removed with a code', async () => {
    const { codes, ada } = await enrolled();
    expect((await ada('POST', '/auth/second-factor', { password: PASSWORD })).body.code).toBe('second_factor_exists');
    expect((await ada('POST', '/auth/second-factor/remove', { code: '000000' })).body.code).toBe('second_factor_wrong');
    expect((await ada('POST', '/auth/second-factor/remove', { code: codes[0] })).status).toBe(204);
    expect((await ada('POST', '/auth/second-factor', { password: 'wrong' })).body.code).toBe('sign_in_failed');
    expect((await ada('POST', '/auth/second-factor/confirm', { code: '123456' })).body.code).toBe('no_second_factor');
    expect((await open('POST', '/auth/login', ADA)).status).toBe(200);
  });

  it('outlives the key of the platform that sealed it', async () => {
    const { secret } = await enrolled();
    const rotated = { SECRETS_KEY: btoa('another key of thirty-two bytes!'), SECRETS_KEY_PREVIOUS: env.SECRETS_KEY };
    expect((await call('POST', '/secrets/rotate', { bindings: rotated })).status).toBe(200);
    const stored = await stores.secondFactors.get('acme', 'usr_ada');
    const later = { ...region, SECRETS_KEY: rotated.SECRETS_KEY };
    expect((await unsealed(later, stored!, secondFactorPlace('acme', 'usr_ada'))).value).toBe(secret);
    await expect(unsealed(region, stored!, secondFactorPlace('acme', 'usr_ada'))).rejects.toMatchObject({ code: 'secrets_unavailable' });
    await env.DB.batch(['secrets', 'data_keys'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
  });

  it('counts as a guess what is wrong, so that codes cannot be tried through', async () => {
    await enrolled();
    const tried = async () => (await open('POST', '/auth/login', { ...ADA, code: '123456' })).body.code;
    expect(await tried()).toBe('second_factor_wrong');
    await guessed(9);
    expect(await tried()).toBe('second_factor_wrong');
    expect(await tried()).toBe('rate_limited');
  });
});

describe('a company that asks for a second factor', () => {
  const ask = (requires_second_factor: boolean, cookie: string) => browser(cookie)('PUT', '/tenants/acme/security', { requires_second_factor });
  const allow = () => stores.settings.change('acme', { requires_second_factor: false });

  async function withFactor(): Promise<{ id: string; cookie: string; secret: string }> {
    const one = await owner();
    const me = browser(one.cookie);
    const { secret } = (await me('POST', '/auth/second-factor', { password: PASSWORD })).body;
    expect((await me('POST', '/auth/second-factor/confirm', { code: codeAt(secret) })).status).toBe(200);
    return { ...one, secret };
  }

  it('leads people without one to set it up, and lets keys and identity providers be', async () => {
    const { cookie } = await withFactor();
    const bob = await person('bob@example.com', PASSWORD);
    await stores.members.put('acme', { ...COMPANY, subject: bob, role: 'editor', created_at: 1, created_by: 'admin' });
    const session = await signedIn(bob);
    const provided = await beginBrowserSession(region, new Request(ORIGIN), { tenant: 'acme', user: bob, method: 'provider:idp_1', now: Date.now() });
    const key = (await call('POST', '/api-keys', { body: { tenant: 'acme', role: 'viewer', name: 'k' } })).body.key;
    expect((await browser(session)('GET', '/workflows')).status).toBe(200);
    expect((await ask(true, cookie)).body).toEqual({ requires_second_factor: true });

    const refused = await browser(session)('GET', '/workflows');
    expect([refused.status, refused.body.code]).toEqual([403, 'second_factor_needed']);
    expect((await browser(session)('GET', '/auth/me')).body).toMatchObject({ needs_second_factor: true });
    expect((await browser(cookie)('GET', '/workflows')).status).toBe(200);
    expect((await browser(provided)('GET', '/workflows')).status).toBe(200);
    expect((await call('GET', '/workflows', { key })).status).toBe(200);
    const tokens = await open('POST', '/auth/login', { company: 'acme', email: 'bob@example.com', password: PASSWORD });
    expect((await call('GET', '/workflows', { key: tokens.body.access_token })).body.code).toBe('second_factor_needed');

    const { secret } = (await browser(session)('POST', '/auth/second-factor', { password: PASSWORD })).body;
    await browser(session)('POST', '/auth/second-factor/confirm', { code: codeAt(secret) });
    expect((await browser(session)('GET', '/workflows')).status).toBe(200);
    expect((await browser(session)('GET', '/auth/me')).body).toMatchObject({ needs_second_factor: false });
    expect((await ask(false, cookie)).status).toBe(200);
  });

  it('is asked by an owner who has one', async () => {
    const { cookie } = await owner();
    const early = await ask(true, cookie);
    expect([early.status, early.body.code]).toEqual([409, 'no_second_factor']);
    const admin = await person('cyd@example.com');
    await stores.members.put('acme', { ...COMPANY, subject: admin, role: 'admin', created_at: 1, created_by: 'admin' });
    expect((await ask(true, await signedIn(admin))).body.code).toBe('forbidden');
    expect((await call('PUT', '/tenants/globex/security', { body: { requires_second_factor: true } })).status).toBe(404);
    expect((await call('GET', '/tenants/acme/security')).body).toEqual({ requires_second_factor: false });
    await allow();
  });
});

describe('another address', () => {
  const NEW = 'ada@elsewhere.example';
  const linkTo = async (email: string) => ({ company: 'acme', email, token: await linkOfMail('new-address', email) });

  it('holds once the link that went there is followed, and the old one is told', async () => {
    const { id, cookie } = await owner();
    expect((await browser(cookie)('POST', '/auth/email', { email: NEW, password: PASSWORD })).status).toBe(202);
    expect((await stores.users.get('acme', id))!.email).toBe(ADA.email);
    const link = await linkTo(NEW);
    for (const bent of [
      { ...link, email: 'eve@evil.example' },
      { ...link, company: 'globex' },
      { ...link, token: 'x'.repeat(43) },
    ])
      expect((await open('POST', '/auth/email/confirm', bent)).body.code).toBe('link_invalid');
    expect((await open('POST', '/auth/email/confirm', link)).status).toBe(204);
    expect((await open('POST', '/auth/email/confirm', link)).body.code).toBe('link_invalid');
    expect(await stores.users.get('acme', id)).toMatchObject({ email: NEW, verified_at: expect.any(Number) });
    const { items } = await stores.mailbox.list('acme', { limit: 10, to: ADA.email });
    expect(items.find(({ kind }) => kind === 'account-changed')?.text).toContain(NEW);
    expect((await open('POST', '/auth/session', { ...ADA, email: NEW })).status).toBe(200);
    expect((await open('POST', '/auth/session', ADA)).body.code).toBe('sign_in_failed');
  });

  it('is not had by who holds a session alone, nor with the address of somebody else', async () => {
    const { id, cookie } = await owner();
    const me = browser(cookie);
    expect((await me('POST', '/auth/email', { email: NEW })).body.code).toBe('sign_in_failed');
    expect((await me('POST', '/auth/email', { email: NEW, password: 'something else' })).body.code).toBe('sign_in_failed');
    await person('bob@example.com');
    expect((await me('POST', '/auth/email', { email: 'bob@example.com', password: PASSWORD })).body.code).toBe('user_exists');
    expect((await call('POST', '/auth/email', { body: { email: NEW } })).body.code).toBe('forbidden');
    // Taken between the mail and the link.
    await me('POST', '/auth/email', { email: NEW, password: PASSWORD });
    const link = await linkTo(NEW);
    await stores.users.create('acme', { ...(await stores.users.get('acme', id))!, id: 'usr_eve', email: NEW }, null);
    expect((await open('POST', '/auth/email/confirm', link)).body.code).toBe('user_exists');
    expect((await stores.users.get('acme', id))!.email).toBe(ADA.email);
  });

  it('asks for a code where there is a second factor, and only the newest link works', async () => {
    const { cookie } = await owner();
    const me = browser(cookie);
    await me('POST', '/auth/email', { email: 'first@elsewhere.example', password: PASSWORD });
    const first = await linkTo('first@elsewhere.example');
    await me('POST', '/auth/email', { email: NEW, password: PASSWORD });
    expect((await open('POST', '/auth/email/confirm', first)).body.code).toBe('link_invalid');
    const { secret } = (await me('POST', '/auth/second-factor', { password: PASSWORD })).body;
    await me('POST', '/auth/second-factor/confirm', { code: codeAt(secret) });
    expect((await me('POST', '/auth/email', { email: NEW, password: PASSWORD })).body.code).toBe('second_factor_required');
    expect((await me('POST', '/auth/email', { email: NEW, password: PASSWORD, code: '000000' })).body.code).toBe('second_factor_wrong');
  });
});

it('a wrong key on the sign-in page is told to the company that it names', async () => {
  const { headers, status } = await send('GET', `/sign-in?key=wfk_acme_${'0'.repeat(32)}`, { key: null });
  expect([status, headers.get('set-cookie')]).toEqual([401, null]);
  const { items } = (await call('GET', '/audit?limit=200')).body;
  expect(items.map(({ action, target, status: was }: { action: string; target: string; status: number }) => `${action} ${target} ${was}`)).toContain(
    'credential-refused api-keys 401',
  );
});

it('certificates of erasure are shown to the operator, with a session as well, and to nobody else', async () => {
  const signed = await send('GET', '/sign-in?key=test-admin-key', { key: null });
  const cookie = /wf_session=([^;]*)/.exec(signed.headers.get('set-cookie') ?? '')![1]!;
  expect((await browser(cookie)('GET', '/erasures')).body).toEqual({ items: [], next_cursor: null });
  expect((await browser(cookie)('POST', '/companies', { name: 'n', slug: 'n', region: 'us' })).body.code).toBe('forbidden');
  const { cookie: owners } = await owner();
  expect((await browser(owners)('GET', '/erasures')).body.code).toBe('forbidden');
});

describe('the people of a company', () => {
  it('are listed, disabled, enabled and deleted by admins, but not by themselves, nor from above them', async () => {
    const { cookie, id } = await owner();
    const bob = await person('bob@example.com', PASSWORD);
    await stores.members.put('acme', { ...COMPANY, subject: bob, role: 'admin', created_at: 1, created_by: 'admin' });
    const admin = browser(await signedIn(bob));
    const list: Reply = await admin('GET', '/users');
    expect(list.body.items.map((item: { email: string }) => item.email)).toEqual(['ada@example.com', 'bob@example.com']);
    expect(JSON.stringify(list.body)).not.toContain('scrypt');
    expect((await admin('POST', `/users/${id}/disable`)).body.code).toBe('forbidden');
    expect((await admin('DELETE', `/users/${bob}`)).body.code).toBe('forbidden');
    expect((await admin('DELETE', '/users/usr_nobody')).body.code).toBe('unknown_user');
    expect((await call('DELETE', `/users/${id}`)).body.code).toBe('last_owner');
    const ada = browser(cookie);
    expect((await ada('POST', `/users/${bob}/disable`)).body.disabled_at).not.toBeNull();
    expect((await admin('GET', '/auth/me')).status).toBe(401);
    expect((await ada('POST', `/users/${bob}/enable`)).body.disabled_at).toBeNull();
    expect((await ada('DELETE', `/users/${bob}`)).status).toBe(204);
    expect((await call('DELETE', `/users/${id}`, { headers: { 'x-tenant': 'globex' } })).body.code).toBe('unknown_user');
    expect((await open('POST', '/auth/login', { ...ADA, email: 'bob@example.com' })).body.code).toBe('sign_in_failed');
  });

  it('who owns the company is not shut out by the last key, nor do two owners shut out each other', async () => {
    const { cookie, id } = await owner();
    expect((await call('POST', `/users/${id}/disable`)).body.code).toBe('last_owner');
    const bob = await person('bob@example.com', PASSWORD);
    await stores.members.put('acme', { ...COMPANY, subject: bob, role: 'owner', created_at: 1, created_by: 'admin' });
    const both = [browser(cookie)('POST', `/users/${bob}/disable`), browser(await signedIn(bob))('POST', `/users/${id}/disable`)];
    const answers = (await Promise.all(both)).map(({ status }) => status);
    expect(answers.filter((status) => status === 200)).toHaveLength(1);
    // Whoever is disabled counts for no owner.
    const [left, gone] = (await stores.users.get('acme', bob))!.disabled_at === null ? [bob, id] : [id, bob];
    expect((await call('DELETE', `/members/${left}`)).body.code).toBe('last_owner');
    expect((await call('PUT', `/members/${left}`, { body: { role: 'viewer' } })).body.code).toBe('last_owner');
    expect((await call('DELETE', `/members/${gone}`)).status).toBe(204);
  });

  it('who have lost their second factor are let in by an admin, who is not below them', async () => {
    const { id, cookie } = await owner();
    const ada = browser(cookie);
    const { secret } = (await ada('POST', '/auth/second-factor', { password: PASSWORD })).body;
    await ada('POST', '/auth/second-factor/confirm', { code: codeAt(secret) });
    const bob = await person('bob@example.com', PASSWORD);
    await stores.members.put('acme', { ...COMPANY, subject: bob, role: 'admin', created_at: 1, created_by: 'admin' });
    const admin = browser(await signedIn(bob));
    expect((await admin('DELETE', `/users/${id}/second-factor`)).body.code).toBe('forbidden');
    expect((await ada('DELETE', `/users/${id}/second-factor`)).body.code).toBe('forbidden');
    expect((await call('DELETE', `/users/${id}/second-factor`, { headers: { 'x-tenant': 'globex' } })).body.code).toBe('unknown_user');
    expect((await open('POST', '/auth/login', ADA)).body.code).toBe('second_factor_required');
    expect((await call('DELETE', `/users/${id}/second-factor`)).status).toBe(204);
    expect((await ada('GET', '/auth/me')).status).toBe(401);
    expect((await open('POST', '/auth/login', ADA)).status).toBe(200);
    expect((await call('DELETE', `/users/${id}/second-factor`)).body.code).toBe('no_second_factor');
    const mails = (await stores.mailbox.list('acme', { limit: 10, to: ADA.email })).items;
    expect(mails.map(({ text }) => text).join()).toContain('An admin took the second factor of your account away');
    const [entry] = (await call('GET', `/audit?target=users/${id}&limit=1&action=DELETE /users/{user}/second-factor`)).body.items;
    expect(entry).toMatchObject({ actor: 'admin', before: { email: ADA.email } });
  });

  it('leave their traces in the audit log, without passwords or tokens', async () => {
    await owner();
    await open('POST', '/auth/session', ADA);
    const { items } = (await call('GET', '/audit?limit=20')).body;
    expect(items.map((item: { action: string }) => item.action)).toContain('sign-in');
    expect(JSON.stringify(items)).not.toContain(PASSWORD);
  });
});
