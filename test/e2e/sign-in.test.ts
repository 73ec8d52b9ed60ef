/** From the link for the first owner to tokens, through the router, for a company of another region than the first. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Started, started } from './started.ts';

const EMAIL = 'grace@globex.example';
const PASSWORD = 'compilers are for people';
const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };

let platform: Started;

beforeAll(async () => {
  platform = await started({ deployments: [] });
});
afterAll(() => platform?.stop());

it('makes the owner, verifies the address from the mailbox, and gives tokens that go on', async () => {
  const link = new URL((await platform.api('POST', '/auth/owner-link', { company: 'globex' })).body.url);
  expect([link.origin, link.pathname, link.searchParams.get('company')]).toEqual([platform.origin, '/sign-in/owner', 'globex']);

  const account = { company: 'globex', token: link.searchParams.get('token'), email: EMAIL, name: 'Grace', password: PASSWORD };
  const made = await platform.call('POST', '/api/v1/auth/owner', account, OWN_PAGE);
  expect([made.status, made.body.user?.email]).toEqual([201, EMAIL]);
  const cookie = made.headers.get('set-cookie')!.split(';')[0]!;
  const me = await platform.call('GET', '/api/v1/auth/me', undefined, { cookie });
  expect(me.body).toMatchObject({ kind: 'user', company: 'globex', user: { verified_at: null } });

  const login = () => platform.call('POST', '/api/v1/auth/login', { company: 'globex', email: EMAIL, password: PASSWORD });
  expect((await login()).body.code).toBe('email_unverified');
  const mailbox = await platform.call('GET', `/api/v1/mailbox?to=${EMAIL}`, undefined, { cookie });
  const token = /token=([\w-]+)/.exec(mailbox.body.items[0].text)![1];
  expect((await platform.call('POST', '/api/v1/auth/verify', { company: 'globex', token })).status).toBe(204);

  const tokens = (await login()).body;
  const next = await platform.call('POST', '/api/v1/auth/refresh', { refresh_token: tokens.refresh_token });
  expect(next.status).toBe(200);
  const workflows = await platform.call('GET', '/api/v1/workflows', undefined, { authorization: `Bearer ${next.body.access_token}` });
  expect([workflows.status, workflows.body.items]).toEqual([200, []]);
  expect((await platform.call('POST', '/api/v1/auth/login', { company: 'nowhere', email: EMAIL, password: PASSWORD })).body.code).toBe('unknown_tenant');
  expect((await platform.call('POST', '/api/v1/auth/login', { company: 'acme', email: EMAIL, password: PASSWORD })).body.code).toBe('sign_in_failed');
  expect(platform.errors).toEqual([]);
});
