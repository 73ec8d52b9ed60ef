/** The router with its real directory, in front of regions that only say what reached them. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LIMITS } from '#contracts/limits';
import { PASSPORT_HEADER, TO_REGION_HEADER } from '#contracts/peer';
import { FIRST_SENT_HEADER, NOT_AGAIN_HEADER, SENT_HEADER } from '#workers/door/arrivals';
import type { RouterEnv } from '#workers/router/env';
import router from '#workers/router/index';

type Answer = (request: Request) => Response | Promise<Response>;

const HOME = 'http://127.0.0.1:8787';
const OPERATOR = { authorization: 'Bearer operator' };

/** Says which region was reached, and with what. */
const echo =
  (region: string): Answer =>
  async (request) =>
    Response.json({ region, url: request.url, method: request.method, headers: Object.fromEntries(request.headers), body: await request.text() });

const down: Answer = () => {
  throw new Error('Network connection lost.');
};

function through(
  request: Request,
  regions: { us?: Answer; eu?: Answer } = {},
  MODE = 'hosted',
  abort = (_: unknown) => {},
  ADDRESS_RATE?: string,
): Promise<Response> {
  const service = (answer: Answer) => ({ fetch: async (input: RequestInfo, init?: RequestInit) => answer(new Request(input, init)) }) as unknown as Fetcher;
  const routerEnv: RouterEnv = {
    DIRECTORY: env.DIRECTORY,
    MODE,
    DOMAIN: 'flows.example',
    ADMIN_API_KEY: 'operator',
    ...(ADDRESS_RATE === undefined ? {} : { ADDRESS_RATE }),
    REGION_US: service(regions.us ?? echo('us')),
    REGION_EU: service(regions.eu ?? echo('eu')),
  };
  return router.fetch(request, routerEnv, { abort });
}

const call = async (path: string, init: RequestInit = {}, regions: { us?: Answer; eu?: Answer } = {}) => {
  const response = await through(new Request(path.startsWith('http') ? path : HOME + path, init), regions);
  return { status: response.status, type: response.headers.get('content-type'), body: (await response.json()) as { [key: string]: unknown } };
};

const create = (company: object, regions: { us?: Answer; eu?: Answer } = {}, headers: Record<string, string> = OPERATOR) =>
  call('/api/v1/companies', { method: 'POST', headers, body: JSON.stringify(company) }, regions);

beforeAll(async () => {
  await applyD1Migrations(env.DIRECTORY, env.TEST_ROUTER_MIGRATIONS);
  await env.DIRECTORY.batch([
    env.DIRECTORY.prepare("INSERT INTO tenants (slug, region) VALUES ('acme', 'us')"),
    env.DIRECTORY.prepare("INSERT INTO tenants (slug, region) VALUES ('globex', 'eu')"),
  ]);
});

