/**
 * The authorization matrix: every route of the policy, asked by every role of the own and of a foreign company, by roles in
 * projects and organizations, and by keys with scopes. What is expected is computed from the policy itself; what is asked is the real Worker.
 */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { atLeast, KEY_SCOPES, type KeyScope, ROLES, type Role } from '#contracts/access';
import { createApi } from '#workers/api/api';
import { splitRoute } from '#workers/api/endpoint';
import { API_PREFIX, ENDPOINTS } from '#workers/api/endpoint-list';
import { openApiDocument } from '#workers/api/openapi';
import { type At, POLICY, type RouteName, requirementOf } from '#workers/api/policy';
// @ts-expect-error -- Vite gives the text of the file.
import lifecycle from '../../examples/order-lifecycle/order-lifecycle.yaml?raw';
import { ADMIN, call, type Options, type Reply, send } from './api-client';
import { effects } from './api-effects';

const yaml = { 'content-type': 'application/yaml' };
/** Its name begins all names of what lies in the project, so that an answer that tells of it is found out. */
const document = (project: string) => `name: ${project}-orders
pipelines:
  ${project}-pay:
    trigger: { type: manual }
    dead_letter: { retention: 3d }
    steps:
      - { name: charge, type: step.http_call, config: { method: POST, url: "https://bank.test/charge" } }
  ${project}-nightly:
    trigger: { type: schedule, cron: "0 3 1 1 *" }
    steps:
      - { name: note, type: step.log, config: { message: night } }
  ${project}-heard:
    trigger: { type: event, topic: ${project}.sold }
    steps:
      - { name: note, type: step.log, config: { message: sold } }
`;

/** Routes that answer outside the table, and why nobody needs a role there. */
const OUTSIDE = new Set([
  'GET /healthz', // says that the region answers
  'GET /openapi.json', // the description
  'GET /docs',
  'GET /dialect.schema.json', // what editors check documents with
  'GET /sign-in', // gives a session to who shows a key
  'POST /sign-in',
  'POST /sign-out',
  'GET /sign-in/with/{provider}', // to an identity provider, and back with its signed word
  'GET /sign-in/callback/{company}',
  'GET /sign-in/saml/{company}/{provider}/metadata', // who we are to a provider
  'POST /sign-in/saml/{company}/{provider}', // where its signed word comes, and leads on with a code
  'GET /sign-in/saml/{company}/{provider}/return',
]);

type Params = Record<string, string>;
interface Rule {
  route: RouteName;
  least: Role;
  scope: KeyScope | null;
  at: At;
}

const rules: Rule[] = (Object.keys(POLICY) as RouteName[]).flatMap((route) => {
  const required = requirementOf(route);
  return typeof required === 'string' ? [] : [{ route, least: required[0], scope: required[1], at: required[2] }];
});
const isWrite = (route: RouteName) => !route.startsWith('GET ');

/** Ids of what there is, in the project north of acme. */
const real: Params = {
  version: '1',
  step: 'charge',
  signal: 'paid',
  sha256: '0'.repeat(64),
  name: 'NORTH_SECRET',
  mail: 'mail_none',
  schedule: 'north-nightly',
};
/** Well-formed ids of nothing: what may be asked is then answered without changing anything. */
const bogus: Params = {
  ...real,
  workflow: 'nothing',
  deployment: 'dep_nothing',
  execution: `exec_${'0'.repeat(42)}1`,
  letter: `exec_${'0'.repeat(42)}1`,
  pipeline: 'nothing.nothing',
  job: 'job_nothing_mabcdefg',
  breakpoint: 'bp_nothing',
  idempotency_key: 'nothing',
  machine: 'nothing',
  instance: 'nothing',
  name: 'NOTHING',
  key: 'key_nothing',
  organization: 'org_nothing',
  project: 'prj_nothing',
  member: 'usr_nothing',
  invitation: 'inv_nothing',
  account: 'svc_nothing',
  tenant: 'nobody',
};
const keys: Record<string, string> = {};
let southProject: string;

