/** Pipelines that call the platform's own API: with the rights of their key, in their own company, written down with the execution. */
import { env } from 'cloudflare:workers';
import { SignJWT } from 'jose';
import { beforeAll, expect, it } from 'vitest';
// @ts-expect-error -- Vite gives the text of the file.
import adminApi from '../../examples/admin-api/admin-api.yaml?raw';
import { call } from './api-client';
import { ask, deploy } from './application';
import { twoCompanies } from './companies';
import { settle } from './settle';

const TARGET = 'pipelines: {hello: {steps: [{name: answer, type: step.json_response, config: {body: {hello: "{{ .who }}"}}}]}}';
const step = (operation: string, settings: string, credential: string) =>
  `{name: call, type: step.platform_call, config: {operation: "${operation}", ${settings}, expected_status: any, credential: "\${${credential}}"}}`;
const route = (name: string, method: string, operation: string, settings: string, credential = 'EDITOR') => `
  ${name}:
    trigger: {type: http, method: ${method}, path: /${name}}
    steps:
      - ${step(operation, settings, credential)}
      - {name: answer, type: step.json_response, config: {status_from: steps.call.response.status_code, body_from: steps.call}}`;

const APPLICATION = `pipelines:${[
  route('list', 'GET', 'GET /workflows', 'query: {limit: 10}'),
  route('store', 'POST', 'POST /workflows', 'body_from: trigger.body'),
  route('start', 'POST', 'post_executions', 'query: {wait: 10s}, body: {workflow: target, pipeline: hello, data: {who: "{{ .who }}"}}'),
  route('itself', 'GET', 'GET /executions/{execution}', 'params: {execution: "{{ .meta.execution_id }}"}'),
  route('remove', 'DELETE', 'DELETE /workflows/{workflow}', 'params: {workflow: target}', 'VIEWER'),
  route('foreign', 'GET', 'GET /workflows', 'query: {limit: 10}', 'FOREIGN'),
  route('operator', 'GET', 'GET /workflows', 'query: {limit: 10}', 'OPERATOR'),
].join('')}
`;

let keys: Record<string, string>;

beforeAll(async () => {
  await twoCompanies();
  const made = async (tenant: string, role: string) => (await call('POST', '/api-keys', { body: { tenant, role, name: role } })).body;
  const [editor, viewer, foreign] = [await made('acme', 'editor'), await made('acme', 'viewer'), await made('globex', 'admin')];
  keys = { EDITOR: editor.id, VIEWER: viewer.id };
  for (const [name, value] of Object.entries({ EDITOR: editor.key, VIEWER: viewer.key, FOREIGN: foreign.key, OPERATOR: env.ADMIN_API_KEY }))
    expect((await call('PUT', `/secrets/${name}`, { body: { value } })).status).toBeLessThan(300);
  await deploy('target', TARGET);
  await deploy('admin', APPLICATION);
});

const entries = async () => (await call('GET', '/audit?limit=50')).body.items;

it('answers what the platform answers', async () => {
  const { status, body } = await ask('admin', 'GET', '/list');
  expect(status).toBe(200);
  expect(body.items.map(({ name }: { name: string }) => name).sort()).toEqual(['admin', 'target']);
});

it('changes what the key may change, and the audit log names the key and the execution', async () => {
  const { status, body, headers } = await ask('admin', 'POST', '/store', { body: { name: 'made', config: TARGET } });
  expect({ status, body }).toMatchObject({ status: 201, body: { name: 'made', version: 1 } });
  expect(await entries()).toContainEqual(
    expect.objectContaining({
      actor: `key:${keys.EDITOR}`,
      action: 'POST /workflows',
      target: `workflows/${body.id}`,
      via: `execution:${headers.get('x-execution-id')}`,
    }),
  );
});

it('starts an execution once, and gives what it came to', async () => {
  const { status, body, headers } = await ask('admin', 'POST', '/start', { body: { who: 'ann' } });
  expect({ status, body }).toMatchObject({ status: 200, body: { status: 'completed' } });
  // A further attempt of the same step comes with the same key.
  const again = await call('POST', '/executions?wait=30s', {
    body: { workflow: 'target', pipeline: 'hello', data: { who: 'ann' } },
    headers: { 'idempotency-key': `${headers.get('x-execution-id')}:call` },
  });
  expect(again.body.execution_id).toBe(body.execution_id);
});

it('may ask about the execution that it stands in', async () => {
  const { status, body } = await ask('admin', 'GET', '/itself');
  expect({ status, body }).toMatchObject({ status: 200, body: { status: 'running', pipeline: 'itself' } });
});

it('has no more rights than its key', async () => {
  expect(await ask('admin', 'DELETE', '/remove')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  expect((await call('GET', '/workflows/target')).status).toBe(200);
  expect(await entries()).toContainEqual(expect.objectContaining({ actor: `key:${keys.VIEWER}`, action: 'DELETE /workflows/{workflow}', status: 403 }));
});

it.each(['foreign', 'operator'])('takes no key of another company, and not that of the operator: %s', async (pipeline) => {
  const { status, body } = await ask('admin', 'GET', `/${pipeline}`);
  expect([status, body.code ?? body.cause], JSON.stringify(body)).toEqual([403, 'forbidden']);
  expect(JSON.stringify(body)).not.toContain('globex');
});

it('keeps the key out of the log', async () => {
  const { headers } = await ask('admin', 'GET', '/list');
  const events = JSON.stringify((await call('GET', `/executions/${headers.get('x-execution-id')}/events`)).body);
  expect(events).toContain('{EDITOR}');
  expect(events).not.toContain('wfk_');
});

it('the example: a release is staged at once, and promoted when an admin agrees', async () => {
  const secret = 'a-secret-of-the-team-and-long';
  await call('PUT', '/secrets/TEAM_SECRET', { body: { value: secret } });
  await call('PUT', '/secrets/PLATFORM_KEY', {
    body: { value: (await call('POST', '/api-keys', { body: { tenant: 'acme', role: 'editor', name: 'team' } })).body.key },
  });
  await deploy('admin-api', adminApi);
  const token = await new SignJWT({ roles: ['developer'] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('ann')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
  const headers = { authorization: `Bearer ${token}` };
  expect((await ask('admin-api', 'GET', '/applications')).status).toBe(401);
  const { applications } = (await ask('admin-api', 'GET', '/applications', { headers })).body;
  expect(applications).toContainEqual({ name: 'target', version: 1 });

  const asked = await ask('admin-api', 'POST', '/releases', { headers, body: { application: 'target', version: 1 } });
  expect(asked).toMatchObject({ status: 202, body: { status: 'waiting' } });
  const id = asked.headers.get('x-execution-id');
  expect((await call('GET', '/deployments?workflow=target&environment=staging')).body.items).toHaveLength(1);
  expect((await call('POST', `/executions/${id}/signals/agree`, { body: { decision: 'approve' } })).status).toBeLessThan(300);
  await settle();
  expect((await call('GET', `/executions/${id}`)).body.status).toBe('completed');
  const [live] = (await call('GET', '/deployments?workflow=target&environment=production&status=active')).body.items;
  expect(live).toMatchObject({ origin: 'promote', approved_by: 'admin', created_by: expect.stringMatching(/^key:/) });
});
