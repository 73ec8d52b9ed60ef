/** Accounts, passwords, sessions, tokens and second factors over the API, on D1, with the hostile cases of each. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { SignJWT, UnsecuredJWT } from 'jose';
import { Secret, TOTP } from 'otpauth';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COMPANY } from '#contracts/access';
import type { RegionEnv } from '#workers/env';
import { newInvitationToken } from '#workers/identity/invitations';
import { passwords } from '#workers/identity/passwords';
import { secondFactorPlace, unsealed } from '#workers/identity/sealed';
import { beginBrowserSession } from '#workers/identity/user-sessions';
import { storesOf } from '#workers/stores';
import { call, type Options, ORIGIN, type Reply, send } from './api-client';

const region = env as unknown as RegionEnv;
const stores = storesOf(region);
const TABLES = ['users', 'second_factors', 'recovery_codes', 'user_sessions', 'sign_in_tokens', 'sign_in_attempts', 'mailbox', 'mail_hours', 'members'];
const PASSWORD = 'plenty of horses in here';
const ADA = { company: 'acme', email: 'ada@example.com', password: PASSWORD };
const OWN = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' };

const open = (method: string, path: string, body?: unknown, options: Options = {}) => call(method, path, { key: null, body, headers: OWN, ...options });
const cookieOf = (reply: { headers: Headers }) => /wf_session=([^;]*)/.exec(reply.headers.get('set-cookie') ?? '')?.[1] ?? '';
const browser =
  (cookie: string) =>
  (method: string, path: string, body?: unknown, headers: Record<string, string> = OWN) =>
    call(method, path, { key: null, body, headers: { ...headers, cookie: `wf_session=${cookie}` } });

async function ownerLink(): Promise<string> {
  const made = await call('POST', '/auth/owner-link', { body: { company: 'acme' } });
  return new URL(made.body.url).searchParams.get('token')!;
}

/** An owner, signed in with a browser. */
async function owner(): Promise<{ id: string; cookie: string }> {
  const id = await person(ADA.email, PASSWORD);
  await stores.members.put('acme', { ...COMPANY, subject: id, role: 'owner', created_at: 1, created_by: 'admin' });
  return { id, cookie: await signedIn(id) };
}

async function signedIn(user: string): Promise<string> {
  return beginBrowserSession(region, new Request(ORIGIN), { tenant: 'acme', user, method: 'password', now: Date.now() });
}

/** Made once: it is slow, as it has to be. */
const hash = passwords.hash(PASSWORD);

async function person(email: string, password: string | null = null): Promise<string> {
  const id = `usr_${email.split('@')[0]}`;
  const user = { id, email, name: email, created_at: 1, verified_at: 1, disabled_at: null, last_sign_in_at: null, second_factor: false };
  await stores.users.create('acme', user, password === null ? null : await hash);
  return id;
}

/** As if somebody had guessed so often before. */
async function guessed(count: number): Promise<void> {
  await env.DB.prepare('UPDATE sign_in_attempts SET count = ?').bind(count).run();
}

const codeAt = (secret: string, at = Date.now()) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });

