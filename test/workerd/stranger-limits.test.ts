/**
 * Limits of calls without a credential: by the platform's own routes, on the real objects. An address has one unit at once, and
 * another a minute later, so the second call from it is one too many.
 */
import { applyD1Migrations, createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RegionEnv } from '#workers/env';
import worker from '#workers/index';
import { ADMIN, call, type Options, ORIGIN, send } from './api-client';
import { forgedTokens } from './hostile/credentials';
import { makeWorld, type World } from './hostile/world';

let world: World;
beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  world = await makeWorld();
});

const ONE = { ADDRESS_RATE: '1' };
let addresses = 0;
/** Another one each time. */
const somewhere = () => `198.51.${100 + Math.floor(++addresses / 250)}.${addresses % 250}`;

function ask(address: string, method: string, path: string, { headers, ...more }: Options = {}, bindings: Partial<RegionEnv> = ONE): Promise<Response> {
  return send(method, path, { key: null, bindings, ...more, headers: { ...headers, 'cf-connecting-ip': address } });
}
const outcome = async (answering: Promise<Response>) => {
  const answer = await answering;
  const text = await answer.text();
  return `${answer.status} ${text.startsWith('{') ? (JSON.parse(text).code ?? '') : ''}`.trim();
};

const API = '/api/v1';
const COUNTED: readonly [what: string, method: string, path: string, options: () => Options | Promise<Options>, first: string][] = [
  ['no credential', 'GET', `${API}/auth/me`, () => ({}), '401 unauthenticated'],
  ['a key that nobody has', 'GET', `${API}/executions`, () => ({ key: `wfk_acme_${'0'.repeat(32)}` }), '401 unauthenticated'],
  ['a key that was deleted', 'GET', `${API}/executions`, () => ({ key: world.keys.deleted }), '401 unauthenticated'],
  ['a key of another company', 'GET', `${API}/executions`, () => ({ key: world.keys.globexOwner, headers: { 'x-tenant': 'acme' } }), '403 forbidden'],
  ['a forged session', 'PUT', `${API}/secrets/X`, async () => ({ key: Object.values(await forgedTokens(world))[0]!, body: {} }), '401 unauthenticated'],
  ['a cookie from another site', 'POST', `${API}/projects`, () => ({ headers: { cookie: `wf_session=${world.acme.cookie}` } }), '403 forbidden'],
  ['a forged passport', 'GET', `${API}/auth/me`, () => ({ headers: { 'x-workflow-passport': 'mine' } }), '401 unauthenticated'],
  ['metrics', 'GET', '/metrics', () => ({}), '401 unauthenticated'],
  ['an attempt to sign in', 'POST', `${API}/auth/login`, () => ({ body: { company: 'acme', email: 'a@b.example', password: 'x' } }), '401 sign_in_failed'],
  ['what is no sign-in', 'POST', `${API}/auth/login`, () => ({ body: '{' }), '400 invalid_json'],
  ['a refresh', 'POST', `${API}/auth/refresh`, () => ({ body: { refresh_token: 'wfr_none' } }), '401 session_ended'],
  ['ways to sign in', 'GET', `${API}/auth/ways?company=acme`, () => ({}), '200'],
  ['a link with a key', 'GET', `/sign-in?key=wfk_acme_${'0'.repeat(32)}`, () => ({}), '401 unauthenticated'],
  [
    'the form for a key',
    'POST',
    '/sign-in',
    () => ({ body: 'key=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
    '401 unauthenticated',
  ],
  ['an identity provider', 'GET', '/sign-in/with/idp_0?company=acme', () => ({}), '404 unknown_provider'],
  ['coming back from one', 'GET', '/sign-in/callback/acme', () => ({}), '401 sign_in_failed'],
];

describe('a call without a credential that is taken', () => {
  it.each(COUNTED)('is counted: %s', async (_what, method, path, options, first) => {
    const address = somewhere();
    const own = await options();
    expect(await outcome(ask(address, method, path, own))).toBe(first);
    expect(await outcome(ask(address, 'GET', `${API}/auth/me`))).toBe('429 rate_limited');
    expect(await outcome(ask(address, method, path, own))).toBe('429 rate_limited');
  });

  it('is answered with what is left, and when to come again', async () => {
    const address = somewhere();
    const first = await ask(address, 'GET', `${API}/auth/me`);
    expect([first.headers.get('x-ratelimit-limit'), first.headers.get('x-ratelimit-remaining')]).toEqual(['1', '0']);
    const refused = await ask(address, 'GET', `${API}/auth/me`);
    expect([refused.headers.get('x-ratelimit-limit'), refused.headers.get('x-ratelimit-remaining')]).toEqual(['1', '0']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', detail: expect.not.stringContaining(address) });
  });

  it('leads a person back to the page, which says so', async () => {
    const address = somewhere();
    const headers = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' };
    await ask(address, 'POST', '/sign-in', { body: 'key=x', headers });
    const refused = await ask(address, 'POST', '/sign-in', { body: 'key=x', headers });
    expect([refused.status, refused.headers.get('location')]).toEqual([303, '/sign-in?by=key&error=rate_limited']);
  });

  it('is refused before its body is read', async () => {
    const address = somewhere();
    await ask(address, 'GET', `${API}/auth/me`);
    for (const [method, path] of [
      ['POST', `${API}/auth/login`],
      ['POST', `${API}/executions`],
      ['POST', '/sign-in'],
    ] as const) {
      const body = new ReadableStream({ pull: () => expect.unreachable(`${path} was read`) }, { highWaterMark: 0 });
      const request = new Request(ORIGIN + path, { method, body, headers: { 'cf-connecting-ip': address } });
      const context = createExecutionContext();
      const { createApi } = await import('#workers/api/api');
      expect((await createApi().fetch(request, { ...(env as unknown as RegionEnv), ...ONE }, context)).status).toBe(429);
      await waitOnExecutionContext(context);
    }
  });

  it('is of its address alone, and of IPv6 of the network', async () => {
    expect(await outcome(ask('2001:db8:9:1::1', 'GET', `${API}/auth/me`))).toBe('401 unauthenticated');
    expect(await outcome(ask('2001:db8:9:1:7::9', 'GET', `${API}/auth/me`))).toBe('429 rate_limited');
    expect(await outcome(ask('2001:db8:9:2::1', 'GET', `${API}/auth/me`))).toBe('401 unauthenticated');
  });

  it('costs what its route says: a try of a password takes all that there is', async () => {
    const address = somewhere();
    const body = { company: 'acme', email: 'a@b.example', password: 'x' };
    expect(await outcome(ask(address, 'POST', `${API}/auth/login`, { body }, { ADDRESS_RATE: '100' }))).toBe('401 sign_in_failed');
    expect(await outcome(ask(address, 'POST', `${API}/auth/login`, { body }, { ADDRESS_RATE: '100' }))).toBe('429 rate_limited');
  });
});

describe('what is never counted', () => {
  it.each(['/healthz', '/openapi.json', '/docs', '/dialect.schema.json'])('%s', async (path) => {
    const address = somewhere();
    for (let i = 0; i < 3; i++) expect((await ask(address, 'GET', path)).status).toBe(200);
    expect(await outcome(ask(address, 'GET', `${API}/auth/me`))).toBe('401 unauthenticated');
  });

  it('signing out', async () => {
    const address = somewhere();
    for (let i = 0; i < 3; i++) expect((await ask(address, 'POST', '/sign-out', { headers: { origin: ORIGIN } })).status).toBe(303);
    expect(await outcome(ask(address, 'GET', `${API}/auth/me`))).toBe('401 unauthenticated');
  });

  it('addresses of applications, and what regions ask each other', async () => {
    const address = somewhere();
    await ask(address, 'GET', `${API}/auth/me`);
    for (const path of ['/in/acme/orders/pay', '/in/nobody/none', '/peer/v1/executions']) {
      const context = createExecutionContext();
      const request = new Request(ORIGIN + path, { headers: { 'cf-connecting-ip': address } });
      const answer = await worker.fetch!(request as never, { ...(env as unknown as RegionEnv), ...ONE }, context);
      expect([path, answer.status === 429]).toEqual([path, false]);
      await answer.text();
      await waitOnExecutionContext(context);
    }
  });

  it('a credential that is taken, also of those behind an address that has spent what it has', async () => {
    const address = somewhere();
    const known = { key: world.keys.acmeViewer };
    for (let i = 0; i < 3; i++) expect((await ask(address, 'GET', `${API}/auth/me`, known)).status).toBe(200);
    expect(await outcome(ask(address, 'GET', `${API}/auth/me`))).toBe('401 unauthenticated');
    expect(await outcome(ask(address, 'GET', `${API}/auth/me`))).toBe('429 rate_limited');
    for (const each of [known, { key: ADMIN }]) expect((await ask(somewhere(), 'GET', `${API}/auth/me`, each)).status).toBe(200);
    for (const each of [known, { key: ADMIN }]) expect((await ask(address, 'GET', `${API}/auth/me`, each)).status).toBe(200);
    // One that this isolate has not seen would have to be looked up.
    const { key } = (await call('POST', '/api-keys', { body: { tenant: 'acme', role: 'viewer', name: 'new' } })).body;
    expect(await outcome(ask(address, 'GET', `${API}/auth/me`, { key }))).toBe('429 rate_limited');
    expect((await ask(somewhere(), 'GET', `${API}/auth/me`, { key })).status).toBe(200);
  });

  it('a credential that was taken, and is none any more, is counted from then on', async () => {
    const address = somewhere();
    const { id, key } = (await call('POST', '/api-keys', { body: { tenant: 'acme', role: 'viewer', name: 'ended' } })).body;
    expect((await ask(address, 'GET', `${API}/auth/me`, { key })).status).toBe(200);
    expect((await call('DELETE', `/api-keys/${id}`)).status).toBe(204);
    expect(await outcome(ask(address, 'GET', `${API}/auth/me`, { key }))).toBe('401 unauthenticated');
    expect(await outcome(ask(address, 'GET', `${API}/auth/me`, { key }))).toBe('429 rate_limited');
  });

  it('anything where the deployment bounds nothing, or knows no address', async () => {
    for (let i = 0; i < 5; i++) {
      expect(await outcome(ask('198.51.99.1', 'GET', `${API}/auth/me`, {}, {}))).toBe('401 unauthenticated');
      expect(await outcome(send('GET', `${API}/auth/me`, { key: null, bindings: ONE }))).toBe('401 unauthenticated');
    }
  });
});
