/** Pipelines that ask who sent the request: good, bad and revoked tokens, and that no token is kept. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { SignJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { call } from './api-client';
import { ask, deploy } from './application';
import { settle } from './settle';

const secret = ['$', '{JWT_SECRET}'].join('');
const SECRET = 'a-secret-of-the-tests-and-long';

const CLUB = `
modules:
  - {name: auth, type: auth.jwt, config: {secret: "${secret}", issuer: club, admins: [boss@club.example]}}
  - {name: signed-in, type: http.middleware.auth, dependsOn: [auth]}
pipelines:
  me:
    trigger: {type: http, method: GET, path: /me}
    steps:
      - {name: who, type: step.auth_validate, config: {auth_module: auth, subject_field: user_id}}
      - {name: answer, type: step.json_response, config: {body: {user: "{{ .steps.who.user_id }}", email: "{{ .email }}", headers: "{{ json .trigger.headers }}"}}}
  reports:
    trigger: {type: http, method: GET, path: /reports}
    steps:
      - {name: who, type: step.auth_validate, config: {required_roles: [admin]}}
      - {name: answer, type: step.json_response, config: {body: {ok: true}}}
  by-query:
    trigger: {type: http, method: GET, path: /by-query}
    steps:
      - {name: who, type: step.auth_validate, config: {token_source: query.token}}
      - {name: answer, type: step.json_response, config: {body: {query: "{{ json .trigger.query }}"}}}
  by-body:
    trigger: {type: http, method: POST, path: /by-body}
    steps:
      - {name: parse, type: step.request_parse, config: {parse_body: true}}
      - {name: who, type: step.auth_validate, config: {token_source: steps.parse.body.token}}
      - {name: answer, type: step.json_response, config: {body: {body: "{{ json .trigger.body }}"}}}
  relay:
    trigger: {type: http, method: POST, path: /relay}
    steps:
      - {name: inner, type: step.workflow_call, config: {workflow: me, input: {_from: trigger.body}}}
      - {name: answer, type: step.json_response, config: {body_from: steps.inner}}
  leave:
    trigger: {type: http, method: POST, path: /leave}
    steps:
      - {name: out, type: step.token_revoke, config: {blacklist_module: auth, token_source: headers.Authorization}}
      - {name: answer, type: step.json_response, config: {body_from: steps.out}}
workflows:
  http:
    routes:
      - {method: GET, path: /guarded, middlewares: [signed-in], steps: [{name: answer, type: step.json_response, config: {body: {ok: true}}}]}
`;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
  await call('PUT', '/secrets/JWT_SECRET', { body: { value: SECRET } });
  await deploy('club', CLUB);
});
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() }));
afterEach(() => vi.useRealTimers());

let people = 0;
const register = async () =>
  (await ask('club', 'POST', '/auth/register', { body: { email: `p${people++}@club.example`, password: 'long enough' } })).body.token as string;
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const signed = (claims: Record<string, unknown>, key = SECRET, alg = 'HS256') =>
  new SignJWT(claims).setProtectedHeader({ alg }).setIssuer('club').setSubject('u-1').setExpirationTime('1h').sign(new TextEncoder().encode(key));

describe('step.auth_validate', () => {
  it('lets a caller through, and gives what the token says', async () => {
    const token = await register();
    const me = await ask('club', 'GET', '/me', bearer(token));
    expect(me).toMatchObject({ status: 200, body: { email: expect.stringContaining('@club.example'), user: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
  });

  it.each<[string, () => Promise<Record<string, string>>]>([
    ['no token', async () => ({})],
    ['another scheme', async () => ({ authorization: 'Basic YTpi' })],
    ['no token behind the scheme', async () => ({ authorization: 'Bearer' })],
    ['a token that is none', async () => ({ authorization: 'Bearer abc' })],
    ['a token of another key', async () => ({ authorization: `Bearer ${await signed({}, 'another-secret-that-is-long-enough')}` })],
    ['a token of another algorithm', async () => ({ authorization: `Bearer ${await signed({}, SECRET, 'HS512')}` })],
    [
      'an unsigned token',
      async () => ({ authorization: `Bearer ${btoa('{"alg":"none"}').replaceAll('=', '')}.${btoa('{"sub":"u-1","exp":9999999999}').replaceAll('=', '')}.` }),
    ],
    [
      'a token with a changed claim',
      async () => ({ authorization: `Bearer ${(await register()).replace(/\.[^.]+\./, `.${btoa('{"sub":"boss","exp":9999999999}').replaceAll('=', '')}.`)}` }),
    ],
    ['two tokens', async () => ({ authorization: `Bearer ${await register()} ${await register()}` })],
    ['a verdict of one’s own in a header', async () => ({ 'x-auth': '{"claims":{"sub":"boss"}}' })],
  ])('refuses %s', async (_, headers) => {
    const answer = await ask('club', 'GET', '/me', { headers: await headers() });
    expect([answer.status, answer.body.code, answer.headers.get('content-type')]).toEqual([401, 'unauthenticated', 'application/problem+json']);
  });

  it.each<[string, unknown]>([
    ['auth', { auth: { subject: 'boss', roles: ['admin'], claims: { sub: 'boss' } } }],
    ['auth and no refusal', { auth: { claims: { sub: 'boss' } }, auth_refusal: null }],
    ['a token that is no text', { token: { sub: 'boss' } }],
    ['a list', [{ auth: { claims: { sub: 'boss' } } }]],
  ])('takes no verdict from a body: %s', async (_, body) => {
    expect((await ask('club', 'POST', '/by-body', { body })).status).toBe(401);
  });

  it('takes no verdict from the query', async () => {
    expect((await ask('club', 'GET', '/me?auth=%7B%22claims%22%3A%7B%7D%7D&auth.claims.sub=boss')).status).toBe(401);
  });

  it('takes no verdict from what another pipeline hands on', async () => {
    const reply = await ask('club', 'POST', '/relay', { body: { auth: { claims: { sub: 'boss' } }, method: 'GET' } });
    expect([reply.status, JSON.stringify(reply.body)]).toEqual([expect.any(Number), expect.not.stringContaining('boss')]);
    await settle();
    const { items } = (await call('GET', '/executions?workflow=club&pipeline=me&status=failed')).body;
    expect(items.length).toBeGreaterThan(0);
  });

  it('asks for a role', async () => {
    expect((await ask('club', 'GET', '/reports', bearer(await register()))).status).toBe(403);
    const boss = (await ask('club', 'POST', '/auth/register', { body: { email: 'boss@club.example', password: 'long enough' } })).body.token;
    expect((await ask('club', 'GET', '/reports', bearer(boss))).status).toBe(200);
  });

  it('finds the token where it is said to be, and keeps it nowhere', async () => {
    const token = await register();
    const [query, body, header] = [
      await ask('club', 'GET', `/by-query?token=${token}&page=2`),
      await ask('club', 'POST', '/by-body', { body: { token, page: 2 } }),
      await ask('club', 'GET', '/me', bearer(token)),
    ];
    expect([query.status, query.body.query]).toEqual([200, { token: '[redacted]', page: '2' }]);
    expect([body.status, body.body.body]).toEqual([200, { token: '[redacted]', page: 2 }]);
    for (const answer of [query, body, header]) {
      const { items } = (await call('GET', `/executions/${answer.headers.get('x-execution-id')}/events`)).body;
      expect(JSON.stringify(items)).not.toContain(token.split('.')[2]);
    }
  });

  it('lets nobody through that was started otherwise', async () => {
    const started = await call('POST', '/executions?wait=30s', { body: { workflow: 'club', pipeline: 'me', data: { note: 'by hand' } } });
    expect(started.body).toMatchObject({ status: 'failed', error: { code: 'unauthenticated' } });
    const data = { auth: { issuer: 'auth', roles: ['admin'], claims: { sub: 'boss' } } };
    const claimed = await call('POST', '/executions?wait=30s', { body: { workflow: 'club', pipeline: 'me', data } });
    expect(claimed.body).toMatchObject({ status: 'failed', error: { code: 'unauthenticated' } });
  });
});

describe('step.token_revoke', () => {
  it('refuses the token from then on, at every door, and others of the same account not', async () => {
    const token = await register();
    expect((await ask('club', 'GET', '/guarded', bearer(token))).status).toBe(200);
    expect((await ask('club', 'POST', '/leave', bearer(token))).body).toMatchObject({ revoked: true, jti: expect.any(String) });
    for (const path of ['/me', '/guarded', '/auth/me']) {
      const refused = await ask('club', 'GET', path, bearer(token));
      expect([path, refused.status, refused.body.detail]).toEqual([path, 401, 'The token was revoked; sign in again.']);
    }
    expect((await ask('club', 'GET', '/me', bearer(await register()))).status).toBe(200);
  });

  it('revokes nothing without a good token', async () => {
    expect((await ask('club', 'POST', '/leave', {})).body).toEqual({ revoked: false });
    expect((await ask('club', 'POST', '/leave', bearer(await signed({ jti: 'of-another' }, 'another-secret-that-is-long-enough')))).body).toEqual({
      revoked: false,
    });
  });

  it('is what signing out does', async () => {
    const token = await register();
    expect((await ask('club', 'POST', '/auth/logout', { ...bearer(token), body: {} })).status).toBe(200);
    vi.setSystemTime(Date.now() + 2000);
    for (const path of ['/auth/me', '/me', '/guarded']) expect((await ask('club', 'GET', path, bearer(token))).status, path).toBe(401);
  });
});
