/** Organizations, projects, members, invitations, service accounts and keys over the API, on real bindings. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as contract from '#contracts/api-access';
import type { RegionEnv } from '#workers/env';
import { sha256Hex } from '#workers/identity/digest';
import { acceptInvitation, invitationOf } from '#workers/identity/invitations';
import { storesOf } from '#workers/stores';
import { call, type Options, ORIGIN, type Reply, send } from './api-client';

const region = env as unknown as RegionEnv;
const stores = storesOf(region);
const yaml = { 'content-type': 'application/yaml' };
const document = (name: string) => `name: ${name}
pipelines:
  ${name}-note:
    trigger: { type: manual }
    steps: [{ name: note, type: step.log, config: { message: hello } }]
`;
let company = '';
let count = 0;

/** Each test has a company of its own. */
beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(async () => {
  company = `firm-${++count}`;
  await made('/companies', { name: company, slug: company, region: 'us' });
});

const as = (method: string, path: string, options: Options = {}) => call(method, path, { ...options, headers: { 'x-tenant': company, ...options.headers } });

async function made(path: string, body: unknown, options: Options = {}): Promise<Reply['body']> {
  const answer = await as('POST', path, { body, ...options });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

/** The key of a new service account with a role, in the company or a place. */
async function keyWith(role: string, place: object = {}): Promise<string> {
  const { id } = await made('/service-accounts', { name: `${role} ${JSON.stringify(place)} ${++count}`, role, ...place });
  return (await made('/api-keys', { name: role, service_account: id })).key;
}

/** A person with a role in the company, as accepting an invitation makes one. */
async function person(id: string, role: string): Promise<void> {
  const email = `${id}@example.com`;
  const { url } = await made('/invitations', { email, role });
  const user = { id, email, name: id.slice(4), created_at: 1, verified_at: 1, disabled_at: null, last_sign_in_at: null, second_factor: false };
  await stores.users.create(company, user, null);
  expect(await acceptInvitation(region, company, new URL(url).searchParams.get('token')!, id, Date.now())).not.toBeNull();
}

const codeOf = ({ status, body }: Reply) => [status, body.code];

describe('organizations and projects', () => {
  it('begin with the default ones, which stay', async () => {
    const projects = contract.projectPage.parse((await as('GET', '/projects')).body);
    expect(projects.items).toMatchObject([{ id: 'prj_default', name: 'Default', organization: 'org_default', organization_name: 'Default' }]);
    expect(codeOf(await as('DELETE', '/projects/prj_default'))).toEqual([409, 'not_empty']);
    expect(codeOf(await as('DELETE', '/organizations/org_default'))).toEqual([409, 'not_empty']);
    expect((await as('PUT', '/projects/prj_default', { body: { name: 'Shop' } })).body).toMatchObject({ name: 'Shop' });
  });

  it('are made, renamed, moved and deleted', async () => {
    const retail = contract.organizationSchema.parse(await made('/organizations', { name: 'Retail' }));
    expect(codeOf(await as('POST', '/organizations', { body: { name: 'Retail' } }))).toEqual([409, 'name_taken']);
    const checkout = contract.projectSchema.parse(await made('/projects', { name: 'Checkout', organization: retail.id }));
    expect(codeOf(await as('POST', '/projects', { body: { name: 'Checkout', organization: retail.id } }))).toEqual([409, 'name_taken']);
    expect(codeOf(await as('POST', '/projects', { body: { name: 'x', organization: 'org_none' } }))).toEqual([404, 'unknown_organization']);
    expect(codeOf(await as('DELETE', `/organizations/${retail.id}`))).toEqual([409, 'not_empty']);
    expect((await as('PUT', `/projects/${checkout.id}`, { body: { organization: 'org_default' } })).body).toMatchObject({ organization_name: 'Default' });
    expect((await as('GET', `/projects?organization=${retail.id}`)).body.items).toEqual([]);
    expect((await as('PUT', `/organizations/${retail.id}`, { body: { name: 'Stores' } })).body).toMatchObject({ name: 'Stores' });
    expect((await as('DELETE', `/organizations/${retail.id}`)).status).toBe(204);
    expect((await as('DELETE', `/projects/${checkout.id}`)).status).toBe(204);
    expect(codeOf(await as('GET', `/projects/${checkout.id}`))).toEqual([404, 'unknown_project']);
  });

  it('say what the caller may do there', async () => {
    const { id: organization } = await made('/organizations', { name: 'Retail' });
    const { id: first, your_role } = await made('/projects', { name: 'Checkout', organization });
    const { id: second } = await made('/projects', { name: 'Stock', organization });
    expect(your_role).toBe('owner');
    const rolesOf = async (key: string, path: string) => (await as('GET', path, { key })).body.items.map((one: { your_role: string }) => one.your_role);
    const editor = await keyWith('editor', { organization });
    expect([await rolesOf(editor, '/organizations'), await rolesOf(editor, '/projects')]).toEqual([['editor'], ['editor', 'editor']]);
    const inProject = await keyWith('admin', { project: first });
    expect([await rolesOf(inProject, '/organizations'), await rolesOf(inProject, '/projects')]).toEqual([[], ['admin']]);
    expect(codeOf(await as('GET', `/projects/${second}`, { key: inProject }))).toEqual([404, 'unknown_project']);
  });

  it('a workflow is put in a project, found there, and moved', async () => {
    const { id: project } = await made('/projects', { name: 'Checkout' });
    const { id } = await made(`/workflows?project=${project}&deploy=production`, document('orders'), { headers: yaml });
    await made('/workflows', document('plain'), { headers: yaml });
    const names = async (query: string) => (await as('GET', `/workflows?${query}`)).body.items.map(({ name }: { name: string }) => name);
    expect(await names(`project=${project}`)).toEqual(['orders']);
    expect(await names('project=prj_default')).toEqual(['plain']);
    expect(codeOf(await as('DELETE', `/projects/${project}`))).toEqual([409, 'not_empty']);
    expect(codeOf(await as('PUT', `/workflows/${id}/project`, { body: { project: 'prj_none' } }))).toEqual([404, 'unknown_project']);
    expect((await as('PUT', '/workflows/orders/project', { body: { project: 'prj_default' } })).body).toMatchObject({ id, project: 'prj_default' });
    expect(await names('project=prj_default')).toEqual(['orders', 'plain']);
    expect(codeOf(await as('POST', '/workflows?project=prj_none', { body: document('third'), headers: yaml }))).toEqual([404, 'unknown_project']);
  });
});

describe('a role in one project', () => {
  it('sees, starts and lists what is in it, and nothing else', async () => {
    const { id: project } = await made('/projects', { name: 'Checkout' });
    await made(`/workflows?project=${project}&deploy=production`, document('inside'), { headers: yaml });
    await made('/workflows?deploy=production', document('outside'), { headers: yaml });
    const key = await keyWith('editor', { project });
    const started = await as('POST', '/executions?wait=30s', { key, body: { workflow: 'inside', data: {} } });
    expect(started.status).toBe(200);
    const foreign = await made('/executions?wait=30s', { workflow: 'outside', data: {} });
    expect(codeOf(await as('POST', '/executions', { key, body: { workflow: 'outside', data: {} } }))).toEqual([404, 'unknown_workflow']);
    expect(codeOf(await as('POST', '/executions', { key, body: { pipeline: 'outside-note', data: {} } }))).toEqual([404, 'unknown_pipeline']);
    expect(codeOf(await as('GET', `/executions/${foreign.execution_id}`, { key }))).toEqual([404, 'unknown_execution']);
    expect((await as('GET', `/executions/${started.body.execution_id}`, { key })).status).toBe(200);
    expect((await as('GET', `/executions?q=${foreign.execution_id}`, { key })).body.items).toEqual([]);
    expect((await as('GET', '/executions?workflow=outside', { key })).body.items).toEqual([]);
    expect(codeOf(await as('GET', `/executions/diff?left=${started.body.execution_id}&right=${foreign.execution_id}`, { key }))).toEqual([
      404,
      'unknown_execution',
    ]);
    expect((await as('GET', '/workflows', { key })).body.items).toMatchObject([{ name: 'inside' }]);
    expect((await as('GET', '/deployments', { key })).body.items).toMatchObject([{ workflow: 'inside' }]);
    // The name is taken, and that is all that is told.
    const taken = await as('POST', `/workflows?project=${project}`, { key, body: document('outside'), headers: yaml });
    expect([...codeOf(taken), taken.body.id]).toEqual([409, 'workflow_exists', undefined]);
    expect(codeOf(await as('GET', '/secrets', { key }))).toEqual([403, 'forbidden']);
  });

  it('of another project counts for nothing where an approval is asked for', async () => {
    const { id: north } = await made('/projects', { name: 'North' });
    const { id: south } = await made('/projects', { name: 'South' });
    const approval = `name: trips
pipelines:
  book:
    trigger: { type: manual }
    steps: [{ name: boss, type: step.approval, config: { approvers: [admin] } }]
`;
    await made(`/workflows?project=${north}&deploy=production`, approval, { headers: yaml });
    const { id } = await made('/service-accounts', { name: 'both', role: 'editor', project: north });
    await as('PUT', `/projects/${south}/members/${id}`, { body: { role: 'owner' } });
    const { key } = await made('/api-keys', { name: 'both', service_account: id });
    const { execution_id } = await made('/executions?wait=1s', { workflow: 'trips', data: {} }, { key });
    const path = `/executions/${execution_id}/signals/boss`;
    await expect.poll(async () => (await as('GET', `/executions/${execution_id}`)).body.status).toBe('waiting');
    expect(codeOf(await as('POST', path, { key, body: { decision: 'approve' } }))).toEqual([403, 'not_an_approver']);
    await as('PUT', `/projects/${north}/members/${id}`, { body: { role: 'admin' } });
    expect((await as('POST', path, { key, body: { decision: 'approve' } })).status).toBe(200);
  });

  it('puts what names no project where it may', async () => {
    const { id: project } = await made('/projects', { name: 'Checkout' });
    const { id: second } = await made('/projects', { name: 'Returns' });
    const key = await keyWith('editor', { project });
    expect((await as('POST', '/workflows', { key, body: document('orders'), headers: yaml })).status).toBe(201);
    expect((await as('GET', '/workflows/orders')).body.project).toBe(project);
    expect(codeOf(await as('POST', `/workflows?project=${second}`, { key, body: document('more'), headers: yaml }))).toEqual([404, 'unknown_project']);
  });

  it('of a lower kind is told so, and may not what needs more', async () => {
    const { id: project } = await made('/projects', { name: 'Checkout' });
    await made(`/workflows?project=${project}&deploy=production`, document('inside'), { headers: yaml });
    const key = await keyWith('editor', { project });
    expect(codeOf(await as('PUT', '/workflows/inside/project', { key, body: { project: 'prj_default' } }))).toEqual([403, 'forbidden']);
    expect(codeOf(await as('DELETE', '/workflows/inside', { key }))).toEqual([403, 'forbidden']);
    expect(codeOf(await as('PUT', `/projects/${project}/members/svc_x`, { key, body: { role: 'viewer' } }))).toEqual([403, 'forbidden']);
  });

  it('a role in an organization holds in its projects, those that come later too', async () => {
    const { id: organization } = await made('/organizations', { name: 'Retail' });
    const key = await keyWith('admin', { organization });
    expect((await as('GET', '/projects', { key })).body.items).toEqual([]);
    const answer = await as('POST', '/projects', { key, body: { name: 'Checkout', organization } });
    expect(answer.status).toBe(201);
    expect(codeOf(await as('POST', '/projects', { key, body: { name: 'x' } }))).toEqual([404, 'unknown_organization']);
    expect((await as('GET', '/projects', { key })).body.items).toMatchObject([{ name: 'Checkout', organization_name: 'Retail' }]);
    expect((await as('PUT', `/projects/${answer.body.id}`, { key, body: { name: 'Till' } })).status).toBe(200);
  });

  it('steers with a bulk job what is in it, and sees its own jobs', async () => {
    const { id: project } = await made('/projects', { name: 'Checkout' });
    for (const [name, where] of [
      ['inside', project],
      ['outside', 'prj_default'],
    ]) {
      await made(`/workflows?project=${where}&deploy=production`, document(name!), { headers: yaml });
      await made('/executions?wait=30s', { workflow: name, data: {} });
    }
    const key = await keyWith('editor', { project });
    await expect.poll(async () => (await as('GET', '/executions')).body.items.length).toBe(2);
    const names = async (query: string) => (await as('GET', `/executions?${query}`)).body.items.map(({ workflow }: { workflow: string }) => workflow);
    expect([await names(`project=${project}`), await names('project=prj_default')]).toEqual([['inside'], ['outside']]);
    expect(codeOf(await as('GET', '/executions?project=prj_default', { key }))).toEqual([404, 'unknown_project']);
    expect((await made('/executions/bulk', { action: 'cancel', filter: { project }, preview: true })).total).toBe(1);
    const preview = await as('POST', '/executions/bulk', { key, body: { action: 'replay', filter: { status: 'completed' }, preview: true } });
    expect(preview.body).toMatchObject({ total: 1 });
    const own = await made('/executions/bulk', { action: 'cancel', filter: { status: 'completed' } }, { key });
    const other = await made('/executions/bulk', { action: 'cancel', filter: { status: 'completed' } });
    expect((await as('GET', '/executions/bulk', { key })).body.items.map(({ id }: { id: string }) => id)).toEqual([own.id]);
    expect((await as('GET', `/executions/bulk/${own.id}`, { key })).status).toBe(200);
    expect(codeOf(await as('GET', `/executions/bulk/${other.id}`, { key }))).toEqual([404, 'unknown_job']);
  });

  it('is told what happens in it, live', async () => {
    const { id: project } = await made('/projects', { name: 'Checkout' });
    await made(`/workflows?project=${project}&deploy=production`, document('inside'), { headers: yaml });
    await made('/workflows?deploy=production', document('outside'), { headers: yaml });
    const key = await keyWith('viewer', { project });
    const stream = await send('GET', '/api/v1/executions/live', { key });
    const reader = stream.body!.getReader();
    for (const workflow of ['outside', 'inside']) await made('/executions?wait=30s', { workflow, data: {} });
    let text = '';
    while (!text.includes('execution.completed')) text += new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    expect(text).toContain('"workflow":"inside"');
    expect(text).not.toContain('outside');
  });
});

describe('members', () => {
  it('have roles given, changed and taken, and each change is in the audit log', async () => {
    await person('usr_ada', 'owner');
    await person('usr_bob', 'viewer');
    expect((await as('PUT', '/members/usr_bob', { body: { role: 'admin' } })).body).toMatchObject({ member: 'usr_bob', role: 'admin', level: 'company' });
    const { id: project } = await made('/projects', { name: 'Checkout' });
    await as('PUT', `/projects/${project}/members/usr_bob`, { body: { role: 'owner' } });
    expect(contract.memberPage.parse((await as('GET', '/members/usr_bob')).body).items).toMatchObject([
      { level: 'company', role: 'admin' },
      { level: 'project', role: 'owner', project },
    ]);
    expect((await as('GET', `/projects/${project}/members`)).body.items).toMatchObject([
      { member: 'usr_bob', kind: 'user', name: 'bob', email: 'usr_bob@example.com' },
    ]);
    expect((await as('DELETE', '/members/usr_bob?everywhere=true')).status).toBe(204);
    expect((await as('GET', '/members/usr_bob')).body.items).toEqual([]);
    expect(codeOf(await as('DELETE', '/members/usr_bob'))).toEqual([404, 'unknown_member']);
    const audit = (await as('GET', '/audit?limit=50')).body.items as { action: string; before?: object; after?: object }[];
    expect(audit.find(({ action }) => action === 'PUT /members/{member}')).toMatchObject({ before: { role: 'viewer' }, after: { role: 'admin' } });
    expect(audit.some(({ action }) => action === 'DELETE /members/{member}')).toBe(true);
  });

  it('no role is taken by who has a lower one, wherever it holds', async () => {
    await person('usr_bob', 'viewer');
    const { id: project } = await made('/projects', { name: 'Checkout' });
    await as('PUT', `/projects/${project}/members/usr_bob`, { body: { role: 'owner' } });
    const { key } = await made('/api-keys', { name: 'admin', role: 'admin' });
    expect(codeOf(await as('DELETE', '/members/usr_bob?everywhere=true', { key }))).toEqual([403, 'forbidden']);
    expect((await as('DELETE', '/members/usr_bob', { key })).status).toBe(204);
    expect(codeOf(await as('DELETE', '/members/usr_bob?everywhere=true', { key }))).toEqual([403, 'forbidden']);
    expect((await as('DELETE', '/members/usr_bob?everywhere=true')).status).toBe(204);
  });

  it('the last person who owns the company stays', async () => {
    await person('usr_ada', 'owner');
    expect(codeOf(await as('DELETE', '/members/usr_ada'))).toEqual([409, 'last_owner']);
    expect(codeOf(await as('PUT', '/members/usr_ada', { body: { role: 'admin' } }))).toEqual([409, 'last_owner']);
    expect(codeOf(await as('DELETE', '/members/usr_ada?everywhere=true'))).toEqual([409, 'last_owner']);
    await person('usr_bob', 'owner');
    expect((await as('DELETE', '/members/usr_ada')).status).toBe(204);
  });

  it('nobody gives or takes a role above the own', async () => {
    await person('usr_ada', 'owner');
    await person('usr_bob', 'viewer');
    const { id: project } = await made('/projects', { name: 'Checkout' });
    const admin = await keyWith('admin');
    const inProject = await keyWith('admin', { project });
    const refused: [string, string, string, unknown][] = [
      ['PUT', '/members/usr_bob', admin, { role: 'owner' }],
      ['PUT', '/members/usr_ada', admin, { role: 'viewer' }],
      ['DELETE', '/members/usr_ada', admin, undefined],
      ['POST', '/invitations', admin, { email: 'eve@example.com', role: 'owner' }],
      ['POST', '/api-keys', admin, { name: 'k', role: 'owner' }],
      ['POST', '/service-accounts', admin, { name: 'k', role: 'owner' }],
      ['PUT', `/projects/${project}/members/usr_bob`, inProject, { role: 'owner' }],
      ['POST', '/invitations', inProject, { email: 'eve@example.com', role: 'viewer' }],
      ['POST', '/invitations/bulk', inProject, { emails: ['eve@example.com'], role: 'viewer' }],
      ['POST', '/invitations/bulk', admin, { emails: ['eve@example.com'], role: 'owner' }],
      ['POST', '/api-keys', inProject, { name: 'k', role: 'viewer' }],
      ['PUT', '/members/usr_bob', inProject, { role: 'viewer' }],
    ];
    for (const [method, path, key, body] of refused)
      expect(codeOf(await as(method, path, { key, ...(body ? { body } : {}) })), path).toEqual([403, 'forbidden']);
    expect((await as('PUT', `/projects/${project}/members/usr_bob`, { key: inProject, body: { role: 'admin' } })).status).toBe(200);
    expect((await as('POST', '/api-keys', { key: inProject, body: { name: 'k', role: 'editor', project } })).status).toBe(201);
  });

  it('nobody is a member who was not invited', async () => {
    for (const member of ['usr_nobody', 'svc_nobody', 'nobody', 'key_1', '__proto__']) {
      expect(codeOf(await as('PUT', `/members/${member}`, { body: { role: 'viewer' } }))).toEqual([404, 'unknown_member']);
    }
  });
});

describe('invitations', () => {
  it('are sent by mail, shown once, and worth one role for one person', async () => {
    const { id: project } = await made('/projects', { name: 'Checkout' });
    const invited = contract.invitationMadeSchema.parse(await made('/invitations', { email: 'Ada@Example.com', role: 'editor', project, expires_in: '2d' }));
    expect(invited).toMatchObject({ email: 'ada@example.com', role: 'editor', level: 'project', project, status: 'open', mailed: true });
    const url = new URL(invited.url);
    expect([url.origin, url.pathname, url.searchParams.get('company')]).toEqual([ORIGIN, '/sign-in/invitation', company]);
    const { items } = await stores.mailbox.list(company, { limit: 9 });
    expect(items).toMatchObject([{ to: 'ada@example.com', kind: 'invitation' }]);
    const token = url.searchParams.get('token')!;
    expect(JSON.stringify((await as('GET', '/invitations')).body) + JSON.stringify((await as('GET', '/audit')).body)).not.toContain(token);
    expect(await invitationOf(region, company, token, Date.now())).toMatchObject({ email: 'ada@example.com' });
    expect(await acceptInvitation(region, company, token, 'usr_ada', Date.now())).toMatchObject({ role: 'editor', level: 'project' });
    expect(await acceptInvitation(region, company, token, 'usr_eve', Date.now())).toBeNull();
    expect((await as('GET', '/invitations')).body.items).toEqual([]);
    expect(await stores.members.grantsOf(company, 'usr_ada')).toMatchObject({ projects: { [project]: 'editor' } });
  });

  it('go to several at once, each with an outcome of its own', async () => {
    const { id: project } = await made('/projects', { name: 'Checkout' });
    const emails = [' Ada@Example.com', 'grace@example.com', 'ada@example.com', 'nobody', 'x@example.com\nBcc: eve@example.com'];
    const { items } = contract.invitationListSchema.parse(await made('/invitations/bulk', { emails, role: 'editor', project, expires_in: '2d' }));
    expect(items.map(({ email, outcome }) => [email, outcome])).toEqual([
      ['ada@example.com', 'invited'],
      ['grace@example.com', 'invited'],
      ['nobody', 'no_address'],
      ['x@example.com\nbcc: eve@example.com', 'no_address'],
    ]);
    expect((await stores.mailbox.list(company, { limit: 9 })).items.map(({ to }) => to).sort()).toEqual(['ada@example.com', 'grace@example.com']);
    const tokens = items.flatMap(({ invitation }) => (invitation ? [new URL(invitation.url).searchParams.get('token')!] : []));
    expect(new Set(tokens).size).toBe(2);
    const [entry] = (await as('GET', '/audit?limit=1')).body.items;
    expect(entry).toMatchObject({ action: 'POST /invitations/bulk', after: { emails: ['ada@example.com', 'grace@example.com'], role: 'editor', project } });
    for (const token of tokens) expect(JSON.stringify(entry)).not.toContain(token);
    expect(await acceptInvitation(region, company, tokens[1]!, 'usr_grace', Date.now())).toMatchObject({ email: 'grace@example.com', role: 'editor' });
  });

  it.each<[string, unknown]>([
    ['nobody', []],
    ['more than fifty', Array.from({ length: 51 }, (_, n) => `p${n}@example.com`)],
    ['one address without a list', 'ada@example.com'],
  ])('are refused as a list of %s', async (_, emails) => {
    expect(codeOf(await as('POST', '/invitations/bulk', { body: { emails, role: 'viewer' } }))).toEqual([400, 'invalid_request']);
    expect((await as('GET', '/invitations')).body.items).toEqual([]);
  });

  it('are withdrawn, and run out', async () => {
    const { id, url } = await made('/invitations', { email: 'ada@example.com', role: 'viewer' });
    const token = new URL(url).searchParams.get('token')!;
    expect(await invitationOf(region, company, token, Date.now() + 8 * 86_400_000)).toBeNull();
    expect((await as('DELETE', `/invitations/${id}`)).status).toBe(204);
    expect(codeOf(await as('DELETE', `/invitations/${id}`))).toEqual([404, 'unknown_invitation']);
    expect(await invitationOf(region, company, token, Date.now())).toBeNull();
  });

  it.each<[string, unknown]>([
    ['no address', { email: 'ada', role: 'viewer' }],
    ['a line break in the address', { email: 'ada@example.com\nBcc: eve@example.com', role: 'viewer' }],
    ['no such role', { email: 'ada@example.com', role: 'king' }],
    ['two places', { email: 'ada@example.com', role: 'viewer', project: 'prj_default', organization: 'org_default' }],
    ['for ever', { email: 'ada@example.com', role: 'viewer', expires_in: '1000d' }],
    ['a token of the own choice', { email: 'ada@example.com', role: 'viewer', token: 'x' }],
  ])('are refused with %s', async (_, body) => {
    expect(codeOf(await as('POST', '/invitations', { body }))).toEqual([400, 'invalid_request']);
  });
});

describe('service accounts', () => {
  it('act in their own name with the roles that they have now', async () => {
    const { id } = await made('/service-accounts', { name: 'deployer', role: 'viewer' });
    expect(codeOf(await as('POST', '/service-accounts', { body: { name: 'deployer' } }))).toEqual([409, 'name_taken']);
    const { key } = await made('/api-keys', { name: 'first', service_account: id });
    expect(codeOf(await as('POST', '/workflows', { key, body: document('orders'), headers: yaml }))).toEqual([403, 'forbidden']);
    await as('PUT', `/members/${id}`, { body: { role: 'editor' } });
    expect((await as('POST', '/workflows', { key, body: document('orders'), headers: yaml })).status).toBe(201);
    expect((await as('GET', '/workflows/orders/versions', { key })).body.items[0].created_by).toBe(`service:${id}`);
    const detail = contract.serviceAccountDetail.parse((await as('GET', `/service-accounts/${id}`)).body);
    expect(detail.roles).toMatchObject([{ role: 'editor', level: 'company', name: 'deployer' }]);
    expect((await as('DELETE', `/service-accounts/${id}`)).status).toBe(204);
    expect((await as('GET', '/workflows', { key })).status).toBe(401);
    expect((await as('GET', '/members')).body.items).toEqual([]);
  });
});

describe('API keys', () => {
  it('are limited to scopes, and hand on no others', async () => {
    const { key } = contract.apiKeyCreatedSchema.parse(await made('/api-keys', { name: 'ci', role: 'admin', scopes: ['api-keys:write', 'workflows:write'] }));
    expect(codeOf(await as('GET', '/workflows', { key }))).toEqual([403, 'forbidden']);
    expect((await as('POST', '/workflows', { key, body: document('orders'), headers: yaml })).status).toBe(201);
    expect(codeOf(await as('POST', '/workflows?deploy=production', { key, body: document('second'), headers: yaml }))).toEqual([403, 'forbidden']);
    expect(codeOf(await as('PUT', '/workflows/orders?deploy=production', { key, body: document('orders'), headers: yaml }))).toEqual([403, 'forbidden']);
    expect((await as('POST', '/api-keys', { key, body: { name: 'k', role: 'viewer', scopes: ['workflows:write'] } })).status).toBe(201);
    for (const more of [{}, { scopes: ['secrets:write'] }, { scopes: ['workflows:write', 'audit:read'] }]) {
      expect(codeOf(await as('POST', '/api-keys', { key, body: { name: 'k', role: 'viewer', ...more } }))).toEqual([403, 'forbidden']);
    }
    const { id: whole } = await made('/api-keys', { name: 'whole', role: 'viewer' });
    expect(codeOf(await as('POST', `/api-keys/${whole}/rotate`, { key, body: {} }))).toEqual([403, 'forbidden']);
  });

  it('run out', async () => {
    const { key, id } = await made('/api-keys', { name: 'ci', role: 'viewer', expires_in: '1d' });
    expect((await as('GET', '/workflows', { key })).status).toBe(200);
    const hash = await sha256Hex(`wfk_${company}_${'B'.repeat(32)}`);
    await stores.apiKeys.create({ id: 'key_old', tenant: company, role: 'viewer', name: 'old', prefix: 'wfk_', created_at: 1, expires_at: 2 }, hash);
    const expired = await as('GET', '/workflows', { key: `wfk_${company}_${'B'.repeat(32)}` });
    expect([...codeOf(expired), expired.body.detail]).toEqual([401, 'unauthenticated', expect.stringContaining('expired')]);
    const statuses = Object.fromEntries((await as('GET', '/api-keys')).body.items.map((each: { id: string; status: string }) => [each.id, each.status]));
    expect(statuses).toMatchObject({ [id]: 'active', key_old: 'expired' });
  });

  it('are rotated with an overlap, once', async () => {
    const old = await made('/api-keys', { name: 'ci', role: 'editor', scopes: ['workflows:read'], expires_in: '90d' });
    const next = contract.apiKeyCreatedSchema.parse(await made(`/api-keys/${old.id}/rotate`, { overlap: '2h' }));
    expect(next).toMatchObject({ name: 'ci', role: 'editor', scopes: ['workflows:read'] });
    expect(Date.parse(next.expires_at!) - Date.parse(next.created_at)).toBe(90 * 86_400_000);
    for (const { key } of [old, next]) expect((await as('GET', '/workflows', { key })).status).toBe(200);
    const before = (await as('GET', `/api-keys/${old.id}`)).body;
    expect(before).toMatchObject({ replaced_by: next.id });
    expect(Date.parse(before.expires_at) - Date.parse(next.created_at)).toBe(2 * 3_600_000);
    expect(codeOf(await as('POST', `/api-keys/${old.id}/rotate`, { body: {} }))).toEqual([409, 'key_replaced']);
    expect(codeOf(await as('POST', '/api-keys/key_none/rotate', { body: {} }))).toEqual([404, 'not_found']);
  });

  it('tell when they were last used, written beside the request and seldom', async () => {
    const { key, id } = await made('/api-keys', { name: 'ci', role: 'viewer' });
    expect((await as('GET', `/api-keys/${id}`)).body.last_used_at).toBeUndefined();
    await as('GET', '/workflows', { key });
    const first = (await as('GET', `/api-keys/${id}`)).body.last_used_at;
    expect(Date.parse(first)).toBeGreaterThan(0);
    await as('GET', '/workflows', { key });
    expect((await as('GET', `/api-keys/${id}`)).body.last_used_at).toBe(first);
  });

  it('of a project hold there alone, and end with it', async () => {
    const { id: project } = await made('/projects', { name: 'Checkout' });
    const { key } = await made('/api-keys', { name: 'ci', role: 'admin', project });
    expect((await as('GET', '/projects', { key })).body.items).toMatchObject([{ id: project }]);
    expect((await as('GET', `/api-keys?project=${project}`, { key })).body.items).toHaveLength(1);
    expect(codeOf(await as('GET', '/api-keys', { key }))).toEqual([403, 'forbidden']);
    expect((await as('DELETE', `/projects/${project}`)).status).toBe(204);
    expect((await as('GET', '/projects', { key })).status).toBe(401);
  });

  it('with a role in an organization hold in its projects, those that come later too, and end with it', async () => {
    const { id: organization } = await made('/organizations', { name: 'Retail' });
    const first = contract.apiKeyCreatedSchema.parse(await made('/api-keys', { name: 'retail', role: 'admin', organization }));
    expect(first).toMatchObject({ role: 'admin', organization });
    const { id: project } = await made('/projects', { name: 'Checkout', organization }, { key: first.key });
    await made(`/workflows?project=${project}`, document('inside'), { key: first.key, headers: yaml });
    await made('/workflows', document('outside'), { headers: yaml });
    const seen = async (key: string) => (await as('GET', '/workflows', { key })).body.items.map(({ name }: { name: string }) => name);
    expect(await seen(first.key)).toEqual(['inside']);
    expect(codeOf(await as('GET', '/workflows/outside', { key: first.key }))).toEqual([404, 'unknown_workflow']);
    expect(codeOf(await as('GET', '/secrets', { key: first.key }))).toEqual([403, 'forbidden']);

    // It makes keys where it holds, no higher than itself, and sees those alone.
    const own = (more: object) => as('POST', '/api-keys', { key: first.key, body: { name: 'k', role: 'editor', ...more } });
    expect([(await own({ organization })).status, (await own({ project })).status]).toEqual([201, 201]);
    expect(codeOf(await own({ organization, role: 'owner' }))).toEqual([403, 'forbidden']);
    expect(codeOf(await own({}))).toEqual([403, 'forbidden']);
    expect(codeOf(await own({ organization: 'org_default' }))).toEqual([404, 'unknown_organization']);
    expect((await as('GET', `/api-keys?organization=${organization}`, { key: first.key })).body.items).toHaveLength(2);
    expect(codeOf(await as('GET', '/api-keys', { key: first.key }))).toEqual([403, 'forbidden']);

    const next = await made(`/api-keys/${first.id}/rotate`, {});
    expect([next.organization, await seen(next.key)]).toEqual([organization, ['inside']]);
    // What was in it goes elsewhere, and the organization goes.
    await as('PUT', `/projects/${project}`, { body: { organization: 'org_default' } });
    expect(await seen(next.key)).toEqual([]);
    expect((await as('DELETE', `/organizations/${organization}`)).status).toBe(204);
    for (const key of [first.key, next.key]) expect((await as('GET', '/workflows', { key })).status).toBe(401);
  });

  it('an admin makes no key of an account that is more than an admin', async () => {
    const { id } = await made('/service-accounts', { name: 'boss', role: 'owner' });
    const { id: inProject } = await made('/service-accounts', { name: 'project boss', role: 'owner', project: 'prj_default' });
    const admin = await keyWith('admin');
    for (const account of [id, inProject]) {
      expect(codeOf(await as('POST', '/api-keys', { key: admin, body: { name: 'k', service_account: account } }))).toEqual([403, 'forbidden']);
      expect(codeOf(await as('DELETE', `/service-accounts/${account}`, { key: admin }))).toEqual([403, 'forbidden']);
    }
    const { id: key } = await made('/api-keys', { name: 'k', service_account: id });
    expect(codeOf(await as('POST', `/api-keys/${key}/rotate`, { key: admin, body: {} }))).toEqual([403, 'forbidden']);
  });

  it.each<[string, unknown]>([
    ['neither role nor account', { name: 'k' }],
    ['both', { name: 'k', role: 'viewer', service_account: 'svc_1' }],
    ['an unknown scope', { name: 'k', role: 'viewer', scopes: ['all'] }],
    ['a scope twice', { name: 'k', role: 'viewer', scopes: ['audit:read', 'audit:read'] }],
    ['no scope at all', { name: 'k', role: 'viewer', scopes: [] }],
    ['an expiry that is no duration', { name: 'k', role: 'viewer', expires_in: 'soon' }],
    ['a hash of the own choice', { name: 'k', role: 'viewer', hash: 'x' }],
    ['an account and a project', { name: 'k', service_account: 'svc_1', project: 'prj_default' }],
    ['an account and an organization', { name: 'k', service_account: 'svc_1', organization: 'org_default' }],
    ['an organization and a project', { name: 'k', role: 'viewer', organization: 'org_default', project: 'prj_default' }],
  ])('are refused with %s', async (_, body) => {
    expect(codeOf(await as('POST', '/api-keys', { body }))).toEqual([400, 'invalid_request']);
  });
});
