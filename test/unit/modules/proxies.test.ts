/** Gateways: which service a request goes to, what is sent along, and what becomes of answers. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { DoorContext, DoorRequest } from '#modules/door';
import { httpSimpleProxy } from '#modules/http/http-simple-proxy';
import { reverseproxy } from '#modules/http/reverseproxy';

type Services = { [url: string]: { status: number; body: object } };

/** What the module asked for, and what it answered. */
async function through(module: typeof reverseproxy, config: JsonObject, path: string, services: Services, headers: { [name: string]: string } = {}) {
  const asked: string[] = [];
  let sent = new Headers();
  const url = new URL(`https://shop.example${path}`);
  const request = {
    method: 'GET',
    url,
    path: url.pathname,
    headers: new Headers(headers),
    client: '203.0.113.7',
    network: '203.0.113.7',
    body: null,
  } as unknown as DoorRequest;
  const http: DoorContext['http'] = {
    async forward(to, init) {
      asked.push(to);
      sent = init.headers;
      const answer = services[to];
      if (!answer) throw new Problem('connection_failed', to);
      return Response.json(answer.body, { status: answer.status });
    },
  };
  const context = { module: 'gateway', settings: module.config.parse(config), http } as unknown as DoorContext;
  const answer = await module.door!.serve(request, context).catch((error: unknown) => error as Problem);
  const said = answer instanceof Response ? { status: answer.status, body: await answer.json() } : { code: answer.code };
  return { asked, sent: Object.fromEntries(sent), ...said };
}

describe('a proxy by prefix', () => {
  const config = { targets: { '/api': 'https://api.example', '/api/orders': 'https://orders.example/v1/' } };

  it.each([
    ['/api/orders/7?full=1', 'https://orders.example/v1/api/orders/7?full=1'],
    ['/api/orders', 'https://orders.example/v1/api/orders'],
    ['/api/ordersX', 'https://api.example/api/ordersX'],
  ])('sends %s to the longest prefix', async (path, url) => {
    expect(await through(httpSimpleProxy, config, path, { [url]: { status: 200, body: {} } })).toMatchObject({ asked: [url], status: 200 });
  });

  it('has nothing for other paths', async () => {
    expect(await through(httpSimpleProxy, config, '/else', {})).toMatchObject({ asked: [], code: 'unknown_route' });
  });

  it('sends who asked, and nothing of the connection or of the platform', async () => {
    const given = { host: 'shop.example', connection: 'close', 'x-workflow-key': 'k', 'x-tenant': 't', accept: 'text/html' };
    const { sent } = await through(httpSimpleProxy, config, '/api', { 'https://api.example/api': { status: 200, body: {} } }, given);
    expect(sent).toEqual({ accept: 'text/html', 'x-forwarded-for': '203.0.113.7', 'x-forwarded-host': 'shop.example', 'x-forwarded-proto': 'https' });
  });
});

describe('a gateway', () => {
  const config: JsonObject = {
    backend_services: { a: 'https://a.example', b: 'https://b.example', rest: 'https://rest.example' },
    default_backend: 'rest',
    routes: { '/b': 'b' },
    composite_routes: { '/first': { backends: ['a', 'b'] }, '/both': { backends: ['a', 'b'], strategy: 'merge' } },
    forward_headers: ['x-trace'],
  };
  const ok = (body: object = {}) => ({ status: 200, body });

  it.each<[string, string, Services, object]>([
    ['a path to its service', '/b/1', { 'https://b.example/b/1': ok() }, { asked: ['https://b.example/b/1'], status: 200 }],
    ['any other path to the default', '/c', { 'https://rest.example/c': ok() }, { asked: ['https://rest.example/c'], status: 200 }],
    [
      'to the next service where the first has a fault of its own',
      '/first',
      { 'https://a.example/first': { status: 503, body: {} }, 'https://b.example/first': ok({ b: 1 }) },
      { asked: ['https://a.example/first', 'https://b.example/first'], status: 200, body: { b: 1 } },
    ],
    ['to the next service where the first is away', '/first', { 'https://b.example/first': ok() }, { status: 200 }],
    [
      'no further where the first says no',
      '/first',
      { 'https://a.example/first': { status: 404, body: {} } },
      { asked: ['https://a.example/first'], status: 404 },
    ],
    [
      'to all of them, and puts together what they say',
      '/both',
      { 'https://a.example/both': ok({ a: 1 }), 'https://b.example/both': ok({ b: 2 }) },
      { body: { a: 1, b: 2 } },
    ],
    [
      'nothing on of answers that cannot be put together',
      '/both',
      { 'https://a.example/both': ok({ a: 1 }), 'https://b.example/both': ok([2]) },
      { code: 'upstream_status' },
    ],
  ])('sends %s', async (_, path, services, expected) => {
    expect(await through(reverseproxy, config, path, services)).toMatchObject(expected);
  });

  it('sends on the headers that are named, and those of the content', async () => {
    const { sent } = await through(reverseproxy, config, '/c', { 'https://rest.example/c': ok() }, { 'x-trace': '1', cookie: 'c', accept: 'a/b' });
    expect(sent).toMatchObject({ 'x-trace': '1', accept: 'a/b' });
    expect(sent).not.toHaveProperty('cookie');
  });

  it('is refused where a service is not there', () => {
    const notices = reverseproxy.notices!(
      { backend_services: {}, default_backend: 'rest' },
      { file: () => undefined, document: () => undefined, list: () => [] },
    );
    expect(notices).toMatchObject([{ severity: 'error', message: expect.stringContaining('"rest"') }]);
  });
});
