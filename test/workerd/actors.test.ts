/** Actors from end to end on the real bindings: asked by pipelines, each with its own state, by tenant and application. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { call } from './api-client';

const APP = `name: actors
modules:
  - name: system
    type: actor.system
  - name: carts
    type: actor.pool
    config: {routingKey: cart}
  - name: workers
    type: actor.pool
    config: {mode: permanent, poolSize: 3}
  - name: turns
    type: actor.pool
    config: {mode: permanent, poolSize: 4, routing: round-robin, routingKey: job}
workflows:
  actors:
    pools:
      carts:
        receive:
          Add:
            steps:
              - name: result
                type: step.set
                config:
                  values:
                    count: "{{ add (default 0 .state.count) .message.payload.n }}"
                    owner: "{{ .actor.identity }}"
          Look:
            steps:
              - name: result
                type: step.set
                config: {values: {count: "{{ .state.count }}"}}
          Break:
            steps:
              - name: never
                type: step.fail
                config: {message: broken cart}
      workers:
        receive:
          Do:
            steps:
              - name: result
                type: step.set
                config: {values: {job: "{{ .message.payload.job }}", worker: "{{ .actor.identity }}"}}
      turns:
        receive:
          Do:
            steps:
              - name: result
                type: step.set
                config: {values: {worker: "{{ .actor.identity }}"}}
pipelines:
  deal:
    steps:
      - name: each
        type: step.foreach
        config:
          collection: trigger.jobs
          concurrency: 3
          step: {name: ask, type: step.actor_ask, config: {pool: turns, message: {type: Do, payload: {job: same}}}}
  add:
    steps:
      - name: ask
        type: step.actor_ask
        config: {pool: carts, message: {type: Add, payload: {cart: "{{ .cart }}", n: "{{ .n }}"}}}
  tell:
    steps:
      - name: send
        type: step.actor_send
        config: {pool: carts, identity: "{{ .cart }}", message: {type: Add, payload: {n: 1}}}
      - name: ask
        type: step.actor_ask
        config: {pool: carts, identity: "{{ .cart }}", message: {type: Look}}
  odd:
    steps:
      - name: ask
        type: step.actor_ask
        config: {pool: carts, identity: "{{ .cart }}", message: {type: "{{ .type }}"}}
  work:
    steps:
      - name: ask
        type: step.actor_ask
        config: {pool: workers, message: {type: Do, payload: {job: "{{ .job }}"}}}
`;

let key: string;
let other: string;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  for (const slug of ['acme', 'globex']) {
    await call('POST', '/companies', { body: { name: slug, slug, region: 'us' } });
    const made = (await call('POST', '/api-keys', { body: { tenant: slug, role: 'editor', name: slug } })).body.key;
    if (slug === 'acme') key = made;
    else other = made;
    const stored = await call('POST', '/workflows?deploy=production', { key: made, body: APP, headers: { 'content-type': 'application/yaml' } });
    expect(stored.status, JSON.stringify(stored.body)).toBe(201);
  }
});

const run = async (pipeline: string, data: object, as = key) =>
  (await call('POST', '/executions?wait=20s', { key: as, body: { workflow: 'actors', pipeline, data } })).body;

describe('actors', () => {
  it('keep a state of their own between messages', async () => {
    expect(await run('add', { cart: 'c-1', n: 2 })).toMatchObject({ status: 'completed', outputs: { ask: { count: 2, owner: 'c-1' } } });
    expect(await run('add', { cart: 'c-1', n: 3 })).toMatchObject({ outputs: { ask: { count: 5 } } });
    expect(await run('add', { cart: 'c-2', n: 1 })).toMatchObject({ outputs: { ask: { count: 1 } } });
  });

  it('take what was sent before what was asked', async () => {
    expect(await run('tell', { cart: 'c-3' })).toMatchObject({ outputs: { send: { sent: true, identity: 'c-3', message_number: 1 }, ask: { count: 1 } } });
  });

  it('of many messages at once lose none', async () => {
    await Promise.all(Array.from({ length: 20 }, () => run('add', { cart: 'c-4', n: 1 })));
    expect(await run('add', { cart: 'c-4', n: 0 })).toMatchObject({ outputs: { ask: { count: 20 } } });
  });

  it('of another tenant are others', async () => {
    await run('add', { cart: 'c-5', n: 7 });
    expect(await run('add', { cart: 'c-5', n: 1 }, other)).toMatchObject({ outputs: { ask: { count: 1 } } });
  });

  it('say what they do not take, and why a handler failed, and go on', async () => {
    expect(await run('odd', { cart: 'c-6', type: 'Fly' })).toMatchObject({ status: 'failed', error: { code: 'unknown_message' } });
    const failed = await run('odd', { cart: 'c-6', type: 'Break' });
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'actor_failed', message: expect.stringContaining('broken cart') } });
    expect(await run('add', { cart: 'c-6', n: 1 })).toMatchObject({ status: 'completed' });
    expect(await run('add', { cart: 'a b', n: 1 })).toMatchObject({ status: 'failed', error: { code: 'step_config_invalid' } });
  });

  it('of a permanent pool share the work', async () => {
    const done = await Promise.all(Array.from({ length: 12 }, (_, job) => run('work', { job: `j${job}` })));
    const workers = new Set(done.map((each) => each.outputs.ask.worker));
    for (const worker of workers) expect(worker).toMatch(/^workers-[0-2]$/);
    expect(workers.size).toBeGreaterThan(1);
  });

  it('of a pool that takes turns get as much as the others', async () => {
    const done = await run('deal', { jobs: Array.from({ length: 12 }, (_, job) => job) });
    const workers = (done.outputs.each.results as { worker: string }[]).map(({ worker }) => worker);
    const counts = Map.groupBy(workers, (worker) => worker);
    expect([...counts.keys()].sort()).toEqual(['turns-0', 'turns-1', 'turns-2', 'turns-3']);
    expect([...counts.values()].map((each) => each.length)).toEqual([3, 3, 3, 3]);
  });
});
