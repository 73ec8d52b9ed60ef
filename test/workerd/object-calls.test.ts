/**
 * Objects that the runtime ends between and within calls: whoever asks gets the right answer, or a 503 that says when to come
 * again; nothing is done twice, and nobody hears of a defect.
 */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { RegionEnv } from '#workers/env';
import { liveHub } from '#workers/live-hub';
import { faultOf } from '#workers/objects/fault';
import { call, type Reply } from './api-client';
import { effects } from './api-effects';
import { ask } from './application';
import { endInstance, resetting } from './bindings';
import { region } from './published';
import { settle } from './settle';
import { deployedAtFirst, eventsOf, now, start, steps } from './steered';

deployedAtFirst();

/** The region, where the next calls of this kind are cut. */
function cutting(method: string, when: 'before' | 'after', left = 1): { bindings: Partial<RegionEnv>; cuts: { left: number } } {
  const cuts = { left };
  return { bindings: { EXECUTION: resetting(region.EXECUTION, method, when, cuts) }, cuts };
}

const expectUnavailable = (reply: Reply) =>
  expect([reply.status, reply.body.code, reply.headers.get('retry-after')], JSON.stringify(reply.body)).toEqual([503, 'object_unavailable', '1']);

describe('what the runtime says', () => {
  const marks = (error: unknown) => Object.keys(error as object).sort();

  it('of an object that was ended is read as gone, also by a call that was under way', async () => {
    const probe = () => env.PROBE.getByName('ended');
    const asked = (probe() as unknown as { wait(): Promise<void> }).wait().catch((error) => error);
    const own = await endInstance(probe() as unknown as DurableObjectStub).catch((error) => error);
    expect([faultOf(await asked), faultOf(own)], JSON.stringify([marks(await asked), marks(own)])).toEqual(['gone', 'gone']);
  });

  it('of what an object throws is read as a defect, or as the Problem that it is', async () => {
    const probe = env.PROBE.getByName('throws') as unknown as { fail(): Promise<void>; refuse(): Promise<void> };
    expect(faultOf(await probe.fail().catch((error) => error))).toBe('defect');
    const refused = await probe.refuse().catch((error) => error);
    expect([faultOf(refused), refused.code, refused.extra]).toEqual(['problem', 'tenant_moving', { headers: { 'Retry-After': '7' } }]);
  });
});

describe('a reader of an execution whose object ends', () => {
  it.each([
    ['summary', ''],
    ['timeline', '/timeline'],
    ['events', '/events'],
    ['compensationPlan', '/compensation-plan'],
    ['measure', '/cost'],
  ])('gets the answer of the next instance: %s', async (method, path) => {
    const id = await start('order', { sku: 'a' });
    const whole = await call('GET', `/executions/${id}${path}`);
    for (const when of ['before', 'after'] as const) {
      const { bindings, cuts } = cutting(method, when, 2);
      const reply = await call('GET', `/executions/${id}${path}`, { bindings });
      expect([reply.status, reply.body], JSON.stringify(reply.body)).toEqual([200, whole.body]);
      expect(cuts.left).toBe(0);
    }
  });

  it('is told to come again where it ends each time', async () => {
    const id = await start('order', { sku: 'a' });
    const { bindings, cuts } = cutting('summary', 'before', 9);
    expectUnavailable(await call('GET', `/executions/${id}`, { bindings }));
    expect(cuts.left).toBe(6);
    expect((await call('GET', '/executions', { bindings })).status).toBe(200);
  });
});