const pathOf = (route: RouteName, params: Params) =>
  splitRoute(route).path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? 'nothing'));

async function ask(route: RouteName, params: Params, options: Options): Promise<Reply> {
  const { method } = splitRoute(route);
  const body = method === 'POST' || method === 'PUT' ? { body: {} } : {};
  const response = await send(method, `${API_PREFIX}${pathOf(route, params)}${queryOf(route, params)}`, { ...options, ...body });
  const { status, headers } = response;
  const type = headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) {
    await response.body?.cancel();
    return { status, headers, body: '' };
  }
  const text = await response.text();
  return { status, headers, body: /^application\/(?:problem\+)?json(?:;|$)/.test(type) ? JSON.parse(text) : text };
}

function queryOf(route: RouteName, params: Params): string {
  return route === 'GET /executions/diff' ? `?left=${params.execution}&right=${params.execution}` : '';
}

const told = ({ status, body }: Reply) => `${status} ${JSON.stringify(body).slice(0, 300)}`;
const isDenied = ({ status, body }: Reply) => status === 401 || (status === 403 && body.code === 'forbidden');

async function made(path: string, body: unknown, options: Options = {}): Promise<Reply['body']> {
  const answer = await call('POST', path, { body, ...options });
  expect(answer.status, told(answer)).toBeLessThan(300);
  return answer.body;
}

async function failed(workflow: string, pipeline: string): Promise<string> {
  effects.failing = 'charge';
  const { execution_id } = await made('/executions?wait=30s', { workflow, pipeline, data: {}, idempotency_key: `key of ${workflow}` });
  effects.failing = undefined;
  return execution_id;
}

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  for (const slug of ['acme', 'globex']) await made('/companies', { name: slug, slug, region: 'us' });
  for (const tenant of ['acme', 'globex']) {
    for (const role of ROLES) keys[`${tenant} ${role}`] = (await made('/api-keys', { tenant, role, name: `${tenant} ${role}` })).key;
  }
  const organization = (await made('/organizations', { name: 'north-organization' })).id;
  const project = (await made('/projects', { name: 'north', organization })).id;
  southProject = (await made('/projects', { name: 'south' })).id;
  const account = async (name: string, more: object) => {
    const { id } = await made('/service-accounts', { name, ...more });
    keys[name] = (await made('/api-keys', { name, service_account: id })).key;
    return id as string;
  };
  await account('none', {});
  for (const role of ROLES) {
    await account(`north ${role}`, { role, project });
    await account(`south ${role}`, { role, project: southProject });
  }
  // The organization of the project north, and one in which nothing is.
  const empty = (await made('/organizations', { name: 'hollow-organization' })).id;
  for (const role of ROLES) {
    keys[`around north ${role}`] = (await made('/api-keys', { name: role, role, organization })).key;
    keys[`hollow ${role}`] = (await made('/api-keys', { name: role, role, organization: empty })).key;
  }
  const member = await account('north-account', { role: 'viewer', project });

  const { id: workflow } = await made(`/workflows?deploy=production&project=${project}`, document('north'), { headers: yaml });
  await made(`/workflows?deploy=production&name=north-machine&project=${project}`, lifecycle, { headers: yaml });
  await made(`/workflows?deploy=production&project=${southProject}`, document('south'), { headers: yaml });
  const execution = await failed('north-orders', 'north-pay');
  await failed('south-orders', 'south-pay');
  const [deployment] = (await call('GET', `/deployments?workflow=${workflow}`)).body.items;
  await made('/machines/north-machine/order/instances', { id: 'north-instance' });
  const breakpoint = await made('/pipelines/north-orders.north-pay/breakpoints', { step: 'charge' });
  await made('/pipelines/north-orders.north-nightly/mock', { mocks: { note: { output: {} } } });
  const job = await made('/executions/bulk', { action: 'cancel', filter: { workflow: 'north-orders' } });
  const key = await made('/api-keys', { name: 'north-key', role: 'viewer', project });
  const invitation = await made('/invitations', { email: 'north@example.com', role: 'viewer', project });
  Object.assign(real, {
    workflow,
    deployment: deployment.id,
    execution,
    letter: execution,
    pipeline: 'north-orders.north-pay',
    job: job.id,
    breakpoint: breakpoint.id ?? breakpoint.items?.[0]?.id,
    idempotency_key: `${execution}:charge`,
    machine: 'order',
    instance: 'north-instance',
    key: key.id,
    organization,
    project,
    member,
    invitation: invitation.id,
    account: member,
    tenant: 'acme',
  });
  for (const scope of KEY_SCOPES) {
    keys[`only ${scope}`] = (await made('/api-keys', { name: scope, role: 'owner', scopes: [scope] })).key;
    keys[`without ${scope}`] = (await made('/api-keys', { name: `not ${scope}`, role: 'owner', scopes: KEY_SCOPES.filter((each) => each !== scope) })).key;
  }
}, 60_000);

