/** Quotas over the API: on the real executions, bounds and isolate's leases. */
import { applyD1Migrations, evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { tenantQuotaSchema, usageSchema } from '#contracts/api-quotas';
import { hexFromExecutionId } from '#contracts/ids';
import { PLANS } from '#contracts/quota';
import { book } from '#workers/quota/ports';
import { call } from './api-client';
import { ask } from './application';

const yaml = { 'content-type': 'application/yaml' };

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
});
afterEach(() => vi.useRealTimers());

/** For tests of rates: nothing comes back into a bucket until the test says so. */
const timeStands = () => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });

/** A company of its own, so that tests share no quota. */
async function company(slug: string, quota?: object): Promise<Company> {
  const own = { 'x-tenant': slug };
  await call('POST', '/companies', { body: { name: slug, slug, region: 'us' } });
  const set = (body: object) => call('PUT', `/tenants/${slug}/quota`, { body, headers: own });
  if (quota) expect((await set(quota)).status).toBe(200);
  const start = (workflow: string, pipeline: string, body: object = {}) => call('POST', '/executions', { headers: own, body: { workflow, pipeline, ...body } });
  return {
    slug,
    set,
    start,
    async deploy(document) {
      const stored = await call('POST', '/workflows?deploy=production', { body: document, headers: { ...own, ...yaml } });
      expect(stored.status, JSON.stringify(stored.body)).toBe(201);
    },
    async started(workflow, pipeline, body = {}) {
      const reply = await start(workflow, pipeline, body);
      expect(reply.status, JSON.stringify(reply.body)).toBe(202);
      return reply.body.execution_id;
    },
    usage: async () => usageSchema.parse((await call('GET', `/tenants/${slug}/usage`, { headers: own })).body),
    read: async (id) => (await call('GET', `/executions/${id}`, { headers: own })).body,
    cancel: (id) => call('POST', `/executions/${id}/cancel`, { headers: own }),
    count: async () => (await call('GET', '/executions', { headers: own })).body.items.length,
  };
}

interface Company {
  slug: string;
  set(body: object): ReturnType<typeof call>;
  start(workflow: string, pipeline: string, body?: object): ReturnType<typeof call>;
  deploy(document: string): Promise<void>;
  started(workflow: string, pipeline: string, body?: object): Promise<string>;
  usage(): Promise<ReturnType<typeof usageSchema.parse>>;
  // biome-ignore lint/suspicious/noExplicitAny: an answer of the API.
  read(id: string): Promise<any>;
  cancel(id: string): ReturnType<typeof call>;
  count(): Promise<number>;
}

const objectOf = (id: string) => env.EXECUTION.get(env.EXECUTION.idFromString(hexFromExecutionId(id)!));

/** At work until it is cancelled: a wait of so little is none, and so many of them outlast any test. */
const AT_WORK = Array.from({ length: 20 }, (_, n) => `      - { name: wait-${n}, type: step.delay, config: { duration: 4s } }`).join('\n');

const shop = (more = '') => `name: shop
${more}
pipelines:
  work:
    trigger: { type: manual }
    steps:
${AT_WORK}
  other:
    trigger: { type: manual }
    steps:
${AT_WORK}
  urgent:
    trigger: { type: manual }
    concurrency: { max: 50, priority: high }
    steps:
      - { name: hold, type: step.delay, config: { duration: 1h } }
  quick:
    trigger: { type: manual }
    steps:
      - { name: note, type: step.set, config: { values: { done: true } } }
  sleeper:
    trigger: { type: manual }
    steps:
      - { name: hold, type: step.delay, config: { duration: 1h } }
`;

