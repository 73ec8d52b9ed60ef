/** From a region to the router: between Workers once, over a connection again under the same id. */
import { describe, expect, it } from 'vitest';
import { FIRST_SENT_HEADER, NOT_AGAIN_HEADER, SENT_HEADER } from '#workers/door/arrivals';
import { callRouter, passToRouter, type RouterLink } from '#workers/regions/router-link';

interface Arrival {
  method: string;
  path: string;
  body: string;
  redirect: string;
  marks: (string | null)[];
  own: string | null;
}

/** Loses the first `lost` requests as they arrive. */
function routerThatLoses(lost: number, MODE: RouterLink['MODE'], answer = (_: Request) => Response.json('done')) {
  const arrived: Arrival[] = [];
  const fetch = async (request: Request) => {
    const { method, redirect, headers } = request;
    const marks = [headers.get(SENT_HEADER), headers.get(FIRST_SENT_HEADER)];
    arrived.push({ method, path: new URL(request.url).pathname, body: await request.text(), redirect, marks, own: headers.get('x-own') });
    if (arrived.length <= lost) throw new Error('Network connection lost.');
    return answer(request);
  };
  return { env: { MODE, ROUTER: { fetch } as unknown as Fetcher }, arrived };
}

const ID = expect.stringMatching(/^[0-9a-f-]{36}$/);
const SINCE = expect.stringMatching(/^[0-9]+$/);
const asked = (body?: BodyInit, headers: Record<string, string> = {}) =>
  new Request('https://shop.acme.flows.example/buy', { method: 'POST', body, headers: { 'x-own': 'kept', ...headers }, duplex: 'half' } as RequestInit);

describe('a call of the region itself', () => {
  const order = { method: 'POST', headers: { 'x-own': 'kept' }, body: 'x'.repeat(100_000) };

  it('is sent again over a connection, however long it is', async () => {
    const { env, arrived } = routerThatLoses(1, 'local');
    expect(await (await callRouter(env, '/peer/v1/move/rows', order)).json()).toBe('done');
    expect(arrived.map(({ marks, ...rest }) => rest)).toEqual(
      Array(2).fill({ method: 'POST', path: '/peer/v1/move/rows', body: order.body, redirect: 'follow', own: 'kept' }),
    );
    expect(arrived.map(({ marks }) => marks)).toEqual([
      [ID, null],
      [arrived[0]!.marks[0], SINCE],
    ]);
  });

  it('is sent once between Workers', async () => {
    const { env, arrived } = routerThatLoses(1, 'hosted');
    await expect(callRouter(env, '/healthz')).rejects.toThrow('Network connection lost.');
    expect(arrived.map(({ marks }) => marks)).toEqual([[null, null]]);
  });
});

describe('a request that goes on', () => {
  it.each([
    ['of a body whose length is told', 'order'.repeat(100_000), { 'content-length': '500000' }, 'order'.repeat(100_000)],
    ['without one', undefined, {}, ''],
  ])('%s is sent again over a connection, under an id of its own', async (_what, body, headers, arrives) => {
    const { env, arrived } = routerThatLoses(1, 'local');
    const came = { [SENT_HEADER]: '11111111-2222-4333-8444-555555555555', [FIRST_SENT_HEADER]: '1' };
    expect((await passToRouter(env, asked(body, { ...headers, ...came }))).status).toBe(200);
    expect(arrived.map((each) => [each.method, each.path, each.body, each.own])).toEqual(Array(2).fill(['POST', '/buy', arrives, 'kept']));
    expect(arrived.map(({ marks }) => marks)).toEqual([
      [ID, null],
      [arrived[0]!.marks[0], SINCE],
    ]);
    expect(arrived[0]!.marks[0]).not.toBe(came[SENT_HEADER]);
  });

  it.each<[string, RouterLink['MODE'], BodyInit]>([
    ['between Workers', 'hosted', 'order'],
    ['of a body that is not in hand', 'local', new Blob(['order']).stream()],
  ])('%s is sent once, and is a problem when it is lost', async (_what, mode, body) => {
    const { env, arrived } = routerThatLoses(1, mode);
    await expect(passToRouter(env, asked(body))).rejects.toMatchObject({ code: 'region_unavailable' });
    expect(arrived.map((each) => [each.body, each.marks])).toEqual([['order', [null, null]]]);
  });

  it('is a problem, too, when the router may have had it', async () => {
    const refusing = ({ headers }: Request) => new Response(null, { status: 409, headers: { [NOT_AGAIN_HEADER]: headers.get(SENT_HEADER)! } });
    const { env, arrived } = routerThatLoses(1, 'local', refusing);
    await expect(passToRouter(env, asked())).rejects.toMatchObject({ code: 'region_unavailable' });
    expect(arrived).toHaveLength(2);
  });
});