async function linkOfMail(kind: string, to = ADA.email): Promise<string> {
  const { items } = await stores.mailbox.list('acme', { limit: 10, to });
  const mail = items.find((item) => item.kind === kind);
  return /token=([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? '';
}

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  for (const slug of ['acme', 'globex']) await call('POST', '/companies', { body: { name: slug, slug, region: 'us' } });
});
beforeEach(async () => {
  await env.DB.batch(TABLES.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
});

describe('the first owner', () => {
  it('is made by a link of the operator, once', async () => {
    const token = await ownerLink();
    const body = { company: 'acme', token, email: 'Ada@Example.com', name: 'Ada', password: PASSWORD };
    expect((await open('POST', '/auth/owner', { ...body, password: 'short' })).body.code).toBe('weak_password');
    const made = await open('POST', '/auth/owner', body);
    expect([made.status, made.body.user.email, made.body.user.verified_at]).toEqual([201, 'ada@example.com', null]);
    expect(made.headers.get('set-cookie')).toMatch(/wf_session=[^;]+; Path=\/; HttpOnly; SameSite=Lax/);
    const me = await browser(cookieOf(made))('GET', '/auth/me');
    expect(me.body).toMatchObject({ kind: 'user', company: 'acme', by: `user:${made.body.user.id}` });
    expect((await browser(cookieOf(made))('GET', '/secrets')).status).toBe(200);
    expect((await open('POST', '/auth/owner', { ...body, email: 'eve@example.com' })).body.code).toBe('link_invalid');
    expect((await call('POST', '/auth/owner-link', { body: { company: 'acme' } })).body.code).toBe('owner_exists');
  });

  it('is one, of two who open the link at once', async () => {
    const token = await ownerLink();
    const body = (email: string) => ({ company: 'acme', token, email, name: 'Ada', password: PASSWORD });
    const both = await Promise.all([open('POST', '/auth/owner', body('ada@example.com')), open('POST', '/auth/owner', body('eve@example.com'))]);
    expect(both.map(({ status }) => status).sort()).not.toEqual([201, 201]);
    const owners = (await stores.members.list('acme', COMPANY, { limit: 5 })).items;
    expect([owners.length, (await stores.users.list('acme', { limit: 5 })).items.length]).toEqual([1, 1]);
  });

  it('needs the key of the operator, a link of this company, and a page of this origin', async () => {
    const key = (await call('POST', '/api-keys', { body: { tenant: 'acme', role: 'owner', name: 'k' } })).body.key;
    expect((await call('POST', '/auth/owner-link', { key, body: { company: 'acme' } })).body.code).toBe('forbidden');
    const body = { company: 'globex', token: await ownerLink(), email: 'eve@example.com', name: 'Eve', password: PASSWORD };
    expect((await open('POST', '/auth/owner', body)).body.code).toBe('link_invalid');
    expect((await open('POST', '/auth/owner', { ...body, company: 'acme' }, { headers: { 'sec-fetch-site': 'cross-site' } })).body.code).toBe('forbidden');
    expect((await stores.users.list('acme', { limit: 5 })).items).toEqual([]);
  });

  it('verifies the address by the link in the mail, once', async () => {
    await open('POST', '/auth/owner', { company: 'acme', token: await ownerLink(), email: ADA.email, name: 'Ada', password: PASSWORD });
    expect((await open('POST', '/auth/login', ADA)).body.code).toBe('email_unverified');
    const token = await linkOfMail('verify-address');
    expect((await open('POST', '/auth/verify', { company: 'globex', token })).body.code).toBe('link_invalid');
    expect((await open('POST', '/auth/verify', { company: 'acme', token })).status).toBe(204);
    expect((await open('POST', '/auth/verify', { company: 'acme', token })).body.code).toBe('link_invalid');
    expect((await open('POST', '/auth/login', ADA)).status).toBe(200);
  });
});

describe('signing in with a password', () => {
  it('gives a browser a cookie, and a program tokens', async () => {
    await owner();
    const session = await open('POST', '/auth/session', ADA);
    expect([session.status, Object.keys(session.body)]).toEqual([200, ['user']]);
    expect(session.headers.get('set-cookie')).toContain('wf_company=acme; Path=/sign-in');
    const login = await open('POST', '/auth/login', ADA);
    expect(login.body).toMatchObject({ token_type: 'Bearer', expires_in: 900, user: { email: ADA.email } });
    expect((await call('GET', '/auth/me', { key: login.body.access_token })).body.kind).toBe('user');
    const stored =
      JSON.stringify((await env.DB.prepare('SELECT * FROM user_sessions').all()).results) +
      JSON.stringify((await env.DB.prepare('SELECT * FROM users').all()).results);
    for (const secret of [PASSWORD, login.body.access_token, login.body.refresh_token, cookieOf(session)]) expect(stored).not.toContain(secret);
  });

  it('answers alike for an account that is not there, one without password, and a wrong password', async () => {
    await owner();
    await person('provider-only@example.com');
    const answers = [];
    for (const body of [
      { ...ADA, password: 'wrong' },
      { ...ADA, email: 'nobody@example.com' },
      { ...ADA, email: 'provider-only@example.com' },
    ]) {
      const { status, body: problem } = await open('POST', '/auth/login', body);
      answers.push([status, { ...problem, request_id: '' }]);
    }
    expect(answers[0]).toMatchObject([401, { code: 'sign_in_failed' }]);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it.each(['ada@example.com', 'nobody@example.com'])('stops guessing at %s after ten attempts, the right one too', async (email) => {
    await owner();
    const guess = () => open('POST', '/auth/login', { ...ADA, email, password: 'a guess' });
    expect((await guess()).body.code).toBe('sign_in_failed');
    await guessed(9);
    expect((await guess()).body.code).toBe('sign_in_failed');
    const over = await open('POST', '/auth/login', { ...ADA, email });
    expect([over.status, over.body.code, over.headers.get('retry-after'), over.body.headers]).toEqual([429, 'rate_limited', '900', undefined]);
    await open('POST', '/auth/login', { ...ADA, email });
    // Said once, and of an unknown account not by its address.
    const { items } = (await call('GET', `/audit?action=sign-in-refused&limit=50`)).body;
    const target = email === ADA.email ? 'users/usr_ada' : 'users';
    expect(items.filter((item: { target: string }) => item.target === target)).toHaveLength(1);
    expect(JSON.stringify(items)).not.toContain(email);
  });

  it('counts by address of the caller as well', async () => {
    const headers = { ...OWN, 'cf-connecting-ip': '203.0.113.7' };
    await env.DB.prepare('INSERT INTO sign_in_attempts (tenant, subject, since, count) VALUES (?, ?, ?, 100)')
      .bind('acme', 'address:203.0.113.7', Date.now())
      .run();
    expect((await open('POST', '/auth/login', ADA, { headers })).body.code).toBe('rate_limited');
    expect((await open('POST', '/auth/login', ADA, { headers: { ...headers, 'cf-connecting-ip': '203.0.113.8' } })).body.code).toBe('sign_in_failed');
  });

  it('is refused to other sites, unknown companies, other companies and disabled accounts', async () => {
    const { id } = await owner();
    const elsewhere: Record<string, string>[] = [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, {}];
    for (const headers of elsewhere) {
      expect((await open('POST', '/auth/session', ADA, { headers })).body.code).toBe('forbidden');
    }
    expect((await open('POST', '/auth/login', { ...ADA, company: 'nowhere' })).body.code).toBe('unknown_tenant');
    expect((await open('POST', '/auth/login', { ...ADA, company: 'globex' })).body.code).toBe('sign_in_failed');
    await stores.users.setDisabled('acme', id, 1);
    expect((await open('POST', '/auth/login', ADA)).body.code).toBe('account_disabled');
    expect((await open('POST', '/auth/login', { ...ADA, password: 'wrong' })).body.code).toBe('sign_in_failed');
  });

  it.each<[string, object]>([
    ['a key too many', { ...ADA, role: 'owner' }],
    ['no password', { company: 'acme', email: ADA.email }],
    ['a password that is an object', { ...ADA, password: { $ne: '' } }],
    ['a password without end', { ...ADA, password: 'x'.repeat(201) }],
    ['an address that is none', { ...ADA, email: "' OR 1=1 --" }],
    ['an address with a line break', { ...ADA, email: 'ada@example.com\r\nBcc: eve@example.com' }],
    ['a company that is a path', { ...ADA, company: '../acme' }],
    ['a code of letters', { ...ADA, code: 'abcdef' }],
  ])('refuses %s', async (_name, body) => {
    const reply = await open('POST', '/auth/login', body);
    expect([reply.status, reply.body.code]).toEqual([400, 'invalid_request']);
  });
});

describe('tokens', () => {
  const secret = new TextEncoder().encode(env.SESSION_SECRET);
  const me = (key: string) => call('GET', '/auth/me', { key });

  it('are taken only as they were made', async () => {
    const { id, cookie } = await owner();
    const { access_token: token } = (await open('POST', '/auth/login', ADA)).body;
    const [header, payload, signature] = token.split('.');
    const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const soon = Math.floor(Date.now() / 1000) + 600;
    const hs = (alg: string, more: object, key = secret) => new SignJWT({ ...claims, ...more }).setProtectedHeader({ alg }).sign(key);
    const encode = (value: object) => btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    expect((await me(await hs('HS256', {}))).status).toBe(200);
    const forged: Record<string, string> = {
      'alg none': new UnsecuredJWT(claims).encode(),
      'alg none, the old signature': `${encode({ alg: 'none' })}.${payload}.${signature}`,
      'another algorithm': await hs('HS512', {}, new TextEncoder().encode(env.SESSION_SECRET.padEnd(64, '.'))),
      'another secret': await hs('HS256', {}, new TextEncoder().encode('another secret of some length')),
      'an empty secret': await hs('HS256', {}, new Uint8Array([0])),
      'claims of somebody else': `${header}.${encode({ ...claims, sub: 'usr_other' })}.${signature}`,
      'no signature': `${header}.${payload}.`,
      expired: await hs('HS256', { exp: soon - 1200 }),
      'without an end': await hs('HS256', { exp: undefined }),
      'for browsers': await hs('HS256', { aud: 'browser' }),
      'for a sign-in under way': await hs('HS256', { aud: 'sign-in-flow' }),
      'for nobody': await hs('HS256', { aud: undefined }),
      'of another tenant': await hs('HS256', { tenant: 'globex' }),
      'of another person': await hs('HS256', { sub: 'usr_other' }),
      'of no session': await hs('HS256', { sid: 'ses_nope' }),
      'a session that is an object': await hs('HS256', { sid: { id: claims.sid } }),
      'the cookie as a bearer': cookie,
    };
    for (const [name, forgery] of Object.entries(forged)) expect([name, (await me(forgery)).status]).toEqual([name, 401]);
    expect((await browser(token)('GET', '/auth/me')).status).toBe(401);
    expect((await browser(cookie)('GET', '/auth/me')).body.id).toBe(id);
  });

  it('are refreshed once; a token that comes twice ends the session', async () => {
    await owner();
    const first = (await open('POST', '/auth/login', ADA)).body;
    const second = (await open('POST', '/auth/refresh', { refresh_token: first.refresh_token })).body;
    expect((await me(second.access_token)).status).toBe(200);
    const reused = await open('POST', '/auth/refresh', { refresh_token: first.refresh_token });
    expect([reused.status, reused.body.code]).toEqual([401, 'session_ended']);
    expect((await open('POST', '/auth/refresh', { refresh_token: second.refresh_token })).body.code).toBe('session_ended');
    expect((await me(second.access_token)).status).toBe(401);
  });

  it('are not refreshed with what is no refresh token of the session', async () => {
    await owner();
    const { refresh_token, access_token } = (await open('POST', '/auth/login', ADA)).body;
    for (const token of [access_token, refresh_token.replace('wfr_acme_', 'wfr_globex_'), 'wfr_acme_', `${refresh_token}x`, '"; DROP TABLE users']) {
      expect((await open('POST', '/auth/refresh', { refresh_token: token })).body.code).toBe('session_ended');
    }
    expect((await open('POST', '/auth/refresh', { refresh_token })).status).toBe(200);
  });

  it('end with the sign-out', async () => {
    await owner();
    const { access_token, refresh_token } = (await open('POST', '/auth/login', ADA)).body;
    expect((await call('POST', '/auth/logout', { key: access_token })).status).toBe(204);
    expect((await me(access_token)).status).toBe(401);
    expect((await open('POST', '/auth/refresh', { refresh_token })).body.code).toBe('session_ended');
  });
});

describe('sessions', () => {
  it('are listed, and ended one by one or all others at once', async () => {
    const { cookie } = await owner();
    const ada = browser(cookie);
    const other = (await open('POST', '/auth/login', ADA)).body;
    const third = await signedIn('usr_ada');
    const { items } = (await ada('GET', '/auth/sessions')).body;
    expect(items.map((item: { kind: string; current: boolean }) => [item.kind, item.current]).sort()).toEqual([
      ['api', false],
      ['browser', false],
      ['browser', true],
    ]);
    const api = items.find((item: { kind: string }) => item.kind === 'api').id;
    expect((await ada('DELETE', `/auth/sessions/${api}`)).status).toBe(204);
    expect((await ada('DELETE', `/auth/sessions/${api}`)).status).toBe(404);
    expect((await call('GET', '/auth/me', { key: other.access_token })).status).toBe(401);
    expect((await ada('DELETE', '/auth/sessions')).status).toBe(204);
    expect((await browser(third)('GET', '/auth/me')).status).toBe(401);
    expect((await ada('GET', '/auth/me')).status).toBe(200);
  });

  it('of others are nobody’s business, and a change needs a page of this origin', async () => {
    const { cookie, id } = await owner();
    await person('bob@example.com', PASSWORD);
    const bob = browser(await signedIn('usr_bob'));
    const [{ id: session }] = (await browser(cookie)('GET', '/auth/sessions')).body.items;
    expect((await bob('DELETE', `/auth/sessions/${session}`)).status).toBe(404);
    expect((await bob('GET', '/secrets')).body.code).toBe('forbidden');
    expect((await browser(cookie)('DELETE', '/auth/sessions', undefined, { 'sec-fetch-site': 'same-site' })).body.code).toBe('forbidden');
    expect((await call('GET', '/auth/sessions')).body.code).toBe('forbidden');
    await stores.users.setDisabled('acme', id, 5);
    await stores.sessions.removeOthers('acme', id, null);
    expect((await browser(cookie)('GET', '/auth/me')).status).toBe(401);
  });

  it('end by signing out of the page', async () => {
    const { cookie } = await owner();
    const out = await send('POST', '/sign-out', { key: null, headers: { ...OWN, cookie: `wf_session=${cookie}` } });
    expect([out.status, out.headers.get('location')]).toEqual([303, '/sign-in?company=acme']);
    expect((await browser(cookie)('GET', '/auth/me')).status).toBe(401);
  });
});

describe('passwords', () => {
  it('are reset by a mailed link that works once, and verifies the address', async () => {
    const { cookie, id } = await owner();
    await env.DB.prepare('UPDATE users SET verified_at = NULL').run();
    const asked = await open('POST', '/auth/password/forgot', { company: 'acme', email: 'ADA@example.com' });
    const unknown = await open('POST', '/auth/password/forgot', { company: 'acme', email: 'nobody@example.com' });
    expect([asked.status, asked.body, unknown.status, unknown.body]).toEqual([202, '', 202, '']);
    const token = await linkOfMail('reset-password');
    const stored = JSON.stringify((await env.DB.prepare('SELECT * FROM sign_in_tokens').all()).results);
    expect([token.length, stored.includes(token)]).toEqual([43, false]);
    expect((await open('POST', '/auth/verify', { company: 'acme', token })).body.code).toBe('link_invalid');
    expect((await open('POST', '/auth/password/reset', { company: 'acme', token, password: 'password1234' })).body.code).toBe('weak_password');
    expect((await open('POST', '/auth/password/reset', { company: 'acme', token, password: 'an entirely new one' })).status).toBe(204);
    expect((await open('POST', '/auth/password/reset', { company: 'acme', token, password: 'an entirely new two' })).body.code).toBe('link_invalid');
    expect((await browser(cookie)('GET', '/auth/me')).status).toBe(401);
    expect((await open('POST', '/auth/login', ADA)).body.code).toBe('sign_in_failed');
    expect((await open('POST', '/auth/login', { ...ADA, password: 'an entirely new one' })).status).toBe(200);
    expect((await stores.users.get('acme', id))?.verified_at).not.toBeNull();
  });

  it('are mailed about three times an hour at most, and only the newest link works', async () => {
    await owner();
    await env.DB.prepare('DELETE FROM mailbox').run();
    for (let i = 0; i < 5; i++) await open('POST', '/auth/password/forgot', { company: 'acme', email: ADA.email });
    const { items } = await stores.mailbox.list('acme', { limit: 10 });
    expect(items).toHaveLength(3);
    const tokens = items.map(({ text }) => /token=([\w-]+)/.exec(text)![1]);
    const statuses = [];
    for (const token of tokens) statuses.push((await open('POST', '/auth/password/reset', { company: 'acme', token, password: 'an entirely new one' })).status);
    expect(statuses.sort()).toEqual([204, 410, 410]);
  });

  it('are not reset with a link that has expired', async () => {
    await owner();
    await open('POST', '/auth/password/forgot', { company: 'acme', email: ADA.email });
    await env.DB.prepare('UPDATE sign_in_tokens SET expires_at = 1').run();
    const token = await linkOfMail('reset-password');
    expect((await open('POST', '/auth/password/reset', { company: 'acme', token, password: 'an entirely new one' })).body.code).toBe('link_invalid');
  });

  it('link to the platform’s own address in hosted mode, whatever the Host header says', async () => {
    await owner();
    const sent: { mail: { text: string } }[] = [];
    const bindings = {
      MODE: 'hosted',
      DOMAIN: 'flows.example',
      SMTP_URL: 'smtps://mail.example',
      MAIL: { send: async (message: never) => void sent.push(message) },
    } as never;
    await open('POST', '/auth/password/forgot', { company: 'acme', email: ADA.email }, { bindings });
    expect(sent[0]!.mail.text).toContain('https://flows.example/sign-in/reset?company=acme&token=');
    const none = await open('POST', '/auth/password/forgot', { company: 'acme', email: ADA.email }, { bindings: { MODE: 'hosted' } });
    expect(none.body.code).toBe('mail_unavailable');
  });

  it('are changed with the present one, which ends the other sessions', async () => {
    const { cookie } = await owner();
    const ada = browser(cookie);
    const other = (await open('POST', '/auth/login', ADA)).body;
    expect((await ada('PUT', '/auth/password', { password: 'an entirely new one' })).body.code).toBe('sign_in_failed');
    expect((await ada('PUT', '/auth/password', { current: 'wrong', password: 'an entirely new one' })).body.code).toBe('sign_in_failed');
    expect((await ada('PUT', '/auth/password', { current: PASSWORD, password: 'ada@example.com' })).body.code).toBe('weak_password');
    expect((await ada('PUT', '/auth/password', { current: PASSWORD, password: 'an entirely new one' })).status).toBe(204);
    expect((await ada('GET', '/auth/me')).status).toBe(200);
    expect((await call('GET', '/auth/me', { key: other.access_token })).status).toBe(401);
    expect((await stores.mailbox.list('acme', { limit: 10 })).items.map((item) => item.kind)).toContain('account-changed');
  });
});

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

  it('leave their traces in the audit log, without passwords or tokens', async () => {
    await owner();
    await open('POST', '/auth/session', ADA);
    const { items } = (await call('GET', '/audit?limit=20')).body;
    expect(items.map((item: { action: string }) => item.action)).toContain('sign-in');
    expect(JSON.stringify(items)).not.toContain(PASSWORD);
  });
});
