/** The way out on the real runtime. Nothing listens on the port; that is enough to see what goes out, and what not. Streams are the runtime’s own. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { NO_SETTINGS } from '#storage/company-settings';
import { D1CompanySettings } from '#storage/d1-company-settings';
import { D1RegionLinks } from '#storage/d1-region-links';
import { createHttp } from '#workers/egress/http';
import { wayOut } from '#workers/egress/way-out';
import type { RegionEnv } from '#workers/env';
import { breakpointEvent } from '#workers/events/breakpoint-event';
import { callHooks } from '#workers/events/hooks';
import { forwarder } from '#workers/ingress/doors/forward';
import { unbounded } from '../unit/egress/unbounded.ts';
import { call } from './api-client';
import { ask } from './application';
import { twoCompanies } from './companies';

const never = new AbortController().signal;
const get = (url: string) => ({ url, method: 'GET', headers: {} });
const aliases = new Map([['inventory-service', new URL('http://127.0.0.1:1/inventory')]]);

it('reaches for the address, through an alias too, and says that nobody is there', async () => {
  const http = createHttp({ hosted: false, aliases }, never);
  await expect(http.fetch(get('http://127.0.0.1:1/'))).rejects.toMatchObject({
    code: 'connection_failed',
    message: expect.stringMatching(/^GET 127\.0\.0\.1:1 could not be reached/),
  });
  await expect(http.fetch(get('http://inventory-service/api'))).rejects.toMatchObject({
    code: 'connection_failed',
    message: expect.not.stringContaining('Illegal'),
  });
});

it.each(['http://127.0.0.1:1/', 'http://0x7f.1/', 'http://[::ffff:127.0.0.1]/', 'http://inventory-service/api'])(
  'in hosted mode does not even reach for %s',
  async (url) => {
    const http = createHttp({ hosted: true, aliases }, never);
    await expect(http.fetch(get(url))).rejects.toMatchObject({ code: 'address_refused' });
  },
);

it('ends a call with the reason of its signal', async () => {
  const http = createHttp({ hosted: false, aliases }, AbortSignal.abort('over'));
  await expect(http.fetch(get('http://127.0.0.1:1/'))).rejects.toBe('over');
});

it.each<[string, number, string | undefined]>([
  ['within its bound, is whole', 64 * 1024, undefined],
  ['over its bound, is broken off', 64 * 1024 - 1, 'response_too_large'],
])('an answer that streams through, %s', async (_name, max_response_bytes, code) => {
  const logged: unknown[] = [];
  const pair = new TransformStream<Uint8Array, Uint8Array>();
  const writer = pair.writable.getWriter();
  const written = (async () => {
    for (let part = 0; part < 64; part++) await writer.write(new Uint8Array(1024));
    await writer.close();
  })().catch(() => undefined);
  const fetched = (async () => new Response(pair.readable)) as typeof fetch;
  const http = forwarder(
    { hosted: false, aliases: new Map() },
    { fetch: fetched, passage: unbounded, log: (_level, _message, fields) => void logged.push(fields.code) as undefined },
  );
  const answer = await http.forward('http://a.example/', { method: 'GET', headers: new Headers(), body: null, timeout_ms: 60_000, max_response_bytes });
  const read = new Response(answer.body, answer).arrayBuffer();
  if (code) await expect(read).rejects.toMatchObject({ message: expect.stringContaining('a.example answered more than') });
  else expect((await read).byteLength).toBe(64 * 1024);
  await written;
  expect(logged).toEqual(code ? [code] : []);
});

describe('what a company lets its applications call', () => {
  const region = env as unknown as RegionEnv;
  const RULES = { default: 'deny', allow: ['*.Example.com', '127.0.0.1:1'], deny: ['bad.example.com'] };
  const asked = async (tenant: string, url: string) =>
    createHttp(wayOut(region, tenant), never)
      .fetch(get(url))
      .then(
        () => 'called',
        (error: { code: string }) => error.code,
      );
  let keys: Record<string, string>;

  beforeAll(async () => {
    await twoCompanies();
    const made = (tenant: string, role: string) => call('POST', '/api-keys', { body: { tenant, role, name: role } });
    keys = {
      admin: (await made('acme', 'admin')).body.key,
      editor: (await made('acme', 'editor')).body.key,
      globex: (await made('globex', 'owner')).body.key,
    };
  });

  it('is everything until it says otherwise, and then holds for its own applications alone', async () => {
    expect((await call('GET', '/tenants/acme/egress', { key: keys.editor })).body).toEqual({ default: 'allow', allow: [], deny: [] });
    expect(await asked('acme', 'http://127.0.0.1:2/')).toBe('connection_failed');
    const put = await call('PUT', '/tenants/acme/egress', { key: keys.admin, body: RULES });
    expect([put.status, put.body]).toEqual([200, { default: 'deny', allow: ['*.example.com', '127.0.0.1:1'], deny: ['bad.example.com'] }]);
    expect((await call('GET', '/tenants/acme/egress', { key: keys.editor })).body).toEqual(put.body);
    expect(await asked('acme', 'http://127.0.0.1:2/')).toBe('egress_denied');
    expect(await asked('acme', 'http://bad.example.com/')).toBe('egress_denied');
    expect(await asked('acme', 'http://127.0.0.1:1/')).toBe('connection_failed');
    expect(await asked('globex', 'http://127.0.0.1:2/')).toBe('connection_failed');
    const { items } = (await call('GET', '/audit?action=PUT%20%2Ftenants%2F%7Btenant%7D%2Fegress', { key: keys.admin })).body;
    expect(items[0]).toMatchObject({ before: { default: 'allow' }, after: { default: 'deny', deny: ['bad.example.com'] } });
    // Once in a while of each kind, however many were refused.
    const { items: told } = (await call('GET', '/audit?action=call-refused', { key: keys.admin })).body;
    expect(told).toMatchObject([
      { actor: 'nobody', summary: 'Call a host that may not be called', target: 'hosts/127.0.0.1:2', status: 502, after: { code: 'egress_denied' } },
    ]);
    expect(told).toHaveLength(1);
    await call('PUT', '/tenants/acme/egress', { key: keys.admin, body: { default: 'allow' } });
    expect(await asked('acme', 'http://127.0.0.1:2/')).toBe('connection_failed');
  });

  it.each<[string, unknown, number, string]>([
    ['an address', { default: 'deny', allow: ['https://a.example'] }, 400, 'invalid_request'],
    ['no default', { allow: ['a.example'] }, 400, 'invalid_request'],
    ['more than anybody needs', { default: 'deny', allow: Array.from({ length: 201 }, (_, at) => `h${at}.example`) }, 400, 'invalid_request'],
    ['a key too many', { default: 'deny', tenant: 'globex' }, 400, 'invalid_request'],
  ])('is not %s', async (_name, body, status, code) => {
    const reply = await call('PUT', '/tenants/acme/egress', { key: keys.admin, body });
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect((await call('GET', '/tenants/acme/egress', { key: keys.admin })).body.default).toBe('allow');
  });

  it('is for admins of the company to say', async () => {
    expect((await call('PUT', '/tenants/acme/egress', { key: keys.editor, body: RULES })).body.code).toBe('forbidden');
    expect((await call('PUT', '/tenants/acme/egress', { key: keys.globex, body: RULES })).status).toBe(404);
    expect((await call('GET', '/tenants/acme/egress', { key: keys.globex })).status).toBe(404);
  });

  it('holds for the hooks of a breakpoint, which are not called again either', async () => {
    const called = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(null, { status: 204 }));
    const body = { default: 'deny', allow: ['a.example'], deny: [] };
    expect((await call('PUT', '/tenants/globex/egress', { key: keys.globex, body })).status).toBe(200);
    const hit = { tenant: 'globex', environment: 'production', workflow: 'w', pipeline: 'p', execution_id: 'exec_1', seq: 1, step: 's' };
    const notify = ['https://other.example/held', 'https://a.example/held'];
    await callHooks(breakpointEvent({ ...hit, breakpoint_id: 'bp_1', set_by: 'key:1', notify }, 0), { ...region, MODE: 'hosted' });
    const urls = called.mock.calls.map(([url]) => String(url));
    called.mockRestore();
    await call('PUT', '/tenants/globex/egress', { key: keys.globex, body: { default: 'allow' } });
    expect(urls).toEqual(['https://a.example/held']);
  });

  it('goes along to where its executions live', async () => {
    const settings = new D1CompanySettings(env.DB);
    const links = new D1RegionLinks(env.DB);
    const egress = { default: 'deny' as const, allow: ['a.example'], deny: [] };
    await links.admit('visitor', 'eu', { revision: 1, deployments: [], egress, retention: null }, 1);
    expect(await settings.read('visitor')).toEqual({ ...NO_SETTINGS, egress });
    await links.admit('visitor', 'eu', { revision: 2, deployments: [], egress: null, retention: null }, 2);
    expect(await settings.read('visitor')).toEqual(NO_SETTINGS);
    expect(await settings.read('nobody')).toEqual(NO_SETTINGS);
    await settings.change('visitor', { egress });
    expect(await settings.read('visitor')).toEqual(NO_SETTINGS);
  });
});

describe('the lanes of a company', () => {
  const PROXIES = `name: proxies
modules:
  - {name: large, type: http.proxy, config: {targets: {/large: SERVER}}}
  - {name: quick, type: http.proxy, config: {targets: {/quick: SERVER}, timeout: 0.1}}
workflows:
  http:
    routes:
      - {method: POST, path: "/large/{rest...}", handler: large}
      - {method: GET, path: "/large/{rest...}", handler: large}
      - {method: GET, path: "/quick/{rest...}", handler: quick}
`;

  beforeAll(async () => {
    for (const slug of ['greedy', 'steady']) {
      const headers = { 'x-tenant': slug };
      await call('POST', '/companies', { body: { name: slug, slug, region: 'us' } });
      const quota = { plan: 'unlimited', overrides: { egress_bytes_per_s: 1024 } };
      expect((await call('PUT', `/tenants/${slug}/quota`, { headers, body: quota })).status).toBe(200);
      const body = PROXIES.replaceAll('SERVER', inject('collector').url);
      const made = await call('POST', '/workflows?deploy=production', { headers: { ...headers, 'content-type': 'application/yaml' }, body });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
    }
  });

  it('count what a proxy passes on: who has had too much is told to come again, and another company is not', async () => {
    const body = 'x'.repeat(200_000);
    const sent = await ask('proxies', 'POST', '/large/in', { tenant: 'greedy', body, headers: { 'content-length': String(body.length) } });
    expect([sent.status, sent.body]).toEqual([200, { method: 'POST', path: '/large/in' }]);
    const refused = await ask('proxies', 'GET', '/quick/out', { tenant: 'greedy' });
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([503, 'egress_busy', expect.stringMatching(/^[1-9]\d*$/)]);
    expect((await ask('proxies', 'GET', '/large/out', { tenant: 'steady' })).status).toBe(200);
  });
});
