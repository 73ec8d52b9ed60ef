/** Each step type, run by a pipeline of its own: what stands in `test/steps`, and nothing is left that never ran. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { steps } from '#steps/registry';
import { WEBHOOK_SECRET } from '../steps/outside';
import type { Show } from '../steps/show';
import { FORMS, SHOWS } from '../steps/shows';
import { call } from './api-client';
import { ask } from './application';
import { settle } from './settle';

const MODULES = `
modules:
  - {name: db, type: storage.sqlite, config: {setup: "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO people VALUES (1, 'Ann')"}}
  - {name: boxes-db, type: database.workflow}
  - {name: boxes-store, type: persistence.store, config: {database: boxes-db}}
  - {name: boxes, type: api.handler, dependsOn: [boxes-store], config: {resourceName: boxes}}
  - {name: rates, type: cache.modular}
  - {name: profiles, type: nosql.memory}
  - {name: files, type: storage.artifact}
  - {name: tracker, type: state.tracker}
  - {name: flags, type: featureflag.service, config: {flags: {fast: true}}}
  - {name: auth, type: auth.jwt, config: {secret: "\${JWT_SECRET}", issuer: steps}}
  - {name: engine, type: statemachine.engine}
  - {name: system, type: actor.system}
  - {name: counters, type: actor.pool}
workflows:
  http: {routes: [{method: POST, path: /boxes, handler: boxes}]}
  statemachine: {engine: engine, definitions: [{name: life, initialState: new, states: {new: {}, paid: {isFinal: true}}, transitions: {pay: {fromState: new, toState: paid}}}]}
  actors:
    pools:
      counters: {receive: {Add: {steps: [{name: result, type: step.set, config: {values: {count: "{{ .message.payload.n }}"}}}]}}}
pipelines:
  helper: {steps: [{name: twice, type: step.set, config: {values: {twice: "{{ mul .n 2 }}"}}}]}
`;

const nameOf = (type: string, form = '') => `${type.slice('step.'.length)} ${form}`.trim().replace(/[^a-z0-9]+/g, '-');

function pipelineOf(name: string, { steps: lines, request }: Show): string {
  const path = request?.path?.startsWith('/') ? `/${name}/{id}` : `/${name}`;
  const trigger = request ? `trigger: {type: http, config: {method: POST, path: "${path}"}}, ` : '';
  return `  ${name}: {${trigger}steps: [${lines.join(', ')}]}\n`;
}

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
  const { key } = (await call('POST', '/api-keys', { body: { tenant: 'acme', role: 'viewer', name: 'steps' } })).body;
  const secrets = { JWT_SECRET: 'a-secret-of-the-tests-and-long', WEBHOOK_SECRET, API_KEY: key };
  for (const [name, value] of Object.entries(secrets)) await call('PUT', `/secrets/${name}`, { body: { value } });
  const all = [
    ...Object.entries(SHOWS).map(([type, show]) => pipelineOf(nameOf(type), show)),
    ...FORMS.map((show) => pipelineOf(nameOf(show.type, show.form), show)),
  ];
  const config = `${MODULES}${all.join('')}`.replaceAll('SERVER', inject('collector').url);
  const made = await call('POST', '/workflows?deploy=production&name=steps', { body: { config } });
  expect(made.status, JSON.stringify(made.body.errors)).toBe(201);
});

/** Of somebody of their own: a token that one run revokes is nobody else's. */
async function tokenFor(name: string): Promise<string> {
  return (await ask('steps', 'POST', '/auth/register', { body: { email: `${name}@steps.example`, password: 'long enough' } })).body.token;
}

/** Started, waited for, and looked at in its timeline: the step `it`. */
async function shown(name: string, { data = {}, request, signal }: Show) {
  let id: string;
  if (request) {
    const { path = '', body, headers } = request;
    const authorization = `Bearer ${await tokenFor(name)}`;
    const answer = await ask('steps', 'POST', `/${name}${path}`, { body, headers: { authorization, ...headers } });
    id = answer.headers.get('x-execution-id')!;
    expect(id, JSON.stringify(answer.body)).toEqual(expect.any(String));
  } else {
    const wait = signal ? '' : '?wait=20s';
    const started = await call('POST', `/executions${wait}`, { body: { workflow: 'steps', pipeline: name, data } });
    id = started.body.execution_id;
    expect(id, JSON.stringify(started.body)).toEqual(expect.any(String));
  }
  if (signal) {
    await settle();
    const sent = await call('POST', `/executions/${id}/signals/${signal.name}`, { body: signal.data });
    expect(sent.status, JSON.stringify(sent.body)).toBeLessThan(300);
    await settle();
  }
  const timeline = (await call('GET', `/executions/${id}/timeline`)).body;
  const it = timeline.steps.find((one: { name: string }) => one.name === 'it');
  expect(it, `The run did not come by the step: ${JSON.stringify(timeline.error)}`).toBeDefined();
  return it;
}

async function check(type: string, form: string | undefined, show: Show): Promise<void> {
  const step = await shown(nameOf(type, form), show);
  const { status = 'completed' } = show;
  expect(step, JSON.stringify(step.error)).toMatchObject({ type, status });
  if (status === 'failed') expect(step.error).toMatchObject(show.output as object);
  else expect(step.output).toEqual(show.output);
}

describe('each type comes to what is said of it', () => {
  it.each([...steps.keys()])('%s', async (type) => {
    const show = SHOWS[type];
    expect(show, 'Give it a place in test/steps.').toBeDefined();
    await check(type, undefined, show!);
  });
});

describe('in other forms', () => {
  it.each(FORMS.map((show) => [show.type, show.form, show] as const))('%s: %s', (type, form, show) => check(type, form, show));
});
