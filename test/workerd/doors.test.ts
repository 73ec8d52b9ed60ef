/** Modules at the HTTP door, on real objects: accounts, guards, files, resources, proxies, health, metrics. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { call } from './api-client';
import { ask, deliverAll, deploy } from './application';

const secret = ['$', '{JWT_SECRET}'].join('');
const SHOP = `
modules:
  - {name: router, type: http.router, config: {prefix: /api}}
  - {name: cors, type: http.middleware.cors, config: {allowedOrigins: ["https://shop.example", "https://*.partner.example"], maxAge: 60}}
  - {name: request-id, type: http.middleware.requestid}
  - {name: limiter, type: http.middleware.ratelimit, config: {requestsPerMinute: 1, burstSize: 3}}
  - {name: headers, type: http.middleware.securityheaders, config: {contentSecurityPolicy: "default-src 'self'"}}
  - {name: auth, type: auth.jwt, config: {secret: "${secret}", issuer: shop, seedFile: ../seed/users.json, admins: [boss@shop.example]}}
  - {name: signed-in, type: http.middleware.auth, dependsOn: [auth]}
  - {name: authz, type: authz.enforcer, config: {rules: ["p, admin, *, *"]}}
  - {name: db, type: database.workflow, config: {driver: sqlite}}
  - {name: store, type: persistence.store, config: {database: db}}
  - {name: products, type: api.handler, dependsOn: [store], config: {resourceName: products, seedFile: seed/products.json}}
  - {name: orders, type: api.handler, dependsOn: [store], config: {resourceName: orders, instanceIDPrefix: order-, workflowType: order-life}}
  - {name: engine, type: statemachine.engine}
  - {name: spa, type: static.fileserver, config: {root: ./spa, spaFallback: true}}
  - {name: health, type: health.checker}
  - {name: metrics, type: metrics.collector, config: {namespace: shop}}
  - {name: description, type: openapi.generator}
workflows:
  http:
    router: router
    routes:
      - {method: GET, path: /products, handler: products, middlewares: [cors, request-id, headers]}
      - {method: POST, path: /products, handler: products, middlewares: [signed-in, authz]}
      - {method: GET, path: "/products/{id}", handler: products}
      - {method: PUT, path: "/products/{id}", handler: products}
      - {method: PATCH, path: "/products/{id}", handler: products}
      - {method: DELETE, path: "/products/{id}", handler: products}
      - {method: POST, path: /orders, handler: orders, middlewares: [signed-in]}
      - {method: GET, path: /orders, handler: orders}
      - {method: GET, path: "/orders/{id}", handler: orders}
      - {method: POST, path: "/orders/{id}/ship", handler: orders}
      - {method: PUT, path: "/orders/{id}/transition", handler: orders}
      - {method: GET, path: /limited, handler: products, middlewares: [limiter]}
      - {method: GET, path: /me, middlewares: [signed-in], steps: [{name: answer, type: step.json_response, config: {body: {subject: "{{ .auth.subject }}", token: "{{ .headers.authorization }}"}}}]}
  statemachine:
    engine: engine
    definitions:
      - name: order-life
        initialState: new
        states: {new: {}, paid: {}, shipped: {isFinal: true}}
        transitions: {pay: {fromState: new, toState: paid}, ship_order: {fromState: paid, toState: shipped}}
`;
const FILES = {
  'seed/users.json': JSON.stringify([
    { id: 'u1', email: 'ann@shop.example', password: 'correct horse', name: 'Ann' },
    { email: 'boss@shop.example', password: 'battery staple' },
  ]),
  'seed/products.json': JSON.stringify([
    { id: 'p1', name: 'Lamp', price: 20 },
    { id: 'p2', name: "Chair's", price: 50 },
  ]),
  'spa/index.html': '<!doctype html><title>Shop</title>',
  'spa/app.js': 'console.log(1)',
};

const login = async (email: string, password: string) => ask('shop', 'POST', '/auth/login', { body: { email, password } });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
let ann: string;
let boss: string;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
  expect((await call('PUT', '/secrets/JWT_SECRET', { body: { value: 'a-secret-of-the-tests-and-long' } })).status).toBeLessThan(300);
  await deploy('shop', SHOP, FILES);
  ann = (await login('ann@shop.example', 'correct horse')).body.token;
  boss = (await login('boss@shop.example', 'battery staple')).body.token;
});

it('asks for a token before it looks for its secret', async () => {
  const modules = `modules: [{name: auth, type: auth.jwt, config: {secret: "$\{NOT_SET}"}}, {name: signed-in, type: http.middleware.auth, dependsOn: [auth]}, {name: things, type: http.handler}]`;
  await deploy('unset', `${modules}\nworkflows: {http: {routes: [{method: GET, path: /things, handler: things, middlewares: [signed-in]}]}}\n`);
  expect((await ask('unset', 'GET', '/things')).status).toBe(401);
  expect(await ask('unset', 'GET', '/things', { headers: bearer('a.b.c') })).toMatchObject({ status: 500, body: { code: 'secret_missing' } });
});

it('says that a secret is too short to sign with', async () => {
  expect((await call('PUT', '/secrets/SHORT', { body: { value: 'short' } })).status).toBeLessThan(300);
  const modules = `modules: [{name: auth, type: auth.jwt, config: {secret: "$\{SHORT}"}}]`;
  await deploy('short', `${modules}\nworkflows: {http: {routes: [{method: POST, path: /auth/login, handler: auth}]}}\n`);
  const answer = await ask('short', 'POST', '/auth/login', { body: { email: 'a@b.example', password: 'x' } });
  expect(answer).toMatchObject({ status: 500, body: { code: 'secret_unfit', detail: expect.stringContaining('16 characters') } });
});

describe('accounts', () => {
  it('are made, sign in, and show themselves without a password', async () => {
    const made = await ask('shop', 'POST', '/auth/register', { body: { email: 'New@Shop.example', password: 'long enough', name: 'New' } });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ token_type: 'Bearer', expires_in: 86_400, user: { email: 'new@shop.example', name: 'New', roles: ['user'] } });
    expect(JSON.stringify(made.body)).not.toContain('long enough');
    expect((await ask('shop', 'GET', '/auth/me', { headers: bearer(made.body.token) })).body.email).toBe('new@shop.example');
    expect((await login('NEW@shop.example', 'long enough')).status).toBe(200);
    expect(await ask('shop', 'POST', '/auth/register', { body: { email: 'new@shop.example', password: 'long enough' } })).toMatchObject({ status: 409 });
  });

  it('change their profile and password', async () => {
    const { token } = (await ask('shop', 'POST', '/auth/register', { body: { email: 'cat@shop.example', password: 'first word' } })).body;
    const changed = await ask('shop', 'PUT', '/auth/profile', {
      headers: bearer(token),
      body: { name: 'Cat', phone: '1', roles: ['admin'], password: 'second word', current_password: 'first word' },
    });
    expect(changed.body).toMatchObject({ name: 'Cat', phone: '1', roles: ['user'] });
    expect((await login('cat@shop.example', 'first word')).status).toBe(401);
    expect((await login('cat@shop.example', 'second word')).status).toBe(200);
  });

  it('refresh a token once, and sign out', async () => {
    const first = (await ask('shop', 'POST', '/auth/register', { body: { email: 'dan@shop.example', password: 'long enough' } })).body;
    const second = await ask('shop', 'POST', '/auth/refresh', { body: { refresh_token: first.refresh_token } });
    expect(second.status).toBe(200);
    expect((await ask('shop', 'POST', '/auth/refresh', { body: { refresh_token: first.refresh_token } })).status).toBe(401);
    expect((await ask('shop', 'POST', '/auth/logout', { headers: bearer(second.body.token), body: {} })).status).toBe(200);
    expect((await ask('shop', 'POST', '/auth/refresh', { body: { refresh_token: second.body.refresh_token } })).status).toBe(401);
  });

  it('are listed for administrators only', async () => {
    expect((await ask('shop', 'GET', '/auth/users', { headers: bearer(ann) })).status).toBe(403);
    const listed = await ask('shop', 'GET', '/auth/users', { headers: bearer(boss) });
    expect(listed.body.items.map((user: { email: string }) => user.email)).toContain('ann@shop.example');
    expect(JSON.stringify(listed.body)).not.toContain('scrypt');
  });

  it('wait after five failures, even with the right password', async () => {
    await ask('shop', 'POST', '/auth/register', { body: { email: 'eve@shop.example', password: 'long enough' } });
    for (let count = 0; count < 5; count++) expect((await login('eve@shop.example', 'wrong')).status).toBe(401);
    const held = await login('eve@shop.example', 'long enough');
    expect(held).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it.each([
    ['no e-mail', { password: 'long enough' }, 400],
    ['a short password', { email: 'x@y.z', password: 'short' }, 400],
    ['no JSON', 'email=x', 400],
    ['a list', [], 400],
  ])('refuse %s', async (_, body, status) => expect((await ask('shop', 'POST', '/auth/register', { body })).status).toBe(status));
});

describe('tokens', () => {
  const parts = () => ann.split('.');
  const forged = (header: object) => [btoa(JSON.stringify(header)).replace(/=+$/, ''), parts()[1], parts()[2]].join('.');

  it.each<[string, () => Record<string, string>]>([
    ['none', () => ({})],
    ['another scheme', () => ({ authorization: 'Basic abc' })],
    ['nonsense', () => bearer('abc')],
    ['a changed signature', () => bearer(`${ann.slice(0, -2)}xx`)],
    ['no algorithm', () => bearer(forged({ alg: 'none', typ: 'JWT' }))],
    ['another algorithm', () => bearer(forged({ alg: 'HS512', typ: 'JWT' }))],
  ])('%s is refused', async (_, headers) => {
    const answer = await ask('shop', 'GET', '/api/me', { headers: headers() });
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('tell the pipeline who asks, and not the token', async () => {
    const answer = await ask('shop', 'GET', '/api/me', { headers: bearer(ann) });
    expect(answer.body).toEqual({ subject: 'u1', token: '[redacted]' });
    expect(answer.headers.get('x-execution-id')).toMatch(/^exec_/);
  });
});

describe('guards', () => {
  it('cors answers before and after', async () => {
    const asked = await ask('shop', 'OPTIONS', '/api/products', { headers: { origin: 'https://shop.example', 'access-control-request-method': 'GET' } });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(asked.headers.get('access-control-max-age')).toBe('60');
    const from = async (origin: string) => (await ask('shop', 'GET', '/api/products', { headers: { origin } })).headers.get('access-control-allow-origin');
    expect(await from('https://eu.partner.example')).toBe('https://eu.partner.example');
    expect(await from('https://evil.example')).toBeNull();
    expect(await from('https://evil.example/.partner.example')).toBeNull();
  });

  it('request ids are kept when they are ids, and made when not', async () => {
    const id = async (given?: string) =>
      (await ask('shop', 'GET', '/api/products', { headers: given ? { 'x-request-id': given } : {} })).headers.get('x-request-id');
    expect(await id('abc-1')).toBe('abc-1');
    expect(await id('no id <script>')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('security headers are there', async () => {
    const { headers } = await ask('shop', 'GET', '/api/products');
    expect([headers.get('x-frame-options'), headers.get('content-security-policy')]).toEqual(['DENY', expect.stringMatching(/^default-src 'self', sandbox /)]);
  });

  it('a body that nests without end is no body, whatever would be done with it', async () => {
    const deep = `{"nickname":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const changed = await ask('shop', 'PUT', '/auth/profile', { headers: { ...bearer(ann), 'content-type': 'application/json' }, body: deep });
    expect([changed.status, changed.body.code]).toEqual([400, 'invalid_json']);
  });

  it('counts a client of IPv6 by its network', async () => {
    const from = async (address: string) => (await ask('shop', 'GET', '/api/limited', { headers: { 'cf-connecting-ip': address } })).status;
    const statuses: number[] = [];
    for (const host of ['1', '2', '3', 'ffff:4']) statuses.push(await from(`2001:db8:5:5::${host}`));
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect(await from('2001:db8:5:6::1')).toBe(200);
  });

  it('limits end with 429', async () => {
    const statuses = [];
    for (let count = 0; count < 4; count++) statuses.push((await ask('shop', 'GET', '/api/limited')).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it('rules let roles through', async () => {
    const create = (token: string) => ask('shop', 'POST', '/api/products', { headers: bearer(token), body: { id: 'p9', name: 'Bed' } });
    expect((await create(ann)).status).toBe(403);
    expect((await create(boss)).status).toBe(201);
  });
});

describe('a resource', () => {
  it('is seeded, listed, filtered, read, changed and removed', async () => {
    const names = async (query = '') => (await ask('shop', 'GET', `/api/products${query}`)).body.map((item: { name: string }) => item.name);
    expect(await names('?limit=2')).toEqual(['Lamp', "Chair's"]);
    expect(await names('?price=50')).toEqual(["Chair's"]);
    expect(await names('?sort=price&order=desc&limit=1')).toEqual(["Chair's"]);
    const seeded = (await ask('shop', 'GET', '/api/products/p1')).body;
    expect(seeded).toMatchObject({ id: 'p1', name: 'Lamp', price: 20, data: { name: 'Lamp' } });
    for (const at of [seeded.created_at, seeded.updated_at]) expect(new Date(at).toISOString()).toBe(at);
    expect((await ask('shop', 'PATCH', '/api/products/p1', { body: { price: 25 } })).body).toMatchObject({ name: 'Lamp', price: 25 });
    expect((await ask('shop', 'PUT', '/api/products/p1', { body: { name: 'Torch' } })).body).toMatchObject({ name: 'Torch', data: { name: 'Torch' } });
    expect((await ask('shop', 'DELETE', '/api/products/p1')).status).toBe(204);
    expect(await ask('shop', 'GET', '/api/products/p1')).toMatchObject({ status: 404, body: { code: 'unknown_item' } });
  });

  it.each([
    ['?limit=0', 400],
    ['?limit=many', 400],
    ['?a%22b=1', 400],
    ["?name=' OR 1=1 --", 200],
  ])('GET %s: %i', async (query, status) => {
    const answer = await ask('shop', 'GET', `/api/products${query}`);
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.body).toEqual([]);
  });

  it('with a state machine has a state, and moves', async () => {
    const made = await ask('shop', 'POST', '/api/orders', { headers: bearer(ann), body: { total: 5 } });
    expect(made).toMatchObject({ status: 201, body: { state: 'new', total: 5 } });
    const { id } = made.body;
    expect(id).toMatch(/^order-/);
    expect(await ask('shop', 'POST', `/api/orders/${id}/ship`, { body: {} })).toMatchObject({ status: 409 });
    expect((await ask('shop', 'PUT', `/api/orders/${id}/transition`, { body: { transition: 'pay', data: {} } })).body).toMatchObject({ state: 'paid' });
    expect((await ask('shop', 'POST', `/api/orders/${id}/ship`, { body: {} })).body).toMatchObject({ state: 'shipped' });
    expect((await ask('shop', 'GET', `/api/orders/${id}`)).body).toMatchObject({ state: 'shipped' });
    expect((await ask('shop', 'GET', '/api/orders?state=shipped')).body).toHaveLength(1);
  });
});

describe('what the application serves by itself', () => {
  it('files, with the index for paths of the browser', async () => {
    const script = await ask('shop', 'GET', '/app.js');
    expect(script).toMatchObject({ status: 200, body: 'console.log(1)' });
    expect(script.headers.get('content-type')).toContain('javascript');
    expect((await ask('shop', 'GET', '/app.js', { headers: { 'if-none-match': script.headers.get('etag')! } })).status).toBe(304);
    expect((await ask('shop', 'GET', '/some/page')).body).toContain('<title>Shop</title>');
    expect((await ask('shop', 'GET', '/')).body).toContain('<title>Shop</title>');
    expect((await ask('shop', 'GET', '/..%2fseed%2fusers.json')).body).not.toContain('horse');
  });

  it('health, metrics and its description', async () => {
    expect((await ask('shop', 'GET', '/healthz')).body).toMatchObject({ status: 'healthy', application: 'shop', version: 1 });
    await deliverAll();
    expect((await ask('shop', 'GET', '/metrics')).body).toMatch(/shop_recent_executions\{pipeline="get-api-products",status="completed"\} \d+/);
    const { body } = await ask('shop', 'GET', '/openapi.json');
    expect(body.paths['/api/products/{id}'].get.parameters).toMatchObject([{ name: 'id', in: 'path', required: true }]);
  });
});
