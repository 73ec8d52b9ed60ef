/** What becomes of executions once they have ended: spans at a real collector, lines in the log of the application. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, expect, inject, it } from 'vitest';
import { call } from './api-client';
import { ask, deploy } from './application';
import { observe } from './settle';

const { url } = inject('collectorOfObserver');
const token = ['$', '{OTEL_TOKEN}'].join('');

const APPLICATION = (endpoint: string) => `
modules:
  - {name: tracing, type: observability.otel, config: {endpoint: "${endpoint}", serviceName: orders, headers: {Authorization: "Bearer ${token}"}}}
  - {name: logs, type: log.collector, config: {level: info}}
  - {name: requests, type: http.middleware.logging}
pipelines:
  order:
    trigger: {type: http, config: {method: POST, path: /orders, middlewares: [requests]}}
    steps:
      - {name: note, type: step.log, config: {level: info, message: "Order {{ .id }} came"}}
      - {name: check, type: step.validate, config: {required_fields: [id]}}
      - {name: answer, type: step.json_response, config: {status: 201, body: {id: "{{ .id }}"}}}
`;

interface Taken {
  path: string;
  headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: what the collector was sent.
  body: any;
}

const taken = async () => (await (await fetch(`${url}/taken`)).json()) as Taken[];
const logs = async (workflow: string, query = '') => (await call('GET', `/workflows/${workflow}/logs?${query}`)).body;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
  await call('PUT', '/secrets/OTEL_TOKEN', { body: { value: 'planted-otel-token' } });
  await taken();
});

it('an execution arrives at the collector as a tree of spans, with the caller above it', async () => {
  await deploy('traced', APPLICATION(url));
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const answer = await ask('traced', 'POST', '/orders', { body: { id: 'o-1' }, headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } });
  expect(answer.status).toBe(201);
  await observe();
  const requests = await taken();
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({ path: '/v1/traces', headers: { authorization: 'Bearer planted-otel-token', 'content-type': 'application/json' } });
  const [resource] = requests[0]!.body.resourceSpans;
  expect(resource.resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'orders' } });
  const { spans } = resource.scopeSpans[0];
  expect(spans.map(({ name }: { name: string }) => name)).toEqual(['traced/order', 'note', 'check', 'answer']);
  expect(spans[0]).toMatchObject({ traceId: trace, parentSpanId: 'b7ad6b7169203331', kind: 2 });
  expect(spans[0].attributes).toContainEqual({ key: 'workflow.execution_id', value: { stringValue: answer.headers.get('x-execution-id') } });
  for (const span of spans.slice(1)) expect(span).toMatchObject({ traceId: trace, parentSpanId: spans[0].spanId });
  expect((await call('GET', '/workflows/traced/traces')).body).toEqual({ exported: true, waiting: 0, spans_sent: 4, given_up: 0 });
});

it('what a collector does not take waits, is told without a secret, and the application goes on', async () => {
  await deploy('away', APPLICATION(`${url}/busy`));
  expect((await ask('away', 'POST', '/orders', { body: { id: 'o-2' } })).status).toBe(201);
  await observe();
  const status = (await call('GET', '/workflows/away/traces')).body;
  expect(status).toMatchObject({ exported: true, waiting: 1, spans_sent: 0, error: { message: 'The collector answered 503.' } });
  expect(JSON.stringify(status)).not.toContain('planted');
  expect((await logs('away')).items.map(({ message }: { message: string }) => message)).toContain('Order o-2 came');
});

it('the log of the application has what executions say, what goes wrong, and requests', async () => {
  expect((await ask('traced', 'POST', '/orders', { body: {} })).status).toBe(400);
  await observe();
  const all = await logs('traced');
  expect(all.collected).toBe(true);
  expect(all.items).toContainEqual(expect.objectContaining({ level: 'info', message: 'Order o-1 came', pipeline: 'order', step: 'note' }));
  expect((await logs('traced', 'level=error')).items.map(({ message }: { message: string }) => message)).toContainEqual(
    expect.stringMatching(/^Execution failed/),
  );
  expect((await logs('traced', 'q=o-1')).items).toHaveLength(1);
  const requests = (await logs('traced', 'q=%22status%22:201')).items;
  expect(requests).toMatchObject([{ message: 'request', fields: { method: 'POST', path: '/orders', status: 201 } }]);
});

it('an application without such modules has none, and is asked for nothing', async () => {
  await deploy('plain', 'pipelines: {p: {trigger: {type: http, config: {path: /p}}, steps: [{name: s, type: step.log, config: {message: hello}}]}}\n');
  await ask('plain', 'POST', '/p', { body: {} });
  await observe();
  expect(await logs('plain')).toEqual({ items: [], next_cursor: null, collected: false });
  expect((await call('GET', '/workflows/plain/traces')).body).toMatchObject({ exported: false, waiting: 0 });
  expect(await call('GET', '/workflows/none/logs')).toMatchObject({ status: 404, body: { code: 'unknown_workflow' } });
});