describe('looking for companies that there are not', () => {
  // They are counted by the minute of the clock.
  beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-02-15T14:30:00Z') }));
  afterAll(() => void vi.useRealTimers());

  const ask = async (address: string | null, tenant: string, rate = '10', mode = 'hosted', path = '/api/v1/workflows') => {
    const headers = { authorization: `Bearer wfk_${tenant}_x`, ...(address === null ? {} : { 'cf-connecting-ip': address }) };
    const answer = await through(new Request(HOME + path, { headers }), {}, mode, undefined, rate);
    return { status: answer.status, headers: answer.headers, code: ((await answer.json()) as { code?: string }).code };
  };

  it('is bounded by the address, before the directory is asked', async () => {
    for (const name of ['none-1', 'none-2']) expect((await ask('203.0.113.90', name)).code).toBe('unknown_tenant');
    const refused = await ask('203.0.113.90', 'none-3');
    expect([refused.status, refused.code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    // What is known here costs nothing, and others are not concerned.
    expect((await ask('203.0.113.91', 'globex')).status).toBe(200);
    expect((await ask('203.0.113.90', 'globex')).status).toBe(200);
    expect((await ask('203.0.113.92', 'none-3')).code).toBe('unknown_tenant');
  });

  it('is bounded by the network of IPv6, and not by what somebody says of themselves', async () => {
    for (const host of ['1', '2']) expect((await ask(`2001:db8:90::${host}`, 'none-4')).code).toBe('unknown_tenant');
    expect((await ask('2001:db8:90::3', 'none-4')).code).toBe('rate_limited');
  });

  it('does not concern addresses of applications', async () => {
    for (let i = 0; i < 5; i++) expect((await ask('203.0.113.93', 'none-5', '10', 'hosted', '/in/none-6/x')).code).toBe('unknown_tenant');
  });

  it.each([
    ['where nothing is set on one machine', '203.0.113.94', '', 'local'],
    ['where it is unlimited', '203.0.113.95', 'unlimited', 'hosted'],
    ['where no address is known', null, '10', 'hosted'],
  ])('is not bounded %s', async (_what, address, rate, mode) => {
    for (let i = 0; i < 5; i++) expect((await ask(address, 'none-7', rate, mode)).code).toBe('unknown_tenant');
  });
});

describe('forwarding', () => {
  it('hands method, URL, body and headers on as they are, without headers of the platform', async () => {
    const { status, body } = await call('http://orders.globex.flows.example/api/x?y=1', {
      method: 'POST',
      body: 'hello',
      headers: { 'x-workflow-evil': '1', 'x-workflow-routed': '0', 'x-workflow-environment': 'staging', 'x-own': 'kept' },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ region: 'eu', url: 'http://orders.globex.flows.example/api/x?y=1', method: 'POST', body: 'hello' });
    expect(body.headers).toMatchObject({ 'x-workflow-routed': '1', 'x-workflow-environment': 'staging', 'x-own': 'kept' });
    expect(body.headers).not.toHaveProperty('x-workflow-evil');
    expect(body.headers).not.toHaveProperty('x-tenant');
  });

  it.each([
    ['Cloudflare, whose header no client can set', 'hosted', '203.0.113.7'],
    ['the router, where there is no edge in front of it', 'local', '127.0.0.1'],
  ])('from where somebody comes is said by %s', async (_who, mode, address) => {
    const response = await through(new Request(`${HOME}/docs`, { headers: { 'cf-connecting-ip': '203.0.113.7' } }), {}, mode);
    expect(((await response.json()) as { headers: Record<string, string> }).headers['cf-connecting-ip']).toBe(address);
  });

  it.each([
    ['a path', '/in/globex/orders/x', {}, 'eu', undefined],
    ['a key', '/api/v1/workflows', { authorization: 'Bearer wfk_globex_a' }, 'eu', undefined],
    ['the operator', '/api/v1/workflows', OPERATOR, 'us', 'acme'],
    ['the operator for a tenant', '/api/v1/workflows', { ...OPERATOR, 'x-tenant': 'globex' }, 'eu', 'globex'],
    ['no credential', '/docs', {}, 'us', undefined],
  ])('by %s', async (_what, path, headers, region, tenant) => {
    const { body } = await call(path, { headers: headers as Record<string, string> });
    expect(body.region).toBe(region);
    expect((body.headers as Record<string, string>)['x-tenant']).toBe(tenant);
  });

  it('reads the tenant of a new key from the body, and the body still arrives', async () => {
    const text = JSON.stringify({ tenant: 'globex', role: 'viewer' });
    const { body } = await call('/api/v1/api-keys', { method: 'POST', headers: OPERATOR, body: text });
    expect(body).toMatchObject({ region: 'eu', body: text });
  });

  it('streams a large body of the sign-in without reading it', async () => {
    const { body } = await call('/sign-in', { method: 'POST', body: `tenant=globex&x=${'a'.repeat(200_000)}` });
    expect(body).toMatchObject({ region: 'us' });
    expect((body.body as string).length).toBe(200_016);
  });

  it.each([
    ['an unknown tenant by path', '/in/nobody/orders/x', 404, 'unknown_tenant'],
    ['an unknown tenant by host', 'http://orders.nobody.flows.example/', 404, 'unknown_tenant'],
    ['an unknown tenant by key', '/api/v1/workflows', 404, 'unknown_tenant'],
    ['a host that is no application', 'http://a.b.c.flows.example/', 404, 'not_found'],
  ])('%s is a problem', async (_what, path, status, code) => {
    const answer = await call(path, { headers: { authorization: 'Bearer wfk_nobody_x' } });
    expect(answer).toMatchObject({ status, type: 'application/problem+json', body: { code } });
  });
});

it('a Host that is no name of a host is the fault of who sent it', async () => {
  const request = new Proxy(new Request(`${HOME}/healthz`), {
    get: (target, key) => {
      if (key === 'url') return 'http://a:b:c/healthz';
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  expect((await through(request)).status).toBe(400);
});

describe('a region that is lost for a moment', () => {
  const lostOnce = () => {
    let calls = 0;
    return { answer: ((request) => (calls++ === 0 ? down(request) : echo('us')(request))) as Answer, calls: () => calls };
  };

  it.each([
    ['GET', '/api/v1/executions', 2, 200],
    // Whoever sent these knows whether they may count twice.
    ['POST', '/api/v1/executions', 1, 503],
    ['GET', '/api/v1/auth/callback', 1, 503],
    ['GET', '/in/acme/orders/x', 1, 503],
    ['GET', 'http://orders.acme.flows.example/api/v1/x', 1, 503],
  ])('%s %s reaches it %i times', async (method, path, times, status) => {
    const region = lostOnce();
    const answer = await call(path, { method, headers: OPERATOR }, { us: region.answer });
    expect([region.calls(), answer.status]).toEqual([times, status]);
    if (status === 503) expect(answer.body.detail).toMatch(/Look whether the request took effect/);
  });

  describe('on one machine, where it is reached over connections', () => {
    const marksOf = (headers: Headers) => [headers.get(SENT_HEADER), headers.get(FIRST_SENT_HEADER)];

    /** Loses the first request, and answers the second one; keeps the marks of both. */
    const marked = (second: Answer) => {
      const marks: (string | null)[][] = [];
      const answer: Answer = (request) => {
        marks.push(marksOf(request.headers));
        return marks.length === 1 ? down(request) : second(request);
      };
      return { marks, answer };
    };

    it.each([
      ['GET', '/in/acme/orders/x', undefined],
      ['GET', '/api/v1/auth/callback', undefined],
      ['DELETE', 'http://orders.acme.flows.example/api/x', undefined],
      ['POST', '/api/v1/executions', '{"workflow":"orders"}'],
      ['POST', '/in/acme/orders/x', 'a'.repeat(LIMITS.body)],
      ['POST', '/in/acme/orders/x', ''],
    ])('%s %s reaches it twice, whole and under one id', async (method, path, body) => {
      const region = marked(echo('us'));
      const length: Record<string, string> = body === undefined ? {} : { 'content-length': String(body.length) };
      const request = new Request(path.startsWith('http') ? path : HOME + path, { method, body, headers: { ...OPERATOR, ...length } });
      const answer = await through(request, { us: region.answer }, 'local');
      expect([answer.status, await answer.json()]).toMatchObject([200, { region: 'us', method, body: body ?? '' }]);
      const [first, second] = region.marks;
      expect(first).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), null]);
      expect(second).toEqual([first![0], expect.stringMatching(/^[0-9]+$/)]);
    });

    it('what the region may have had is answered as one that is lost', async () => {
      const refusing: Answer = ({ headers }) => new Response(null, { status: 409, headers: { [NOT_AGAIN_HEADER]: headers.get(SENT_HEADER)! } });
      const { marks, answer: us } = marked(refusing);
      const answer = await through(new Request(`${HOME}/in/acme/orders/x`, { method: 'POST' }), { us }, 'local');
      expect([answer.status, answer.headers.get(NOT_AGAIN_HEADER), marks.length]).toEqual([503, null, 2]);
      expect(await answer.json()).toMatchObject({ code: 'region_unavailable', detail: expect.stringMatching(/Look whether the request took effect/) });
    });

    it('a body that cannot be kept is sent once', async () => {
      const { marks, answer: us } = marked(echo('us'));
      const body = new Blob(['x'.repeat(100)]).stream();
      const answer = await through(new Request(`${HOME}/in/acme/orders/x`, { method: 'POST', body }), { us }, 'local');
      expect([answer.status, marks]).toEqual([503, [[null, null]]]);
    });

    it('what a region sends again is handled once', async () => {
      let handled = 0;
      const us: Answer = () => Response.json(++handled);
      const headers = { [SENT_HEADER]: crypto.randomUUID() };
      const send = (mode: string, more = {}) => through(new Request(`${HOME}/in/acme/orders/x`, { headers: { ...headers, ...more } }), { us }, mode);
      expect(await (await send('local')).json()).toBe(1);
      const again = await send('local', { [FIRST_SENT_HEADER]: String(Date.now()) });
      expect([again.status, again.headers.get(NOT_AGAIN_HEADER), handled]).toEqual([409, headers[SENT_HEADER], 1]);
      // Between Workers nothing is sent again, and a mark is anybody's word.
      expect([(await send('hosted')).status, handled]).toEqual([200, 2]);
    });

    it.each(['local', 'hosted'])('the marks are never those of who asks: %s', async (mode) => {
      let headers = new Headers();
      const us: Answer = (request) => {
        headers = request.headers;
        return Response.json({});
      };
      const forged = { [SENT_HEADER]: 'mine', [FIRST_SENT_HEADER]: '1' };
      await through(new Request(`${HOME}/in/acme/orders/x`, { headers: forged }), { us }, mode);
      expect(marksOf(headers)).toEqual([mode === 'local' ? expect.stringMatching(/^[0-9a-f-]{36}$/) : null, null]);
    });
  });
});

describe('a region that is lost while a body comes in', () => {
  /** A body in parts, which says how far it was read. */
  function coming(parts: number) {
    const part = new Uint8Array(64 * 1024).fill(97);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent === parts) return controller.close();
        sent++;
        controller.enqueue(part);
      },
    });
    return { body, sent: () => sent, bytes: parts * part.byteLength };
  }

  /** Takes the beginning, and is gone. */
  const lostMidway: Answer = async (request) => {
    await request.body!.getReader().read();
    throw new Error('Network connection lost.');
  };

  it.each([
    ['of a length that is told', 30, true],
    ['of any length', 30, false],
    ['that is larger than it may be', 100, true],
  ])('hears out one %s, and answers 503', async (_what, parts, isTold) => {
    const { body, sent, bytes } = coming(parts);
    const headers = { ...OPERATOR, ...(isTold ? { 'content-length': String(bytes) } : {}) };
    const answer = await call('/in/acme/orders/x', { method: 'POST', headers, body }, { us: lostMidway });
    expect(answer).toMatchObject({ status: 503, type: 'application/problem+json', body: { code: 'region_unavailable', region: 'us' } });
    expect(sent()).toBe(parts);
  });

  it('hands on a long one whole to a region that is there', async () => {
    const { body, bytes } = coming(30);
    const answer = await call('/in/acme/orders/x', { method: 'POST', headers: { ...OPERATOR, 'content-length': String(bytes) }, body });
    expect([answer.status, (answer.body.body as string).length]).toEqual([200, bytes]);
  });

  const half: Answer = () => {
    let parts = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (parts++ === 0) controller.enqueue(new Uint8Array(1000));
        else controller.error(new Error('Network connection lost.'));
      },
    });
    return new Response(body, { headers: { 'content-type': 'application/octet-stream' } });
  };

  it('breaks an answer off that is broken off, and does not end it as if it were whole', async () => {
    const answer = await through(new Request(`${HOME}/in/acme/orders/x`), { us: half });
    expect(answer.status).toBe(200);
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  it.each([
    ['an application', '/in/acme/orders/x', {}],
    ['the API', '/api/v1/executions/live', OPERATOR],
    ['whatever any region has', '/docs', {}],
    ['a region for another one', '/peer/v1/move-source/file', { [TO_REGION_HEADER]: 'us', [PASSPORT_HEADER]: 'x' }],
  ])('on one machine ends the request whose answer is broken off: of %s', async (_what, path, headers) => {
    const ended = Promise.withResolvers<unknown>();
    const answer = await through(new Request(HOME + path, { headers: headers as Record<string, string> }), { us: half }, 'local', ended.resolve);
    const reader = answer.body!.getReader();
    expect((await reader.read()).value?.byteLength).toBe(1000);
    reader.read().catch(() => undefined);
    expect(await ended.promise).toMatchObject({ message: 'Network connection lost.' });
  });
});

