/** Two companies: acme, which is attacked and has something of everything, and globex, whose owner is up to no good. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { COMPANY } from '#contracts/access';
import type { RegionEnv } from '#workers/env';
import { beginApiSession, beginBrowserSession } from '#workers/identity/user-sessions';
import { storesOf } from '#workers/stores';
import { call, ORIGIN } from '../api-client';

export const region = env as unknown as RegionEnv;

/** What a stranger does. All but `path` may be absent; an object as body is sent as JSON. */
export interface Hostile {
  what: string;
  method?: string;
  path: string;
  /** Sent as a Bearer. */
  key?: string;
  headers?: Record<string, string>;
  body?: unknown;
  bindings?: Partial<RegionEnv>;
  /** The refusal: a status and, where it matters, its code. */
  refused: number | readonly number[];
  code?: string;
  /** Part of the reason: for a refusal that would look the same if the request had gone through and failed. */
  reason?: string;
  /** The refusal stands in the audit log of who was refused. */
  audited?: true;
}

export interface World {
  /** Ids of what acme has, by the names that the paths of routes give them. */
  ids: Record<string, string>;
  /** The same of globex, as far as requests need it. */
  own: { workflow: string; project: string; organization: string; account: string; execution: string };
  keys: Record<'acmeOwner' | 'acmeAdmin' | 'acmeEditor' | 'acmeViewer' | 'acmeReader' | 'globexOwner' | 'expired' | 'deleted', string>;
  /** Id of the owner's key of acme. */
  keyId: string;
  /** The owners in person: the token of a program, and the cookie of a browser. */
  acme: { id: string; token: string; cookie: string };
  globex: { id: string; token: string; cookie: string };
}

/** Stands in whatever of acme must be seen by nobody else. */
export const PLANTED = 'planted-in-acme';

const document = `name: orders
pipelines:
  pay:
    trigger: { type: manual }
    steps:
      - { name: note, type: step.log, config: { message: "${PLANTED}" } }
`;

async function made(path: string, body: unknown, key?: string) {
  const headers: Record<string, string> = typeof body === 'string' ? { 'content-type': 'application/yaml' } : {};
  const answer = await call('POST', path, { body, headers, ...(key ? { key } : {}) });
  expect(answer.status, `${path}: ${JSON.stringify(answer.body).slice(0, 300)}`).toBeLessThan(300);
  return answer.body;
}

async function owner(tenant: string, id: string) {
  const { users, members } = storesOf(region);
  const email = `${id}@${PLANTED}.example`;
  const user = { id, email, name: id, created_at: 1, verified_at: 1, disabled_at: null, last_sign_in_at: null, second_factor: false };
  await users.create(tenant, user, null);
  await members.put(tenant, { ...COMPANY, subject: id, role: 'owner', created_at: 1, created_by: 'admin' });
  const beginning = { tenant, user: id, method: 'password', now: Date.now() };
  const { access_token } = await beginApiSession(region, new Request(ORIGIN), beginning);
  return { id, token: access_token, cookie: await beginBrowserSession(region, new Request(ORIGIN), beginning) };
}

export async function makeWorld(): Promise<World> {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  for (const slug of ['acme', 'globex']) await made('/companies', { name: slug, slug, region: 'us' });
  const key = async (name: string, tenant: string, role: string, more = {}) => made('/api-keys', { name, tenant, role, ...more });
  const acmeOwner = await key('owner', 'acme', 'owner');
  const globexOwner = (await key('owner', 'globex', 'owner')).key;
  const keys = {
    acmeOwner: acmeOwner.key,
    acmeAdmin: (await key('admin', 'acme', 'admin')).key,
    acmeEditor: (await key('editor', 'acme', 'editor')).key,
    acmeViewer: (await key('viewer', 'acme', 'viewer')).key,
    acmeReader: (await key('reader', 'acme', 'owner', { scopes: ['api-keys:write', 'executions:read'] })).key,
    globexOwner,
    expired: (await key('expired', 'acme', 'owner', { expires_in: '1d' })).key,
    deleted: '',
  };
  await env.DB.prepare(`UPDATE api_keys SET expires_at = 1 WHERE name = 'expired'`).run();
  const gone = await key('deleted', 'acme', 'owner');
  keys.deleted = gone.key;
  expect((await call('DELETE', `/api-keys/${gone.id}`)).status).toBe(204);

  const acme = await owner('acme', 'usr_ada');
  const globex = await owner('globex', 'usr_mallory');
  const organization = (await made('/organizations', { name: PLANTED })).id;
  const project = (await made('/projects', { name: PLANTED, organization })).id;
  const account = (await made('/service-accounts', { name: PLANTED, role: 'viewer', project })).id;
  const invitation = (await made('/invitations', { email: `guest@${PLANTED}.example`, role: 'viewer', project })).id;
  await made('/secrets', { name: 'STRIPE_KEY', value: `${PLANTED}-value` });
  const { id: workflow } = await made(`/workflows?deploy=production&project=${project}`, document);
  const { execution_id: execution } = await made('/executions?wait=30s', { workflow: 'orders', pipeline: 'pay', data: { note: PLANTED } });
  const [deployment] = (await call('GET', `/deployments?workflow=${workflow}`)).body.items;
  const [session] = (await call('GET', '/auth/sessions', { key: acme.token })).body.items;

  const other = { key: globexOwner };
  const ownOrganization = (await made('/organizations', { name: 'own' }, globexOwner)).id;
  const ownProject = (await made('/projects', { name: 'own' }, globexOwner)).id;
  const ownWorkflow = (await made('/workflows?deploy=production', document.replace(PLANTED, 'own').replace('name: orders', 'name: own-orders'), globexOwner))
    .id;
  const own = {
    workflow: ownWorkflow,
    project: ownProject,
    organization: ownOrganization,
    account: (await made('/service-accounts', { name: 'own' }, globexOwner)).id,
    execution: (await call('POST', '/executions?wait=30s', { ...other, body: { workflow: ownWorkflow, pipeline: 'pay', data: {} } })).body.execution_id,
  };
  const ids = {
    workflow,
    version: '1',
    deployment: deployment.id,
    execution,
    letter: execution,
    pipeline: 'orders.pay',
    step: 'note',
    signal: 'paid',
    sha256: '0'.repeat(64),
    job: 'job_0_mabcdefg',
    breakpoint: 'bp_0',
    idempotency_key: `${execution}:note`,
    machine: 'order',
    instance: 'o-1',
    schedule: 'nightly',
    name: 'STRIPE_KEY',
    key: acmeOwner.id,
    organization,
    project,
    member: acme.id,
    user: acme.id,
    invitation,
    account,
    tenant: 'acme',
    session: session.id,
    provider: 'idp_0',
    mail: 'mail_0',
  };
  return { ids, own, keys, keyId: acmeOwner.id, acme, globex };
}