describe('the quota of a company', () => {
  it('is the plan of the platform until the operator sets another, and says what holds', async () => {
    const acme = await company('plans');
    const get = async () => tenantQuotaSchema.parse((await call('GET', '/tenants/plans/quota', { headers: { 'x-tenant': 'plans' } })).body);
    expect(await get()).toMatchObject({ plan: 'unlimited', is_default: true, quota: PLANS.unlimited });
    const put = await acme.set({ plan: 'free', overrides: { max_concurrent: 7, rate: { per_minute: 30, burst: 2 } } });
    expect(put.body).toMatchObject({
      plan: 'free',
      is_default: false,
      overrides: { max_concurrent: 7 },
      quota: { ...PLANS.free, max_concurrent: 7, rate: { per_minute: 30, burst: 2 } },
    });
    // A queue that is bounded more tightly than the plan's has both thresholds there.
    expect((await acme.set({ plan: 'free', overrides: { queue_hard: 9 } })).body.quota).toMatchObject({ queue_soft: 9, queue_hard: 9 });
    expect((await acme.set({ plan: null })).body).toMatchObject({ plan: 'unlimited', is_default: true, overrides: {} });
    expect(await get()).toMatchObject({ plan: 'unlimited', overrides: {} });
  });

  it.each([
    [{ plan: 'gold' }, 'plan'],
    [{ plan: 'free', overrides: { max_concurrent: 0 } }, 'overrides.max_concurrent'],
    [{ plan: 'free', overrides: { speed: 1 } }, 'overrides.speed'],
    [{ plan: null, overrides: { max_concurrent: 3 } }, 'overrides'],
    [{ plan: 'free', overrides: { queue_soft: 9, queue_hard: 8 } }, 'overrides.queue_soft'],
    [{ plan: 'free', overrides: { queue_soft: 500 } }, 'overrides.queue_soft'],
    [{ plan: 'free', overrides: { rate: { per_minute: -1, burst: 1 } } }, 'overrides.rate.per_minute'],
    [{}, 'plan'],
  ])('refuses %j and changes nothing', async (body, path) => {
    const acme = await company('nonsense');
    await acme.set({ plan: 'team' });
    const reply = await acme.set(body);
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ code: 'invalid_request', errors: [{ path }] });
    expect((await call('GET', '/tenants/nonsense/quota', { headers: { 'x-tenant': 'nonsense' } })).body.plan).toBe('team');
  });

  it('of another company is not there', async () => {
    await company('mine');
    expect((await call('GET', '/tenants/mine/quota')).status).toBe(404);
    expect((await call('GET', '/tenants/mine/usage')).status).toBe(404);
  });
});

describe('executions at work', () => {
  it('are as many as the quota says; the next wait, are seen, and begin when one leaves', async () => {
    const acme = await company('places', { plan: 'unlimited', overrides: { max_concurrent: 2 } });
    await acme.deploy(shop());
    const [a, b] = [await acme.started('shop', 'work'), await acme.started('shop', 'work')];
    const [c, d] = [await acme.started('shop', 'work'), await acme.started('shop', 'other')];
    expect(await acme.read(c)).toMatchObject({ status: 'pending', queue: { reason: 'quota', of: 'places', position: 1 } });
    expect(await acme.usage()).toMatchObject({
      plan: 'unlimited',
      bounds: [{ of: 'company', max_concurrent: 2, in_flight: 2, waiting: 2, rate: null, available: null }],
      waiting: [
        { execution_id: c, of: 'company', workflow: 'shop', pipeline: 'work', environment: 'production', key: 'shop.work', position: 1 },
        { execution_id: d, pipeline: 'other', position: 2 },
      ],
      more: false,
    });
    await acme.cancel(a);
    await expect.poll(async () => (await acme.read(c)).status).not.toBe('pending');
    expect(await acme.read(d)).toMatchObject({ status: 'pending', queue: { position: 1 } });
    const types = (await call('GET', `/executions/${c}/events`, { headers: { 'x-tenant': 'places' } })).body.items.map(
      (event: { event_type: string }) => event.event_type,
    );
    expect(types.slice(0, 3)).toEqual(['execution.started', 'admission.queued', 'admission.granted']);
    for (const id of [b, c]) await acme.cancel(id);
    await expect.poll(async () => (await acme.read(d)).status).not.toBe('pending');
    await acme.cancel(d);
    await expect.poll(async () => (await acme.usage()).bounds[0]).toMatchObject({ waiting: 0 });
  });

  it('that wait for long give their place to others', async () => {
    const acme = await company('sleepers', { plan: 'unlimited', overrides: { max_concurrent: 1 } });
    await acme.deploy(shop());
    for (let i = 0; i < 4; i++) {
      const id = await acme.started('shop', 'sleeper');
      await expect.poll(async () => (await acme.read(id)).status).toBe('waiting');
    }
  });

  it('that end at once leave no trace of a queue', async () => {
    const acme = await company('quick', { plan: 'unlimited', overrides: { max_concurrent: 1 } });
    await acme.deploy(shop());
    for (let i = 0; i < 5; i++) {
      const reply = await call('POST', '/executions?wait=30s', { headers: { 'x-tenant': 'quick' }, body: { workflow: 'shop', pipeline: 'quick' } });
      expect(reply.body).toMatchObject({ status: 'completed' });
      const events = (await call('GET', `/executions/${reply.body.execution_id}/events`, { headers: { 'x-tenant': 'quick' } })).body.items;
      expect(events.map((event: { event_type: string }) => event.event_type)).not.toContain('admission.queued');
    }
  });

  it('that are cancelled while they wait leave the queue', async () => {
    const acme = await company('leaving', { plan: 'unlimited', overrides: { max_concurrent: 1 } });
    await acme.deploy(shop());
    const first = await acme.started('shop', 'work');
    const second = await acme.started('shop', 'work');
    await acme.cancel(second);
    await expect.poll(async () => (await acme.usage()).bounds[0]?.waiting).toBe(0);
    await acme.cancel(first);
  });

  it('begin at once when the operator gives more', async () => {
    const acme = await company('growing', { plan: 'unlimited', overrides: { max_concurrent: 1 } });
    await acme.deploy(shop());
    const first = await acme.started('shop', 'work');
    const second = await acme.started('shop', 'work');
    expect((await acme.read(second)).status).toBe('pending');
    await acme.set({ plan: 'unlimited', overrides: { max_concurrent: 2 } });
    await expect.poll(async () => (await acme.read(second)).status).not.toBe('pending');
    for (const id of [first, second]) await acme.cancel(id);
  });

  it('of one key run once, whether it waits or not', async () => {
    const acme = await company('keyed', { plan: 'unlimited', overrides: { max_concurrent: 1 } });
    await acme.deploy(shop());
    const first = await acme.started('shop', 'work', { idempotency_key: 'one' });
    const waiting = await Promise.all(Array.from({ length: 5 }, () => acme.started('shop', 'work', { idempotency_key: 'two' })));
    expect(new Set(waiting).size).toBe(1);
    expect((await acme.usage()).bounds[0]).toMatchObject({ in_flight: 1, waiting: 1 });
    for (const id of [waiting[0]!, first]) await acme.cancel(id);
  });
});

