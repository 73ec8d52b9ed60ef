/** `POST /workflows/try` in the real runtime: a run of a text that leaves nothing behind. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, expect, it } from 'vitest';
import { trialSchema } from '#contracts/api-trial';
import { call } from './api-client';

const DOCUMENT = `name: shop
pipelines:
  order:
    trigger: { type: http, config: { method: POST, path: /order } }
    saga: { enabled: true }
    steps:
      - name: reserve
        type: step.http_call
        config: { url: "https://stock.example/holds", method: POST, headers: { authorization: "Bearer \${KEY}" } }
        compensate: { type: step.http_call, config: { url: "https://stock.example/releases", method: POST } }
      - name: pause
        type: step.delay
        config: { duration: 3d }
      - name: count
        type: step.js
        config: { code: "function transform(ctx) { return { total: ctx.trigger.body.quantity * 2 }; }" }
      - name: charge
        type: step.http_call
        config: { url: "https://payment.example/charges", method: POST }
        retry: { max_attempts: 2, initial_delay: 1h }
      - name: answer
        type: step.json_response
        config: { status: 201, body: { charge: "{{ .steps.charge.id }}" } }
`;
const order = (more: object) =>
  call('POST', '/workflows/try', { body: { config: DOCUMENT, pipeline: 'order', trigger_data: { body: { quantity: 2 } }, ...more } });
let viewer: string;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
  viewer = (await call('POST', '/api-keys', { body: { tenant: 'acme', role: 'viewer', name: 'viewer' } })).body.key;
});

it('runs to the end with mocks, over days of its own clock, and keeps nothing', async () => {
  const { status, body } = await order({ mocks: { reserve: { output: { id: 'h' } }, charge: [{ error: { status: 503 } }, { output: { id: 'ch_1' } }] } });
  expect(status).toBe(200);
  const trial = trialSchema.parse(body);
  expect(trial.timeline).toMatchObject({ status: 'completed', pipeline: 'order' });
  expect(trial.timeline.duration_ms).toBeGreaterThan(3 * 86_400_000);
  expect(trial.response).toMatchObject({ status: 201, body: '{"charge":"ch_1"}' });
  expect(trial.effects.map(({ step }) => step)).toEqual(['reserve', 'charge', 'charge']);
  expect(JSON.stringify(body)).toContain('${KEY}');
  expect(trial.outline).toMatchObject({ name: 'order', route: 'POST /order', line: 3 });
  expect(trial.outline.steps.map(({ name, effect, line }) => [name, effect, line])).toEqual([
    ['reserve', true, 7],
    ['pause', false, 11],
    ['count', false, 14],
    ['charge', true, 17],
    ['answer', false, 21],
  ]);
  expect((await call('GET', '/executions')).body.items).toEqual([]);
  expect((await call('GET', '/workflows')).body.items).toEqual([]);
});

it('fails at an effect without a mock, and shows what would be undone', async () => {
  const { body } = await order({ mocks: { reserve: { output: { id: 'h' } } } });
  expect(body).toMatchObject({ ended: true, unmocked: ['charge'], response: null, timeline: { status: 'compensated', error: { code: 'step_not_mocked' } } });
  expect(body.effects.at(-1)).toMatchObject({ step: 'reserve', undo: true });
});

it('runs what the older generation writes: steps of a route, and a chain of modules', async () => {
  const config = `name: older
modules:
  - { name: intake, type: http.handler }
  - { name: fetch, type: step.http_call, dependsOn: [intake], config: { url: "https://stock.example" } }
workflows:
  http:
    routes:
      - method: GET
        path: /items/{id}
        pipeline:
          steps:
            - name: find
              type: step.http_call
              config: { url: "https://items.example/{{ .id }}" }
            - name: answer
              type: step.json_response
              config: { status: 200, body: { name: "{{ .steps.find.name }}" } }
      - { method: POST, path: /in, handler: intake }
`;
  const route = await call('POST', '/workflows/try', {
    body: { config, pipeline: 'get-items-id', trigger_data: { path_params: { id: '7' } }, mocks: { find: { output: { name: 'Nut' }, delay: '250ms' } } },
  });
  expect(route.body).toMatchObject({ response: { status: 200, body: '{"name":"Nut"}' }, effects: [{ input: { url: 'https://items.example/7' } }] });
  expect(route.body.timeline.duration_ms).toBe(250);
  expect(Date.parse(route.body.clock) - Date.parse(route.body.timeline.started_at)).toBe(250);
  const chain = await call('POST', '/workflows/try', { body: { config, pipeline: 'post-in', trigger_data: { body: {} }, mocks: { fetch: { output: {} } } } });
  expect(chain.body).toMatchObject({ ended: true, timeline: { status: 'completed' }, outline: { route: 'POST /in' } });
  expect(chain.body.outline.steps.find((one: { name: string }) => one.name === 'fetch')).toMatchObject({ line: 4, effect: true });
});

it('knows the files of the application that the text is of, and of no other', async () => {
  const config = `name: taxes
modules:
  - { name: tax, type: dynamic.component, config: { source: components/tax.js } }
workflows:
  http:
    routes: [{ method: POST, path: /tax, handler: tax }]
`;
  const files = { 'components/tax.js': 'function transform(ctx) { return { tax: 7 }; }' };
  const { body: made } = await call('POST', '/workflows', { body: { config, files } });
  const tried = async (more: object) =>
    (await call('POST', '/workflows/try', { body: { config: `${config}# changed\n`, pipeline: 'post-tax', ...more } })).body;
  expect((await tried({ workflow: made.id })).timeline.status).toBe('completed');
  expect((await tried({})).timeline?.status).not.toBe('completed');
  expect((await tried({ workflow: 'wf_nobody' })).code).toBe('unknown_workflow');
  const checked = async (query: string) => (await call('POST', `/workflows/validate${query}`, { body: { config } })).body;
  expect((await checked(`?workflow=${made.id}`)).warnings).toEqual([]);
  expect((await checked('?workflow=wf_nobody')).code).toBe('unknown_workflow');
});

it.each([
  [{ pipeline: 'ordr' }, 404, 'unknown_pipeline'],
  [{ config: DOCUMENT.replace('step.delay', 'step.dely') }, 422, 'invalid_definition'],
  [{ mocks: { reserve: { outpt: 1 } } }, 400, 'invalid_request'],
  [{ more: 1 }, 400, 'invalid_request'],
])('refuses %j', async (more, status, code) => {
  const answer = await order(more);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});

it('is not for those who only look', async () => {
  expect((await call('POST', '/workflows/try', { body: { config: DOCUMENT, pipeline: 'order' }, key: viewer })).status).toBe(403);
});

it('is left where it stands after too many events', async () => {
  const config = `name: long
pipelines:
  p:
    steps:
      - name: again
        type: step.while
        config: { condition: "true", max_iterations: 10000, steps: [{ name: tick, type: step.set, config: { values: { a: 1 } } }] }
`;
  const { body } = await call('POST', '/workflows/try', { body: { config, pipeline: 'p' } });
  expect(body.code === undefined ? [body.ended, body.timeline.status] : body.errors).toEqual([false, 'running']);
});
