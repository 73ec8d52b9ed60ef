/** Signing in: the first owner, passwords, sessions and tokens over the API, on D1, with the hostile cases of each. */
import { env } from 'cloudflare:workers';
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { COMPANY } from '#contracts/access';
import { call, send } from './api-client';
import { ADA, browser, cookieOf, guessed, linkOfMail, nobodyAtFirst, OWN, open, owner, ownerLink, PASSWORD, person, signedIn, stores } from './people';

nobodyAtFirst();

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
    const [entry] = (await call('GET', '/audit?action=first-owner&limit=1')).body.items;
    const id = made.body.user.id;
    expect(entry).toMatchObject({ actor: `user:${id}`, role: 'owner', target: `users/${id}`, status: 200, after: { role: 'owner', level: 'company' } });
    expect(JSON.stringify(entry)).not.toContain(token);
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

  it('counts guesses that come at the same moment one by one', async () => {
    await owner();
    const guess = () => open('POST', '/auth/login', { ...ADA, password: 'a guess' });
    expect((await guess()).body.code).toBe('sign_in_failed');
    await guessed(6);
    const codes = (await Promise.all(Array.from({ length: 20 }, guess))).map(({ body }) => body.code);
    expect(codes.filter((code) => code === 'sign_in_failed')).toHaveLength(4);
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(16);
    expect((await open('POST', '/auth/login', ADA)).body.code).toBe('rate_limited');
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
    const id = await person(ADA.email, PASSWORD);
    const elsewhere: Record<string, string>[] = [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, {}];
    for (const headers of elsewhere) {
      expect((await open('POST', '/auth/session', ADA, { headers })).body.code).toBe('forbidden');
    }
    expect((await open('POST', '/auth/login', { ...ADA, company: 'nowhere' })).body.code).toBe('unknown_tenant');
    expect((await open('POST', '/auth/login', { ...ADA, company: 'globex' })).body.code).toBe('sign_in_failed');
    await stores.users.disable('acme', id, 1);
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
    const told = (await call('GET', '/audit?limit=50')).body.items.filter(({ action }: { action: string }) => action === 'refresh-token-reused');
    expect(told).toMatchObject([{ actor: 'nobody', status: 401, before: { session: expect.stringMatching(/^ses_/) } }]);
    expect(JSON.stringify(told)).not.toContain(first.refresh_token);
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
    await stores.members.put('acme', { ...COMPANY, subject: 'usr_bob', role: 'owner', created_at: 1, created_by: 'admin' });
    await stores.users.disable('acme', id, 5);
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