describe('what dies', () => {
  it('while it waits goes on waiting, and begins when it is its turn', async () => {
    const acme = await company('dying', { plan: 'unlimited', overrides: { max_concurrent: 1 } });
    await acme.deploy(shop());
    const first = await acme.started('shop', 'work');
    const second = await acme.started('shop', 'work');
    await evictDurableObject(objectOf(second));
    expect(await acme.read(second)).toMatchObject({ status: 'pending', queue: { reason: 'quota', position: 1 } });
    await acme.cancel(first);
    await expect.poll(async () => (await acme.read(second)).status).not.toBe('pending');
    await acme.cancel(second);
  });
});

describe('back-pressure', () => {
  it('refuses low priority from the soft threshold on and everybody from the hard one, with Retry-After and without a trace', async () => {
    const acme = await company('pressed', { plan: 'unlimited', overrides: { max_concurrent: 1, queue_soft: 2, queue_hard: 4, priority: 'low' } });
    await acme.deploy(shop());
    const open = [];
    for (let i = 0; i < 3; i++) open.push(await acme.started('shop', 'work'));
    const before = await acme.count();
    const soft = await acme.start('shop', 'work');
    expect([soft.status, soft.body.code]).toEqual([429, 'quota_soft']);
    expect(Number(soft.headers.get('retry-after'))).toBeGreaterThan(0);
    for (let i = 0; i < 2; i++) open.push(await acme.started('shop', 'urgent'));
    expect(await acme.count()).toBe(before + 2);
    const hard = await acme.start('shop', 'urgent');
    expect([hard.status, hard.body.code]).toEqual([429, 'quota_exceeded']);
    expect(hard.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(hard.body).toMatchObject({ retry_after: expect.any(Number), hint: expect.stringContaining('Retry-After') });
    expect(await acme.count()).toBe(before + 2);
    for (const id of open.reverse()) await acme.cancel(id);
  });

  it('says so at the door of the application, too, and beside a route that has room', async () => {
    timeStands();
    const acme = await company('acme', { plan: 'unlimited', overrides: { rate: { per_minute: 60, burst: 1 } } });
    await acme.deploy(`name: door
pipelines:
  hello:
    trigger: { type: http, config: { method: GET, path: /hello } }
    steps:
      - { name: respond, type: step.json_response, config: { body: { hello: true } } }
`);
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await ask('door', 'GET', '/hello'));
    expect(answers.map(({ status }) => status)).toEqual([200, 429, 429, 429]);
    const refused = answers.slice(1);
    expect(refused[0]!.body).toMatchObject({ code: 'quota_exceeded', retry_after: 1 });
    expect(refused[0]!.headers.get('retry-after')).toBe('1');
    await acme.set({ plan: null });
  });

  it('does not read what it refuses in any case; who has to show who they are has to do so first', async () => {
    const acme = await company('unread', { plan: 'unlimited', overrides: { max_concurrent: 1 } });
    await call('PUT', '/secrets/HOOK_SECRET', { body: { value: 'a-secret-of-the-tests-and-long' }, headers: { 'x-tenant': acme.slug } });
    await acme.deploy(`name: door
pipelines:
  open:
    trigger: { type: http, config: { method: POST, path: /open } }
    steps:
      - { name: respond, type: step.json_response, config: { body: { done: true } } }
  signed:
    trigger: { type: webhook, path: /signed, provider: generic, secret: "\${HOOK_SECRET}" }
    steps:
      - { name: respond, type: step.json_response, config: { body: { done: true } } }
`);
    const codes = async () => {
      const send = (path: string, body: string) => ask('door', 'POST', path, { body, headers: { 'content-type': 'application/json' }, tenant: acme.slug });
      return [(await send('/open', '{')).body.code, (await send('/signed', '{}')).body.code];
    };
    expect(await codes()).toEqual(['invalid_json', 'signature_invalid']);
    book.noteFull(acme.slug, 'hard', 60_000, Date.now());
    expect(await codes()).toEqual(['quota_exceeded', 'signature_invalid']);
    book.noteFull(acme.slug, 'hard', 0, Date.now());
    expect(await codes()).toEqual(['invalid_json', 'signature_invalid']);
  });

  it.each<[string, object]>([
    ['replays', {}],
    ['dry runs', { dry_run: true }],
    ['runs with mocks', { mocks: { hold: { output: {} } } }],
  ])('counts %s as starts', async (name, body) => {
    timeStands();
    const acme = await company(`again-${name.replaceAll(' ', '-')}`, { plan: 'unlimited', overrides: { rate: { per_minute: 60, burst: 3 } } });
    await acme.deploy(shop());
    const origin = await acme.started('shop', 'sleeper');
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await call('POST', `/executions/${origin}/replay`, { headers: { 'x-tenant': acme.slug }, body }));
    for (const { status, body: begun } of answers.slice(0, 2)) expect(status, JSON.stringify(begun)).toBeLessThan(300);
    for (const { status, body: refused } of answers.slice(2)) expect([status, refused.code]).toEqual([429, 'quota_exceeded']);
    for (const id of [origin, ...answers.flatMap(({ body: { execution_id } }) => execution_id ?? [])]) await acme.cancel(id);
  });

  it('keeps a replay waiting for its place', async () => {
    const acme = await company('again-full', { plan: 'unlimited', overrides: { max_concurrent: 1 } });
    await acme.deploy(shop());
    const origin = await acme.started('shop', 'work');
    const reply = await call('POST', `/executions/${origin}/replay`, { headers: { 'x-tenant': acme.slug }, body: {} });
    expect(reply.body).toMatchObject({ status: 'pending' });
    for (const id of [origin, reply.body.execution_id]) await acme.cancel(id);
  });

  it('answers 429 beyond the rate, and lets the next in when its time has come', async () => {
    timeStands();
    const acme = await company('rated', { plan: 'unlimited', overrides: { rate: { per_minute: 60, burst: 2 } } });
    await acme.deploy(shop());
    const replies = [];
    for (let i = 0; i < 5; i++) replies.push(await acme.start('shop', 'quick'));
    expect(replies.map(({ status }) => status)).toEqual([202, 202, 429, 429, 429]);
    const refused = replies.slice(2);
    expect(refused[0]).toMatchObject({ body: { code: 'quota_exceeded', retry_after: 1 } });
    expect(refused[0]!.headers.get('retry-after')).toBe('1');
    vi.setSystemTime(Date.now() + 1000);
    expect((await acme.start('shop', 'quick')).status).toBe(202);
  });
});