describe('the table', () => {
  it('has every route of the document, and no other', () => {
    const described = Object.entries(openApiDocument().paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.slice(API_PREFIX.length)}`),
    );
    expect(described.sort()).toEqual(Object.keys(POLICY).sort());
    expect(ENDPOINTS.map(({ route }) => route).sort()).toEqual(Object.keys(POLICY).sort());
  });

  it('has every path that is mounted, but for those that need no role', () => {
    const mounted = createApi()
      .routes.filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    const unlisted = mounted.filter((route) => !OUTSIDE.has(route) && !Object.hasOwn(POLICY, route.replace(API_PREFIX, '')));
    expect(unlisted).toEqual([]);
  });
});

describe.each(Object.keys(POLICY).filter((route) => ['platform', 'operator'].includes(requirementOf(route as RouteName) as string)) as RouteName[])(
  '%s',
  (route) => {
    it('is for the operator alone', async () => {
      for (const role of ROLES) expect(isDenied(await ask(route, bogus, { key: keys[`acme ${role}`]! }))).toBe(true);
      expect(isDenied(await ask(route, bogus, { key: ADMIN }))).toBe(false);
    });
  },
);

describe.each(Object.keys(POLICY).filter((route) => requirementOf(route as RouteName) === 'signed-in') as RouteName[])('%s', (route) => {
  it('is for whoever is known, of whatever role, and about nobody else', async () => {
    expect((await ask(route, real, { key: null })).status).toBe(401);
    for (const key of [keys.none!, keys['acme viewer']!, keys['globex owner']!]) {
      const answer = await ask(route, real, { key });
      expect(answer.status, told(answer)).toBeLessThan(500);
      expect(answer.status, told(answer)).not.toBe(401);
    }
  });
});

describe.each(rules)('$route', ({ route, least, scope, at }) => {
  it('needs a key', async () => {
    expect((await ask(route, real, { key: null })).status).toBe(401);
  });

  it(`is for ${least} and above, in the company`, async () => {
    for (const role of ROLES) {
      const may = atLeast(role, least);
      const answer = await ask(route, may ? bogus : real, { key: keys[`acme ${role}`]! });
      expect(isDenied(answer), `${role}: ${told(answer)}`).toBe(!may);
      expect(answer.status, `${role}: ${told(answer)}`).toBeLessThan(500);
    }
    const none = await ask(route, real, { key: keys.none! });
    expect([none.status, none.body.code], told(none)).toEqual([403, 'forbidden']);
  });

  it('tells a foreign company nothing and changes nothing', async () => {
    // A topic is a word of whoever says it.
    const namesSomething = route.replace('{topic}', '').includes('{') || queryOf(route, real) !== '';
    for (const role of ROLES) {
      const answer = await ask(route, real, { key: keys[`globex ${role}`]! });
      expect(answer.status, `${role}: ${told(answer)}`).toBeLessThan(500);
      if (namesSomething) expect(answer.status, `${role}: ${told(answer)}`).toBeGreaterThanOrEqual(400);
      // Its own audit log names what it asked for in vain.
      if (answer.status < 400 && !route.startsWith('GET /audit')) expect(JSON.stringify(answer.body), role).not.toMatch(/north|acme/);
    }
    const disguised = await ask(route, real, { key: keys['globex owner']!, headers: { 'x-tenant': 'acme' } });
    expect(isDenied(disguised), told(disguised)).toBe(true);
  });

  it.each([
    ['project', 'south', 'north', 'project'],
    ['organization', 'hollow', 'around north', 'organization'],
  ] as const)('holds in the %s of the role, and nowhere else', async (_, other, same, level) => {
    for (const role of ROLES) {
      const stranger = await ask(route, real, { key: keys[`${other} ${role}`]! });
      expect(stranger.status, `${other} ${role}: ${told(stranger)}`).toBeLessThan(500);
      // A role below is none in the company, nor one in a project in an organization; and where it is too low, that is told.
      if (at === 'company' || !atLeast(role, least)) expect(isDenied(stranger), `${other} ${role}: ${told(stranger)}`).toBe(true);
      else if (at !== 'any' && at !== 'seen') expect(stranger.status, `${other} ${role}: ${told(stranger)}`).toBeGreaterThanOrEqual(400);
      if (stranger.status < 400) expect(JSON.stringify(stranger.body), `${other} ${role}`).not.toContain('north');

      if (at === 'company' || (at === 'organization' && level === 'project') || at === 'any' || isWrite(route)) continue;
      const own = await ask(route, real, { key: keys[`${same} ${role}`]! });
      expect(isDenied(own), `${same} ${role}: ${told(own)}`).toBe(!atLeast(role, least) || NEEDS_COMPANY.has(route));
      if (at === 'seen' && own.status < 400 && !NOTHING_THERE.has(route)) expect(JSON.stringify(own.body), `${same} ${role}`).toContain('north');
      if (Object.hasOwn(UNKNOWN, at) && atLeast(role, least)) expect(own.body.code, `${same} ${role}: ${told(own)}`).not.toBe(UNKNOWN[at]);
    }
  });

  it(scope === null ? 'is for keys of any scope' : `is for keys with the scope ${scope}`, async () => {
    const answer = await ask(route, bogus, { key: keys[`only ${scope ?? 'audit:read'}`]! });
    expect(isDenied(answer), told(answer)).toBe(false);
    if (scope === null) return;
    const without = await ask(route, real, { key: keys[`without ${scope}`]! });
    expect(isDenied(without), told(without)).toBe(true);
    expect(without.body.detail).toContain(scope);
  });
});

/** What the request names here, naming nothing, is the company. */
const NEEDS_COMPANY = new Set<RouteName>(['GET /api-keys', 'GET /invitations']);
/** Lists with nothing in them for a role in a project. */
const NOTHING_THERE = new Set<RouteName>(['GET /organizations', 'GET /executions/bulk', 'GET /executions/live', 'GET /logs/live']);
const UNKNOWN: Partial<Record<At, string>> = {
  workflow: 'unknown_workflow',
  deployment: 'unknown_deployment',
  execution: 'unknown_execution',
  pipeline: 'unknown_pipeline',
  project: 'unknown_project',
  organization: 'unknown_organization',
};

it('has left all as it was', async () => {
  const owner = { key: keys['acme owner']! };
  for (const path of [
    '/workflows/{workflow}',
    '/executions/{execution}',
    '/machines/north-machine/{machine}/instances/{instance}',
    '/projects/{project}',
    '/organizations/{organization}',
    '/api-keys/{key}',
    '/service-accounts/{account}',
    '/deployments/{deployment}',
    '/dlq/pipelines/{pipeline}/{letter}',
  ]) {
    const answer = await call(
      'GET',
      path.replaceAll(/\{(\w+)\}/g, (_, name: string) => real[name]!),
      owner,
    );
    expect(answer.status, `${path}: ${told(answer)}`).toBe(200);
  }
  const invitations = await call('GET', '/invitations', owner);
  expect(invitations.body.items.map(({ id }: { id: string }) => id)).toEqual([real.invitation]);
  const breakpoints = await call('GET', `/pipelines/${real.pipeline}/breakpoints`, owner);
  expect(breakpoints.body.items).toHaveLength(1);
});
