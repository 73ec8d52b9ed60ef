import { describe, expect, it } from 'vitest';
import type { Definition } from '#contracts/definition';
import { appAddress } from '#workers/ingress/address';
import { matchRoute } from '#workers/ingress/match';

const routes = [
  ['GET', '/orders', 'list'],
  ['POST', '/orders', 'create'],
  ['GET', '/orders/{id}', 'get'],
  ['GET', '/orders/latest', 'latest'],
  ['GET', '/files/{rest...}', 'files'],
  ['*', '/any', 'any'],
  ['PUT', '/orders/{id}/items/{item}', 'item'],
].map(([method, path, pipeline]) => ({ method: method!, path: path!, pipeline: pipeline! }));
const definition = { routes } as unknown as Definition;

describe('matchRoute', () => {
  it.each([
    ['GET', '/orders', 'list', {}],
    ['GET', '/orders/', 'list', {}],
    ['POST', '/orders', 'create', {}],
    ['HEAD', '/orders', 'list', {}],
    ['GET', '/orders/42', 'get', { id: '42' }],
    ['GET', '/orders/a%2Fb', 'get', { id: 'a/b' }],
    ['GET', '/orders/latest', 'latest', {}],
    ['GET', '/files/a/b.txt', 'files', { rest: 'a/b.txt' }],
    ['GET', '/files', 'files', { rest: '' }],
    ['PATCH', '/any', 'any', {}],
    ['PUT', '/orders/1/items/x', 'item', { id: '1', item: 'x' }],
  ])('%s %s -> %s', (method, path, pipeline, params) => {
    expect(matchRoute(definition, method, path)).toEqual({ kind: 'found', route: expect.objectContaining({ pipeline }), params });
  });

  it.each([
    ['DELETE', '/orders', ['GET', 'POST']],
    ['POST', '/orders/42', ['GET']],
  ])('%s %s is answered with what is allowed', (method, path, allowed) => {
    expect(matchRoute(definition, method, path)).toEqual({ kind: 'method', allowed });
  });

  it.each(['/', '/unknown', '/orders/1/items', '/orders/%E0%A4%A'])('nothing answers %s', (path) => {
    expect(matchRoute(definition, 'GET', path)).toEqual({ kind: 'none' });
  });
});

describe('appAddress', () => {
  it.each([
    ['http://shop.acme.localhost:8787/api/orders', { tenant: 'acme', workflow: 'shop', path: '/api/orders', isShared: false }],
    ['https://shop.acme.workflow.example/', { tenant: 'acme', workflow: 'shop', path: '/', isShared: false }],
    ['http://127.0.0.1:8787/in/acme/shop/api/orders', { tenant: 'acme', workflow: 'shop', path: '/api/orders', isShared: true }],
    ['http://127.0.0.1:8787/in/acme/shop', { tenant: 'acme', workflow: 'shop', path: '/', isShared: true }],
    ['http://127.0.0.1:8787/in/ACME/shop/x', undefined],
    ['http://127.0.0.1:8787/in/acme', undefined],
    ['http://localhost:8787/executions', undefined],
    ['http://acme.localhost:8787/', undefined],
    ['http://a.b.c.localhost:8787/', undefined],
    ['http://shop.acme.elsewhere.example/', undefined],
  ])('%s', (url, expected) => {
    expect(appAddress(new URL(url), 'workflow.example')).toEqual(expected);
  });
});