describe('what a document bounds', () => {
  it('holds within the quota of the company: workers, and the numbers of its plan', async () => {
    const acme = await company('documents', { plan: 'free', overrides: { max_concurrent: 3, priority: 'normal' } });
    await acme.deploy(
      shop('scale: { worker_pool: { max_workers: 8, queue_size: 2 }, tenant_quotas: { default: { max_concurrent: 5 }, free: { max_concurrent: 1 } } }'),
    );
    const first = await acme.started('shop', 'work');
    const second = await acme.started('shop', 'work');
    expect(await acme.read(second)).toMatchObject({ status: 'pending', queue: { reason: 'quota', of: 'documents/shop/production' } });
    expect(await acme.usage()).toMatchObject({
      bounds: [
        { of: 'company', max_concurrent: 3 },
        { of: 'application', workflow: 'shop', environment: 'production', max_concurrent: 1, waiting: 1, queue_soft: 2, queue_hard: 2 },
      ],
      waiting: [{ execution_id: second, of: 'application' }],
    });
    const third = await acme.started('shop', 'work');
    expect((await acme.start('shop', 'work')).body.code).toBe('quota_exceeded');
    for (const id of [third, second, first]) await acme.cancel(id);
  });

  it('names its tenant: workers of its own, or those of all others', async () => {
    const acme = await company('isolated');
    await acme.deploy(shop('isolation: { tenants: { isolated: { worker_pool: { max_workers: 1 } }, default: { worker_pool: { max_workers: 9 } } } }'));
    const first = await acme.started('shop', 'work');
    const second = await acme.started('shop', 'work');
    expect((await acme.read(second)).queue).toMatchObject({ reason: 'quota', of: 'isolated/shop/production' });
    for (const id of [second, first]) await acme.cancel(id);
  });
});
