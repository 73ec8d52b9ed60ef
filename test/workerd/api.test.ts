/** The API on real bindings: D1, R2, the execution object. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as platform from '#contracts/api';
import * as executions from '#contracts/api-executions';
import * as timelines from '#contracts/api-timeline';
import { editorSchema } from '#workers/editor-schema/document';
import { call, ORIGIN, send } from './api-client';
import { keyOf, twoCompanies } from './companies';
import { handedOver } from './settle';

const contract = { ...platform, ...executions, ...timelines };

const GREET = `name: greetings
pipelines:
  greet:
    trigger: { type: http, config: { method: POST, path: /greet } }
    steps:
      - name: words
        type: step.set
        config: { values: { text: "Hello {{ .name }}" } }
      - name: note
        type: step.log
        config: { level: warn, message: "greeted {{ .name }}" }
      - name: answer
        type: step.json_response
        config: { status: 201, body: { text: "{{ .text }}" } }
`;
const named = (name: string) => GREET.replace('greetings', name);
const yaml = { 'content-type': 'application/yaml' };
let viewer: string;
let editor: string;
let other: string;

beforeAll(async () => {
  await twoCompanies();
  viewer = await keyOf('acme', 'viewer');
  editor = await keyOf('acme', 'editor');
  other = await keyOf('globex', 'owner');
  const stored = await call('POST', '/workflows?deploy=production', { body: GREET, headers: yaml });
  expect(stored.status, JSON.stringify(stored.body)).toBe(201);
});

describe('the door', () => {
  it.each<[string, string, string, Parameters<typeof call>[2], number, string]>([
    ['no key', 'GET', '/workflows', { key: null }, 401, 'unauthenticated'],
    ['a wrong key', 'GET', '/workflows', { key: 'nonsense' }, 401, 'unauthenticated'],
    ['a wrong key of the right form', 'GET', '/workflows', { key: `wfk_acme_${'A'.repeat(32)}` }, 401, 'unauthenticated'],
    ['an unknown tenant', 'GET', '/workflows', { headers: { 'x-tenant': 'nobody', 'x-workflow-routed': '1' } }, 404, 'unknown_tenant'],
    ['no slug for a tenant', 'GET', '/workflows', { headers: { 'x-tenant': 'No Body' } }, 400, 'invalid_request'],
    ['an unknown path', 'GET', '/nothing', {}, 404, 'not_found'],
    ['an unknown path without a key', 'POST', '/nothing', { key: null }, 404, 'not_found'],
    ['a wrong method', 'PATCH', '/workflows', {}, 405, 'method_not_allowed'],
    ['an unknown query key', 'GET', '/workflows?colour=red', {}, 400, 'unknown_query_key'],
    ['an unknown query key where none is known', 'GET', '/step-types?x=1', {}, 400, 'unknown_query_key'],
    ['a query key of prototypes', 'GET', '/workflows?__proto__=1', {}, 400, 'unknown_query_key'],
    ['a key twice', 'GET', '/workflows?limit=1&limit=2', {}, 400, 'invalid_request'],
    ['a limit too high', 'GET', '/workflows?limit=9999', {}, 400, 'invalid_request'],
    ['a limit of zero', 'GET', '/executions?limit=0', {}, 400, 'invalid_request'],
    ['no number for a limit', 'GET', '/executions?limit=many', {}, 400, 'invalid_request'],
    ['a cursor that is none', 'GET', '/workflows?cursor=zzz', {}, 400, 'invalid_cursor'],
    ['a cursor of executions that is none', 'GET', '/executions?cursor=%00', {}, 400, 'invalid_cursor'],
    ['an unknown status', 'GET', '/executions?status=done', {}, 400, 'invalid_request'],
    ['an instant that is none', 'GET', '/executions?from=yesterday', {}, 400, 'invalid_request'],
    ['broken JSON', 'POST', '/executions', { body: '{"a":', headers: { 'content-type': 'application/json' } }, 400, 'invalid_json'],
    ['JSON of another shape', 'POST', '/executions', { body: [1] }, 400, 'invalid_request'],
    ['an unknown key of the body', 'POST', '/executions', { body: { workflow: 'greetings', colour: 1 } }, 400, 'invalid_request'],
    ['another media type', 'POST', '/executions', { body: '<a/>', headers: { 'content-type': 'text/xml' } }, 415, 'unsupported_media_type'],
    ['another media type for a document', 'POST', '/workflows', { body: '<a/>', headers: { 'content-type': 'text/xml' } }, 415, 'unsupported_media_type'],
    ['no document', 'POST', '/workflows', { body: '', headers: yaml }, 400, 'invalid_request'],
    ['a document too large', 'POST', '/workflows', { body: `# ${'x'.repeat(1024 * 1024)}`, headers: yaml }, 413, 'body_too_large'],
    ['an id of no form', 'GET', '/executions/abc', {}, 400, 'invalid_id'],
    ['an id of no form, escaped', 'GET', '/executions/%E0%A4%A/timeline', {}, 400, 'invalid_id'],
    ['an id that no object has', 'GET', `/executions/exec_${'0'.repeat(42)}1`, {}, 404, 'unknown_execution'],
    ['an id beyond all ids', 'GET', `/executions/exec_${'z'.repeat(43)}/events`, {}, 400, 'invalid_id'],
    ['a version that is none', 'GET', '/workflows/greetings/versions/one', {}, 400, 'invalid_id'],
    ['a version that is not there', 'GET', '/workflows/greetings/versions/99', {}, 404, 'unknown_workflow'],
    ['a workflow that is not there', 'GET', '/workflows/nothing', {}, 404, 'unknown_workflow'],
    ['a deployment that is not there', 'GET', '/deployments/dep_1', {}, 404, 'unknown_deployment'],
    ['a key that is not there', 'DELETE', '/api-keys/key_1', {}, 404, 'not_found'],
    ['JSON too deep', 'POST', '/executions', { body: `{"data":${'['.repeat(9000)}${']'.repeat(9000)}}` }, 400, 'invalid_json'],
    [
      'a document too deep',
      'POST',
      '/workflows',
      { body: `name: deep\npipelines: ${'['.repeat(500)}${']'.repeat(500)}`, headers: yaml },
      422,
      'invalid_definition',
    ],
    ['half a letter in a name', 'POST', '/executions', { body: { workflow: 'half \ud83d' } }, 404, 'unknown_workflow'],
    ['a zero in a name', 'GET', '/workflows/a%00b', {}, 404, 'unknown_workflow'],
    ['a zero in a query', 'GET', '/executions?pipeline=a%00b&colour=1', {}, 400, 'unknown_query_key'],
    ['another region', 'POST', '/companies', { body: { name: 'X', slug: 'x', region: 'eu' } }, 400, 'invalid_request'],
    ['a taken slug', 'POST', '/companies', { body: { name: 'X', slug: 'acme', region: 'us' } }, 409, 'tenant_exists'],
  ])('%s', async (_title, method, path, options, status, code) => {
    const reply = await call(method, path, options);
    expect([reply.status, reply.body.code], JSON.stringify(reply.body)).toEqual([status, code]);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    expect(reply.body.request_id).toBe(reply.headers.get('x-request-id'));
    expect(contract.problemSchema.safeParse(reply.body).success).toBe(true);
  });

  it('keeps a harmless request id, and makes one otherwise', async () => {
    expect((await call('GET', '/workflows', { headers: { 'x-request-id': 'req-1' } })).headers.get('x-request-id')).toBe('req-1');
    expect((await call('GET', '/workflows', { headers: { 'x-request-id': 'a b<script>' } })).headers.get('x-request-id')).toMatch(/^req_/);
  });

  it('names the methods of a path', async () => {
    expect((await call('PATCH', '/workflows')).headers.get('allow')).toBe('POST, GET');
  });
});

describe('roles', () => {
  it.each<[string, string, string, unknown, number]>([
    ['viewer reads', 'GET', '/executions', undefined, 200],
    ['viewer starts nothing', 'POST', '/executions', { workflow: 'greetings' }, 403],
    ['viewer stores nothing', 'POST', '/workflows', { config: GREET }, 403],
    ['viewer makes no key', 'POST', '/api-keys', { role: 'viewer', name: 'x' }, 403],
    ['viewer makes no company', 'POST', '/companies', { name: 'x', slug: 'x', region: 'us' }, 403],
  ])('%s', async (_title, method, path, body, status) => {
    expect((await call(method, path, { key: viewer, body })).status).toBe(status);
  });

  it('a key makes no key above itself, nor for another tenant', async () => {
    const admin = (await call('POST', '/api-keys', { body: { role: 'admin', name: 'a' } })).body.key;
    expect((await call('POST', '/api-keys', { key: admin, body: { role: 'owner', name: 'b' } })).status).toBe(403);
    expect((await call('POST', '/api-keys', { key: admin, body: { tenant: 'globex', role: 'viewer', name: 'b' } })).status).toBe(403);
    expect((await call('POST', '/api-keys', { key: editor, body: { role: 'viewer', name: 'b' } })).status).toBe(403);
  });

  it('a key acts for its own tenant only, and sees its own company only', async () => {
    expect((await call('GET', '/workflows', { key: other, headers: { 'x-tenant': 'acme' } })).status).toBe(403);
    expect((await call('GET', '/companies', { key: other })).body.items.map((one: { slug: string }) => one.slug)).toEqual(['globex']);
    expect((await call('GET', '/companies')).body.items.map((one: { slug: string }) => one.slug)).toEqual(['acme', 'globex']);
  });

  it('keeps the hash of a key only, and forgets a deleted key', async () => {
    const made = (await call('POST', '/api-keys', { body: { role: 'viewer', name: 'short-lived' } })).body;
    expect(made.key).toMatch(/^wfk_acme_[0-9A-Za-z]{32}$/);
    const { results } = await env.DB.prepare('SELECT * FROM api_keys').all();
    expect(JSON.stringify(results)).not.toContain(made.key);
    expect((await call('GET', '/workflows', { key: made.key })).status).toBe(200);
    const listed = (await call('GET', '/api-keys')).body.items.find((one: { id: string }) => one.id === made.id);
    expect(listed).toMatchObject({ role: 'viewer', name: 'short-lived', prefix: made.key.slice(0, 13) });
    expect((await call('DELETE', `/api-keys/${made.id}`)).status).toBe(204);
    expect((await call('GET', '/workflows', { key: made.key })).status).toBe(401);
  });
});

describe('definitions', () => {
  it('stores a document and shows it again', async () => {
    const made = await call('POST', '/workflows', { body: named('stored'), headers: yaml, key: editor });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: 'stored', version: 1, pipelines: ['greet'], changed: true });
    expect(made.body.routes).toEqual([{ method: 'POST', path: '/greet', pipeline: 'greet' }]);
    contract.workflowStoredSchema.parse(made.body);
    for (const name of ['stored', made.body.id]) {
      const shown = await call('GET', `/workflows/${name}`);
      expect(contract.workflowSchema.parse(shown.body)).toMatchObject({ id: made.body.id, version: 1, hash: made.body.hash, environments: {} });
    }
    const version = await call('GET', '/workflows/stored/versions/1');
    expect(contract.workflowVersionDetailSchema.parse(version.body).source).toBe(named('stored'));
    expect((await call('GET', '/workflows/stored', { key: other })).status).toBe(404);
  });

  it('says who has the name already', async () => {
    const { body: workflow } = await call('GET', '/workflows/greetings');
    const again = await call('POST', '/workflows', { body: GREET, headers: yaml });
    expect([again.status, again.body.code, again.body.id]).toEqual([409, 'workflow_exists', workflow.id]);
  });

  it('makes the next version, and none of the same content', async () => {
    await call('POST', '/workflows', { body: named('versions'), headers: yaml });
    const same = await call('PUT', '/workflows/versions', { body: `# a comment changes nothing\n${named('versions')}`, headers: yaml });
    expect([same.status, same.body.version, same.body.changed]).toEqual([200, 1, false]);
    const next = await call('PUT', '/workflows/versions', { body: named('versions').replace('Hello', 'Good day'), headers: yaml });
    expect([next.status, next.body.version, next.body.changed]).toEqual([200, 2, true]);
    const { items } = (await call('GET', '/workflows/versions/versions')).body;
    expect(items.map((one: { version: number }) => one.version)).toEqual([2, 1]);
  });

  it('takes JSON, with the document as text or as an object', async () => {
    const object = { pipelines: { one: { trigger: { type: 'manual' }, steps: [{ name: 'a', type: 'step.set', config: { values: { x: 1 } } }] } } };
    expect((await call('POST', '/workflows', { body: { name: 'by-object', config: object } })).body).toMatchObject({ name: 'by-object', pipelines: ['one'] });
    expect((await call('POST', '/workflows', { body: { config: named('by-text') } })).body).toMatchObject({ name: 'by-text' });
    const unnamed = await call('POST', '/workflows', { body: { config: object } });
    expect([unnamed.status, unnamed.body.code]).toEqual([422, 'invalid_definition']);
  });

  it('lets a name beside the document win, in the stored document too', async () => {
    const made = await call('POST', '/workflows?name=renamed', { body: GREET, headers: yaml });
    expect([made.status, made.body.name]).toEqual([201, 'renamed']);
    expect(made.body.diagnostics.map((one: { code: string }) => one.code)).toContain('other_name');
    expect((await call('GET', '/workflows/renamed/versions/1')).body.source).toContain('name: renamed');
  });

  it('tells every mistake with its place, and stores nothing', async () => {
    const broken = named('broken').replace('step.set', 'step.sett').replace('step.log', 'step.lg').replace('step.json_response', 'step.json_respons');
    const reply = await call('POST', '/workflows', { body: broken, headers: yaml });
    expect([reply.status, reply.body.code]).toEqual([422, 'invalid_definition']);
    expect(reply.body.errors.length).toBeGreaterThanOrEqual(3);
    for (const error of reply.body.errors) expect(error).toMatchObject({ code: expect.any(String), line: expect.any(Number), column: expect.any(Number) });
    expect((await call('GET', '/workflows/broken')).status).toBe(404);
    const checked = await call('POST', '/workflows/validate', { body: broken, headers: yaml, key: viewer });
    expect(contract.validationSchema.parse(checked.body)).toMatchObject({ valid: false });
    expect((await call('POST', '/workflows/validate', { body: GREET, headers: yaml })).body).toMatchObject({ valid: true, errors: [] });
  });

  it('tells of steps that programs name and that there are not', async () => {
    const body = named('programs').replace(
      / {4}steps:\n/,
      `$&      - {name: script, type: step.js, config: {code: "function transform(ctx) { return ctx.steps.nobody; }"}}\n`,
    );
    const { valid, ...told } = (await call('POST', '/workflows/validate', { body, headers: yaml, key: viewer })).body;
    expect(valid).toBe(true);
    expect(told.warnings).toMatchObject([{ code: 'unknown_step', message: expect.stringContaining('"nobody"'), hint: expect.any(String) }]);
  });

  it('lists page by page', async () => {
    const names: string[] = [];
    let path = '/workflows?limit=2';
    for (;;) {
      const { body } = await call('GET', path);
      contract.workflowPage.parse(body);
      names.push(...body.items.map((one: { name: string }) => one.name));
      if (body.next_cursor === null) break;
      path = `/workflows?limit=2&cursor=${body.next_cursor}`;
    }
    expect(names).toEqual([...new Set(names)].sort());
    expect(names).toContain('greetings');
  });

  it('deletes: it runs nowhere, and its name is free', async () => {
    await call('POST', '/workflows?deploy=production', { body: named('deleted'), headers: yaml });
    expect((await call('DELETE', '/workflows/deleted')).status).toBe(204);
    expect((await call('GET', '/workflows/deleted')).status).toBe(404);
    expect((await call('POST', '/executions', { body: { workflow: 'deleted' } })).body.code).toBe('unknown_workflow');
    expect((await call('POST', '/workflows', { body: named('deleted'), headers: yaml })).status).toBe(201);
  });
});

describe('deployments', () => {
  it('deploys, promotes, rolls back', async () => {
    await call('POST', '/workflows', { body: named('moving'), headers: yaml });
    expect((await call('POST', '/executions', { body: { workflow: 'moving' } })).body.code).toBe('not_deployed');
    const first = await call('POST', '/deployments', { body: { workflow_id: 'moving', version: 1, environment: 'staging' } });
    expect(first.status).toBe(201);
    expect(contract.deploymentSchema.parse(first.body)).toMatchObject({ status: 'active', replaces: null, origin: 'deploy' });
    expect(first.body.resources.ingress).toBe('http://moving.acme.localhost:8787');
    const promoted = await call('POST', `/deployments/${first.body.deployment_id}/promote`, { body: { from: 'staging', to: 'production' } });
    expect([promoted.status, promoted.body.environment, promoted.body.hash]).toEqual([201, 'production', first.body.hash]);
    await call('PUT', '/workflows/moving?deploy=production', { body: named('moving').replace('Hello', 'Bye'), headers: yaml });
    const [active] = (await call('GET', '/deployments?workflow=moving&environment=production&status=active')).body.items;
    expect(active.version).toBe(2);
    const back = await call('POST', `/deployments/${active.deployment_id}/rollback`);
    expect([back.status, back.body.version, back.body.origin]).toEqual([201, 1, 'rollback']);
    expect((await call('GET', `/deployments/${active.deployment_id}`)).body.status).toBe('rolled_back');
    expect((await call('POST', `/deployments/${active.deployment_id}/rollback`)).body.code).toBe('deployment_not_active');
    expect((await call('POST', `/deployments/${back.body.deployment_id}/rollback`)).body.code).toBe('no_earlier_deployment');
    expect((await call('GET', '/workflows/moving')).body.environments).toMatchObject({ production: { version: 1 }, staging: { version: 1 } });
    expect((await call('POST', `/deployments/${back.body.deployment_id}/promote`, { body: { to: 'production' } })).status).toBe(400);
    expect((await call('POST', `/deployments/${back.body.deployment_id}/promote`, { body: { to: 'x', strategy: 'canary' } })).status).toBe(400);
    expect((await call('POST', `/deployments/${back.body.deployment_id}/rollback`, { key: other })).status).toBe(404);
  });

  it('applies overrides before it compiles, under a hash of its own', async () => {
    await call('POST', '/workflows', { body: named('tuned'), headers: yaml });
    const overrides = { 'pipelines.greet.steps.words.config.values.text': 'Moin {{ .name }}' };
    const made = await call('POST', '/deployments', { body: { workflow_id: 'tuned', environment: 'staging', config_overrides: overrides } });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    expect(made.body.hash).not.toBe((await call('GET', '/workflows/tuned')).body.hash);
    const run = await call('POST', '/executions?wait=30s', { body: { workflow: 'tuned', environment: 'staging', data: { name: 'Ada' } } });
    expect(run.body.result).toEqual({ text: 'Moin Ada' });
    const nowhere = await call('POST', '/deployments', { body: { workflow_id: 'tuned', config_overrides: { 'modules.x.y': 1 } } });
    expect([nowhere.status, nowhere.body.errors[0].path]).toEqual([400, 'config_overrides.modules.x.y']);
    const wrong = await call('POST', '/deployments', { body: { workflow_id: 'tuned', config_overrides: { 'pipelines.greet.steps.words.type': 'step.nope' } } });
    expect(wrong.status).toBe(422);
  });
});

describe('executions', () => {
  const run = (body: object = {}, query = '?wait=30s', options = {}) =>
    call('POST', `/executions${query}`, { body: { workflow: 'greetings', pipeline: 'greet', data: { name: 'Ada' }, ...body }, ...options });

  it('answers with the result when it is waited for', async () => {
    const reply = await run();
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    expect(contract.executionStartedSchema.parse(reply.body)).toMatchObject({
      status: 'completed',
      result: { text: 'Hello Ada' },
      outputs: { words: { text: 'Hello Ada' } },
      existing: false,
    });
    expect(reply.headers.get('x-execution-id')).toBe(reply.body.execution_id);
    expect(reply.headers.get('traceparent')).toMatch(new RegExp(`^00-${reply.body.trace_id}-[0-9a-f]{16}-01$`));
  });

  it('answers 202 when it is not, and the execution goes on', async () => {
    const reply = await run({}, '');
    expect([reply.status, Object.keys(reply.body).includes('result')]).toEqual([202, false]);
    expect(reply.headers.get('location')).toBe(`/api/v1/executions/${reply.body.execution_id}`);
  });

  it.each<[string, object, number]>([
    ['by workflow.pipeline', { workflow: undefined, pipeline: 'greetings.greet' }, 200],
    ['by workflow alone, when it has one', { pipeline: undefined }, 200],
    ['by workflow and workflow.pipeline', { pipeline: 'greetings.greet' }, 200],
    ['not by an unknown pipeline', { pipeline: 'nothing' }, 404],
    ['not by a name of prototypes', { pipeline: 'constructor' }, 404],
    ['not by an unknown workflow', { workflow: 'nothing' }, 404],
    ['not where it is not deployed', { environment: 'staging' }, 409],
    ['not without any name', { workflow: undefined, pipeline: undefined }, 400],
  ])('finds the pipeline %s', async (_title, body, status) => {
    expect((await run(body)).status).toBe(status);
  });

  it('names the candidates of an ambiguous pipeline', async () => {
    await call('POST', '/workflows?deploy=production', { body: named('twin'), headers: yaml });
    const reply = await run({ workflow: undefined });
    expect([reply.status, reply.body.code]).toEqual([409, 'ambiguous_pipeline']);
    expect(reply.body.candidates).toEqual(expect.arrayContaining(['greetings.greet', 'twin.greet']));
  });

  it('gives the same execution for the same key', async () => {
    const first = await run({ idempotency_key: 'order-1' });
    const second = await run({ idempotency_key: 'order-1', data: { name: 'Bob' } });
    const third = await run({}, '?wait=30s', { headers: { 'idempotency-key': 'order-1' } });
    expect([second.body.execution_id, second.body.existing, second.body.result]).toEqual([first.body.execution_id, true, { text: 'Hello Ada' }]);
    expect(third.body.execution_id).toBe(first.body.execution_id);
    expect((await run({ idempotency_key: 'a' }, '', { headers: { 'idempotency-key': 'b' } })).status).toBe(400);
    expect((await run({ idempotency_key: 'k'.repeat(257) })).status).toBe(400);
    expect((await run({ idempotency_key: 'half a \ud83d' })).status).toBe(400);
    expect((await run({ idempotency_key: 'order/1#2 ä' })).status).toBe(200);
  });

  it('reads summary, timeline, events, logs and rebuilds', async () => {
    const { execution_id: id } = (await run()).body;
    expect(contract.executionSchema.parse((await call('GET', `/executions/${id}`)).body)).toMatchObject({
      execution_id: id,
      status: 'completed',
      tenant: 'acme',
      region: 'us',
    });
    const timeline = contract.timelineSchema.parse((await call('GET', `/executions/${id}/timeline`)).body);
    expect(timeline.steps.map((step) => [step.name, step.status])).toEqual([
      ['words', 'completed'],
      ['note', 'completed'],
      ['answer', 'completed'],
    ]);
    const events = contract.eventPage.parse((await call('GET', `/executions/${id}/events`)).body);
    expect(events.items.map((event) => event.sequence_num)).toEqual(events.items.map((_, i) => i + 1));
    expect(events.items[0]).toMatchObject({ event_type: 'execution.started', sequence_num: 1 });
    const started = (await call('GET', `/executions/${id}/events?type=step.started&limit=2`)).body;
    expect(started.items.map((event: { event_data: { step_name: string } }) => event.event_data.step_name)).toEqual(['words', 'note']);
    const rest = (await call('GET', `/executions/${id}/events?type=step.started&cursor=${started.next_cursor}`)).body;
    expect(rest.items.map((event: { event_data: { step_name: string } }) => event.event_data.step_name)).toEqual(['answer']);
    expect((await call('GET', `/executions/${id}/events?type=step.begun`)).status).toBe(400);
    const logs = contract.logPage.parse((await call('GET', `/executions/${id}/logs`)).body);
    expect(logs.items).toContainEqual(expect.objectContaining({ level: 'warn', message: 'greeted Ada', step: 'note', tenant: 'acme', pipeline: 'greet' }));
    expect((await call('POST', `/executions/${id}/rebuild`)).body).toMatchObject({ equal: true, differences: [], events: events.items.length });
  });

  it('refuses orders that come too late', async () => {
    const { execution_id: id } = (await run()).body;
    expect((await call('POST', `/executions/${id}/cancel`, { body: { reason: 'no need' } })).body.code).toBe('execution_finished');
    expect((await call('POST', `/executions/${id}/resume`)).status).toBe(409);
  });

  it('keeps tenants apart: another one finds nothing', async () => {
    const { execution_id: id } = (await run()).body;
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/timeline'],
      ['GET', '/events'],
      ['GET', '/logs'],
      ['GET', `/payloads/${'0'.repeat(64)}`],
      ['POST', '/cancel'],
      ['POST', '/resume'],
      ['POST', '/rebuild'],
    ] as const) {
      expect((await call(method, `/executions/${id}${path}`, { key: other })).status, path).toBe(404);
    }
    expect((await call('GET', '/executions', { key: other })).body.items).toEqual([]);
  });

  it('keeps large values whole, and answers them by their link', async () => {
    const big = 'x'.repeat(70_000);
    const { execution_id: id } = (await run({ data: { name: big } })).body;
    const timeline = (await call('GET', `/executions/${id}/timeline`)).body;
    const link = timeline.steps[0].output._payload;
    expect(link.url).toBe(`/api/v1/executions/${id}/payloads/${link.sha256}`);
    expect((await call('GET', link.url.replace('/api/v1', ''))).body).toEqual({ text: `Hello ${big}` });
    expect((await call('GET', `/executions/${id}/payloads/zz`)).body.code).toBe('invalid_id');
  });

  it('lists with filters, and finds one by its id', async () => {
    const { execution_id: id } = (await run()).body;
    await handedOver(id);
    const found = async (query: string) => {
      const { body } = await call('GET', `/executions?${query}`);
      return contract.executionPage.parse(body).items.map((one) => one.execution_id);
    };
    expect(await found('workflow=greetings&pipeline=greet&status=completed')).toContain(id);
    expect(await found('pipeline=greetings.greet')).toContain(id);
    expect(await found('pipeline=nothing')).toEqual([]);
    expect(await found('status=failed')).toEqual([]);
    expect(await found(`to=${encodeURIComponent('2020-01-01T00:00:00Z')}`)).toEqual([]);
    expect(await found(`q=${id}`)).toEqual([id]);
    expect(await found(`q=exec_${'0'.repeat(42)}1`)).toEqual([]);
    const { body } = await call('GET', '/executions?limit=1');
    expect(await found(`limit=1&cursor=${body.next_cursor}`)).not.toContain(body.items[0].execution_id);
  });

  it.each(['name', 'id'])('shows executions as they happen, of the workflow of this %s', async (by) => {
    const workflow = (await call('GET', '/workflows/greetings')).body;
    const response = await send('GET', `/api/v1/executions/live?pipeline=greet&workflow=${workflow[by]}`);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const { execution_id: id } = (await run()).body;
    const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('event: execution.completed')) {
      const { done, value } = await reader.read();
      if (done) break;
      text += value;
    }
    await reader.cancel();
    expect(text).toContain('event: execution.started');
    expect(text).toContain(id);
    expect((await call('GET', '/executions/live?tenant=globex', { key: viewer })).status).toBe(403);
  });
});

describe('sessions', () => {
  const cookieOf = (response: Response) => response.headers.get('set-cookie')!.split(';')[0]!;
  const signIn = async (key: string) =>
    send('POST', '/sign-in', { key: null, body: new URLSearchParams({ key }).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } });

  it('exchange a key for a cookie that reads', async () => {
    const response = await signIn(viewer);
    expect([response.status, response.headers.get('location')]).toEqual([303, '/executions']);
    expect(response.headers.get('set-cookie')).toMatch(/^wf_session=.+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200$/);
    expect((await call('GET', '/executions', { key: null, headers: { cookie: cookieOf(response) } })).status).toBe(200);
  });

  it('change things from this origin only', async () => {
    const cookie = cookieOf(await signIn(editor));
    const start = async (headers: Record<string, string>) =>
      (await call('POST', '/executions', { key: null, body: { workflow: 'greetings', data: { name: 'A' } }, headers: { cookie, ...headers } })).status;
    expect(await start({})).toBe(403);
    expect(await start({ origin: 'https://elsewhere.example' })).toBe(403);
    expect(await start({ 'sec-fetch-site': 'same-site', origin: ORIGIN })).toBe(403);
    expect(await start({ origin: ORIGIN })).toBe(202);
    expect(await start({ 'sec-fetch-site': 'same-origin' })).toBe(202);
  });

  it('end with their key', async () => {
    const { id, key } = (await call('POST', '/api-keys', { body: { role: 'viewer', name: 'x' } })).body;
    const cookie = cookieOf(await signIn(key));
    await call('DELETE', `/api-keys/${id}`);
    expect((await call('GET', '/executions', { key: null, headers: { cookie } })).status).toBe(401);
  });

  it('are not believed when they were altered', async () => {
    const cookie = cookieOf(await signIn(viewer));
    const [head, claims, signature] = cookie.slice('wf_session='.length).split('.') as [string, string, string];
    const forged = btoa(JSON.stringify({ ...JSON.parse(atob(claims)), role: 'owner' })).replaceAll('=', '');
    for (const token of [`${head}.${forged}.${signature}`, `${btoa('{"alg":"none"}')}.${forged}.`, 'x']) {
      expect((await call('GET', '/executions', { key: null, headers: { cookie: `wf_session=${token}` } })).status).toBe(401);
    }
  });

  it('open by the link, for a tenant, without any right of the platform', async () => {
    const response = await send('GET', '/sign-in?key=test-admin-key&tenant=globex&next=/applications', { key: null });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/applications']);
    const headers = { cookie: cookieOf(response), origin: ORIGIN };
    expect((await call('GET', '/companies', { key: null, headers })).body.items.map((one: { slug: string }) => one.slug)).toEqual(['globex']);
    expect((await call('POST', '/companies', { key: null, headers, body: { name: 'x', slug: 'x', region: 'us' } })).status).toBe(403);
  });

  it('open by no link of another page, which could sign its visitor in as somebody else', async () => {
    for (const site of ['cross-site', 'same-site']) {
      const from = (headers: Record<string, string>) =>
        send('GET', '/sign-in?key=test-admin-key', { key: null, headers: { 'sec-fetch-site': site, ...headers } });
      const [program, person] = [await from({}), await from({ accept: 'text/html' })];
      expect([program.status, program.headers.has('set-cookie')]).toEqual([403, false]);
      expect([person.status, person.headers.get('location'), person.headers.has('set-cookie')]).toEqual([303, '/sign-in?by=key&error=forbidden', false]);
    }
    const typed = await send('GET', '/sign-in?key=test-admin-key', { key: null, headers: { 'sec-fetch-site': 'none' } });
    expect(typed.headers.has('set-cookie')).toBe(true);
  });

  it('are bound to their host over https, where no application of the domain can put its own in their place', async () => {
    const origin = ORIGIN.replace('http:', 'https:');
    const cookie = (await send('GET', '/sign-in?key=test-admin-key', { key: null, origin })).headers.get('set-cookie')!;
    expect(cookie).toMatch(/^__Host-wf_session=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/);
    const token = /=([^;]+)/.exec(cookie)![1]!;
    const me = async (name: string) => (await call('GET', '/auth/me', { key: null, origin, headers: { cookie: `${name}=${token}` } })).status;
    expect([await me('__Host-wf_session'), await me('wf_session')]).toEqual([200, 401]);
  });

  it('lead to no other origin', async () => {
    for (const next of ['//elsewhere.example', 'https://elsewhere.example', '/\\elsewhere.example', '/a\nb']) {
      const response = await send('GET', `/sign-in?key=test-admin-key&next=${encodeURIComponent(next)}`, { key: null });
      expect(response.headers.get('location')).toBe('/executions');
    }
  });

  it('do not open with a wrong key: a person sees the page again, a program a problem', async () => {
    expect((await signIn('nonsense')).status).toBe(401);
    const page = await send('GET', '/sign-in?key=nonsense', { key: null, headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('location')]).toEqual([303, '/sign-in?by=key&error=unauthenticated']);
    expect((await send('GET', '/sign-in?key=test-admin-key&tenant=nobody', { key: null })).status).toBe(404);
    // The company that was meant stays in the form: the next key is for it, and not for another one.
    const meant = await send('GET', '/sign-in?key=nonsense&tenant=globex&next=/quotas', { key: null, headers: { accept: 'text/html' } });
    expect(meant.headers.get('location')).toBe('/sign-in?by=key&error=unauthenticated&tenant=globex&next=%2Fquotas');
  });

  it('close', async () => {
    const response = await send('POST', '/sign-out', { key: null, headers: { origin: ORIGIN } });
    expect([response.status, response.headers.get('set-cookie')]).toEqual([303, expect.stringContaining('Max-Age=0')]);
    expect((await send('POST', '/sign-out', { key: null, headers: { origin: 'https://elsewhere.example' } })).status).toBe(403);
  });
});

describe('a tenant of another region', () => {
  const seen: { path: string; body: string }[] = [];
  const ROUTER = {
    fetch: async (request: Request) => {
      seen.push({ path: new URL(request.url).pathname, body: await request.text() });
      return Response.json({ from: 'router' });
    },
  } as unknown as Fetcher;
  const foreign = `wfk_elsewhere_${'A'.repeat(32)}`;

  it('is handed to the router, body and all', async () => {
    const body = JSON.stringify({ workflow: 'x', data: { secret: 'of elsewhere' } });
    const reply = await call('POST', '/executions', { key: foreign, body, headers: { 'content-type': 'application/json' }, bindings: { ROUTER } });
    expect(reply.body).toEqual({ from: 'router' });
    expect(seen.at(-1)).toEqual({ path: '/api/v1/executions', body });
    expect((await call('GET', '/workflows', { headers: { 'x-tenant': 'elsewhere' }, bindings: { ROUTER } })).body).toEqual({ from: 'router' });
  });

  it('is refused when the router has sent it here, and when it is of this region', async () => {
    const routed = { 'x-workflow-routed': '1' };
    expect((await call('GET', '/workflows', { key: foreign, headers: routed, bindings: { ROUTER } })).status).toBe(401);
    expect((await call('GET', '/workflows', { headers: { 'x-tenant': 'elsewhere', ...routed }, bindings: { ROUTER } })).status).toBe(404);
    expect((await call('GET', '/workflows', { key: `wfk_acme_${'A'.repeat(32)}`, bindings: { ROUTER } })).status).toBe(401);
  });
});

describe('description', () => {
  it('gives step types and module types with their schemas', async () => {
    const steps = contract.stepTypeList.parse((await call('GET', '/step-types', { key: viewer })).body);
    expect(steps.items.length).toBeGreaterThan(5);
    for (const step of steps.items) expect(step.config).toHaveProperty('type');
    const modules = contract.moduleTypeList.parse((await call('GET', '/module-types', { key: viewer })).body);
    expect(modules.items.length).toBeGreaterThan(0);
  });

  it('answers health, the document and the page without a key', async () => {
    const health = await send('GET', '/healthz', { key: null });
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok', region: 'us', mode: 'local' }]);
    const document = await send('GET', '/openapi.json', { key: null });
    expect(z.looseObject({ openapi: z.literal('3.1.0') }).safeParse(await document.json()).success).toBe(true);
    const page = await send('GET', '/docs', { key: null });
    const html = await page.text();
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html).toContain('/api/v1/executions/{execution}/timeline');
    // Texts may name an address; nothing is fetched from one.
    expect(html).not.toMatch(/<script|<link|<img|url\(|(?:src|href)="?(?:https?:)?\/\//);
  });

  it('answers the schema for editors without a key, as it is generated', async () => {
    const schema = await send('GET', '/dialect.schema.json', { key: null });
    expect(schema.headers.get('content-type')).toBe('application/schema+json');
    expect(await schema.json()).toEqual(editorSchema());
    expect((await send('POST', '/dialect.schema.json', { key: null })).status).toBe(405);
  });
});