describe('a start whose object ends', () => {
  const body = { workflow: 'steered', pipeline: 'order', data: { sku: 'a', total: 1 } };
  const listed = async (pipeline = 'order') => {
    await settle();
    return (await call('GET', `/executions?workflow=steered&pipeline=${pipeline}&limit=100`)).body.items.map(
      (item: { execution_id: string }) => item.execution_id,
    );
  };

  it.each(['before', 'after'] as const)('%s it has begun is one execution, and none that was there', async (when) => {
    const known = await listed();
    const { bindings } = cutting('start', when);
    const reply = await call('POST', '/executions?wait=20s', { body, bindings });
    expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200, body: { status: 'completed', existing: false } });
    expect((await listed()).filter((id: string) => !known.includes(id))).toEqual([reply.body.execution_id]);
    expect((await eventsOf(reply.body.execution_id)).filter((type: string) => type === 'execution.started')).toHaveLength(1);
    expect(steps()).toEqual(['reserve', 'charge']);
  });

  it('is the same execution under its key, for whoever comes with it', async () => {
    const headers = { 'idempotency-key': 'cut-and-came-again' };
    const first = await call('POST', '/executions?wait=20s', { body, headers, ...cutting('start', 'after') });
    expect(first.body).toMatchObject({ status: 'completed', existing: false });
    const second = await call('POST', '/executions?wait=20s', { body, headers, ...cutting('start', 'before') });
    expect(second.body).toMatchObject({ execution_id: first.body.execution_id, existing: true });
    expect(steps()).toEqual(['reserve', 'charge']);
  });

  it('while it is waited for is answered once it has ended', async () => {
    effects.hanging = 1;
    const stubs: DurableObjectStub[] = [];
    const get = (...given: Parameters<typeof region.EXECUTION.get>) => {
      const stub = region.EXECUTION.get(...given);
      stubs.push(stub as unknown as DurableObjectStub);
      return stub;
    };
    const EXECUTION = new Proxy(region.EXECUTION, {
      get: (target, name) => (name === 'get' ? get : (Reflect.get(target, name) as () => unknown).bind(target)),
    });
    const asked = call('POST', '/executions?wait=20s', { body, bindings: { EXECUTION } });
    await expect.poll(() => effects.calls.length).toBe(1);
    await endInstance(stubs[0]!).catch(() => undefined);
    const reply = await asked;
    expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200, body: { status: 'completed', existing: false } });
    expect(steps()).toEqual(['reserve', 'reserve', 'charge']);
    expect(effects.calls[0]!.idempotency_key).toBe(effects.calls[1]!.idempotency_key);
  });

  it('each time is told to come again, at the API and at the door', async () => {
    expectUnavailable(await call('POST', '/executions', { body, ...cutting('start', 'before', 9) }));
    await call('POST', '/workflows?deploy=production', {
      body: 'name: door\npipelines:\n  hello:\n    trigger: { type: http, method: GET, path: /hello }\n    steps: [{ name: say, type: step.json_response, config: { body: { hello: world } } }]\n',
      headers: { 'content-type': 'application/yaml' },
    });
    const { bindings, cuts } = cutting('start', 'before', 9);
    const refused = await ask('door', 'GET', '/hello', { bindings });
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([503, 'object_unavailable', '1']);
    cuts.left = 2;
    expect(await ask('door', 'GET', '/hello', { bindings })).toMatchObject({ status: 200, body: { hello: 'world' } });
  });
});

describe('an order to an execution whose object ends', () => {
  it.each(['before', 'after'] as const)('%s a signal was taken: it is taken once', async (when) => {
    const id = await start('paid', { order_id: `signal-${when}` });
    const reply = await call('POST', `/executions/${id}/signals/payment.received`, { body: { amount: 7 }, ...cutting('signal', when) });
    expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200, body: { duplicate: false } });
    await settle();
    expect((await eventsOf(id)).filter((type: string) => type === 'signal.received')).toHaveLength(1);
    expect([(await now(id)).status, steps()]).toEqual(['completed', ['ship']]);
  });

  it.each(['before', 'after'] as const)('%s a pause: it is not sent again, and its sender told so', async (when) => {
    const id = await start('paid', { order_id: `pause-${when}` });
    const { bindings, cuts } = cutting('pause', when, 2);
    expectUnavailable(await call('POST', `/executions/${id}/pause`, { body: {}, bindings }));
    expect([cuts.left, (await now(id)).status]).toEqual([1, when === 'after' ? 'paused' : 'waiting']);
  });

  it('a cancel: it is undone once', async () => {
    const id = await start('refund', { amount: 3 });
    await call('POST', `/executions/${id}/cancel`, { body: {}, ...cutting('cancel', 'before') });
    await settle();
    expect((await now(id)).status).toBe('cancelled');
    expect((await eventsOf(id)).filter((type: string) => type === 'execution.cancelled')).toHaveLength(1);
  });

  it.each(['before', 'after'] as const)('%s its replay has begun: there is one', async (when) => {
    const id = await start('order', { sku: 'a', total: 2 });
    await settle();
    const listed = async () =>
      (await call('GET', '/executions?workflow=steered&limit=100')).body.items.map((item: { execution_id: string }) => item.execution_id);
    const known = await listed();
    const reply = await call('POST', `/executions/${id}/replay?wait=20s`, { body: {}, ...cutting('start', when) });
    expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(300);
    await settle();
    expect((await listed()).filter((other: string) => !known.includes(other))).toEqual([reply.body.execution_id]);
  });
});

describe('whoever watches', () => {
  it('sees the stream end when the hub does, and is let in by the next', async () => {
    const subscribed = async () => (await liveHub(region, 'watched').subscribe({}))!.getReader();
    const first = await subscribed();
    expect(new TextDecoder().decode((await first.read()).value)).toContain('retry:');
    await endInstance(region.LIVE_HUB.getByName('watched') as unknown as DurableObjectStub).catch(() => undefined);
    const end = await first.read().then(
      ({ done }) => (done ? 'over' : 'more'),
      () => 'broken off',
    );
    expect(['over', 'broken off']).toContain(end);
    const second = await subscribed();
    expect(new TextDecoder().decode((await second.read()).value)).toContain('retry:');
    await second.cancel();
  });
});