describe('a region that is down', () => {
  it('takes its own tenants with it', async () => {
    expect(await call('/in/acme/orders/x', {}, { us: down })).toMatchObject({ status: 503, body: { code: 'region_unavailable', region: 'us' } });
    expect(await call('/in/globex/orders/x', {}, { us: down })).toMatchObject({ status: 200, body: { region: 'eu' } });
  });

  it('leaves pages without a tenant to the next one', async () => {
    expect(await call('/docs', {}, { us: down })).toMatchObject({ status: 200, body: { region: 'eu' } });
  });

  it('shows in the health', async () => {
    expect(await call('/healthz')).toMatchObject({ status: 200, body: { status: 'ok', regions: { us: 'ok', eu: 'ok' } } });
    expect(await call('/healthz', {}, { eu: down })).toMatchObject({ status: 503, body: { status: 'degraded', regions: { us: 'ok', eu: 'unavailable' } } });
  });
});

describe('companies', () => {
  const made: Answer = async (request) => Response.json(await request.json(), { status: 201 });

  it('are made in their region and found there from then on', async () => {
    expect(await create({ name: 'Initech', slug: 'initech', region: 'eu' }, { eu: made })).toMatchObject({ status: 201, body: { slug: 'initech' } });
    expect((await call('/in/initech/x')).body.region).toBe('eu');
  });

  it('can be completed by the same call after a crash in between, and by no other', async () => {
    const company = { name: 'Hooli', slug: 'hooli', region: 'us' };
    expect(await create(company, { us: down })).toMatchObject({ status: 503, body: { code: 'region_unavailable' } });
    expect(await create({ ...company, region: 'eu' }, { eu: made })).toMatchObject({ status: 409, body: { code: 'tenant_exists' } });
    expect(await create(company, { us: made })).toMatchObject({ status: 201 });
  });

  it('of one slug asked for in two regions at once end up in one', async () => {
    const company = { name: 'Umbrella', slug: 'umbrella' };
    const answers = await Promise.all(['us', 'eu', 'us', 'eu'].map((region) => create({ ...company, region }, { us: made, eu: made })));
    const regions = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.region));
    expect(regions.size).toBe(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(2);
  });

  it('are checked before anything is claimed', async () => {
    const { status, body } = await create({ name: '', slug: 'Not A Slug', region: 'mars', colour: 'red' });
    expect(status).toBe(400);
    expect((body.errors as { path: string }[]).map(({ path }) => path)).toEqual(['name', 'slug', 'region', '']);
    expect(await env.DIRECTORY.prepare("SELECT count(*) AS n FROM tenants WHERE slug = 'Not A Slug'").first('n')).toBe(0);
  });

  it.each([
    ['without a key', {}, 401, 'unauthenticated'],
    ['with a wrong key', { authorization: 'Bearer guess' }, 401, 'unauthenticated'],
    ["with a tenant's key", { authorization: 'Bearer wfk_acme_x' }, 403, 'forbidden'],
  ])('are not made %s', async (_what, headers, status, code) => {
    expect(await create({ name: 'X', slug: 'x', region: 'us' }, {}, headers as Record<string, string>)).toMatchObject({ status, body: { code } });
  });

  it('refuse a description that is no JSON or too long', async () => {
    expect(await call('/api/v1/companies', { method: 'POST', headers: OPERATOR, body: '{' })).toMatchObject({ status: 400, body: { code: 'invalid_json' } });
    const long = JSON.stringify({ name: 'x'.repeat(70_000) });
    expect(await call('/api/v1/companies', { method: 'POST', headers: OPERATOR, body: long })).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
  });

  it('are listed from all regions, page by page', async () => {
    const pages =
      (region: string): Answer =>
      (request) => {
        const url = new URL(request.url);
        const from = Number(url.searchParams.get('cursor') ?? 0);
        const to = Math.min(from + Number(url.searchParams.get('limit')), 3);
        const items = Array.from({ length: to - from }, (_, index) => `${region}${from + index}`);
        return Response.json({ items, next_cursor: to < 3 ? String(to) : null });
      };
    const regions = { us: pages('us'), eu: pages('eu') };
    const seen: string[][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await call(`/api/v1/companies?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, { headers: OPERATOR }, regions);
      seen.push(body.items as string[]);
      cursor = body.next_cursor as string | null;
    }
    expect(seen).toEqual([
      ['us0', 'us1'],
      ['us2', 'eu0'],
      ['eu1', 'eu2'],
    ]);
    expect(await call('/api/v1/companies?cursor=nonsense', { headers: OPERATOR }, regions)).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
    expect(await call('/api/v1/companies?limit=0', { headers: OPERATOR }, regions)).toMatchObject({ status: 400 });
  });
});
