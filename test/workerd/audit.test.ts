/** Who changed what, as the API writes it down and gives it back. */
import { beforeAll, describe, expect, it } from 'vitest';
import { chainHash } from '#storage/audit-log';
import { call, ORIGIN, send } from './api-client';
import { twoCompanies } from './companies';

const DOCUMENT = `name: audited
pipelines:
  p:
    trigger: { type: manual }
    steps: [{ name: x, type: step.set, config: { values: { a: 1 } } }]
`;
const yaml = { 'content-type': 'application/yaml' };
const keys: Record<string, string> = {};

beforeAll(async () => {
  await twoCompanies();
  for (const [tenant, role] of [
    ['acme', 'owner'],
    ['acme', 'viewer'],
    ['globex', 'owner'],
  ] as const) {
    keys[`${tenant} ${role}`] = (await call('POST', '/api-keys', { body: { tenant, role, name: role }, headers: { 'x-tenant': tenant } })).body.key;
  }
});

const owner = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  call(method, path, { key: keys['acme owner'], body, headers });
const entries = async (query = '') => (await owner('GET', `/audit?limit=200${query}`)).body.items as Record<string, unknown>[];

describe('the audit log', () => {
  it('has every change with who, to what, before and after', async () => {
    const { id } = (await owner('POST', '/workflows?deploy=production', DOCUMENT, yaml)).body;
    await owner('PUT', `/workflows/${id}`, DOCUMENT.replace('a: 1', 'a: 2'), { ...yaml, 'x-request-id': 'req-of-the-test' });
    await owner('PUT', '/secrets/K', { value: 'never-in-the-audit-51f0' });
    await owner('PUT', '/secrets/K', { value: 'never-in-the-audit-51f0', environment: 'staging' });
    await owner('DELETE', '/secrets/K');
    const found = await entries();
    expect(found.slice(0, 5).map((entry) => [entry.action, entry.target, entry.before, entry.after])).toEqual([
      ['DELETE /secrets/{name}', 'secrets/K', { environment: '' }, undefined],
      ['PUT /secrets/{name}', 'secrets/K', { version: 0 }, { environment: 'staging', version: 1 }],
      ['PUT /secrets/{name}', 'secrets/K', { version: 0 }, { environment: '', version: 1 }],
      ['PUT /workflows/{workflow}', `workflows/${id}`, { version: 1 }, expect.objectContaining({ name: 'audited', version: 2 })],
      ['POST /workflows', `workflows/${id}`, undefined, expect.objectContaining({ name: 'audited', version: 1, deployed: 'production' })],
    ]);
    expect(found.slice(1, 5).map(({ summary }) => summary)).toEqual([
      'Set a secret',
      'Set a secret',
      'Store the next version of a workflow',
      'Store a new workflow',
    ]);
    expect(found[3]).toMatchObject({ request_id: 'req-of-the-test', role: 'owner', status: 200, actor: expect.stringMatching(/^key:key_/) });
    expect(JSON.stringify(found)).not.toContain('never-in-the-audit');
    expect((await entries(`&target=workflows/${id}`)).length).toBe(2);
  });

  it('is asked for what somebody did by their address', async () => {
    const { url } = (await owner('POST', '/invitations', { email: 'ada@example.com', role: 'viewer' })).body;
    const body = { company: 'acme', token: new URL(url).searchParams.get('token'), name: 'Ada', password: 'plenty of horses in here' };
    const { user } = (await call('POST', '/auth/invitation', { key: null, headers: { origin: ORIGIN }, body })).body;
    const found = await entries('&actor=Ada@example.com');
    expect(found.map(({ action }) => action)).toEqual(['sign-in', 'accept-invitation']);
    expect(new Set(found.map(({ actor }) => actor))).toEqual(new Set([`user:${user.id}`]));
    expect(await entries('&actor=nobody@example.com')).toEqual([]);
  });

  it('has what was forbidden, and neither reading, nor mistakes, nor starts', async () => {
    const before = (await entries()).length;
    await call('PUT', '/secrets/K', { key: keys['acme viewer'], body: { value: 'x' } });
    await owner('GET', '/secrets');
    await owner('PUT', '/secrets/not-a-name', { value: 'x' });
    await owner('POST', '/workflows/validate', DOCUMENT, yaml);
    await owner('POST', '/executions?wait=30s', { workflow: 'audited', pipeline: 'p', data: {} });
    const after = await entries();
    expect(after.length - before).toBe(1);
    expect(after[0]).toMatchObject({ action: 'PUT /secrets/{name}', target: 'secrets/K', status: 403, role: 'viewer' });
  });

  it('is a chain that anybody can check', async () => {
    const verdict = (await owner('GET', '/audit/verify')).body;
    expect(verdict).toMatchObject({ valid: true, entries: (await entries()).length });
    const reply = await send('GET', '/api/v1/audit/export', { key: keys['acme owner'] });
    expect(reply.headers.get('content-type')).toContain('jsonl');
    const text = new TextDecoder().decode(await reply.arrayBuffer());
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    let head = '0'.repeat(64);
    for (const { prev, hash, ...told } of lines) {
      expect([prev, chainHash(prev, JSON.stringify(told))]).toEqual([head, hash]);
      head = hash;
    }
    expect(head).toBe(verdict.head);
  });

  it("is the tenant's own, for admins", async () => {
    const theirs = (await call('GET', '/audit', { key: keys['globex owner'] })).body.items as Record<string, unknown>[];
    expect(theirs.map((entry) => entry.target)).not.toContain('secrets/K');
    for (const path of ['/audit', '/audit/verify', '/audit/export'])
      expect((await call('GET', path, { key: keys['acme viewer'] })).body.code).toBe('forbidden');
    expect((await owner('GET', '/audit?cursor=nonsense')).body.code).toBe('invalid_cursor');
    expect((await owner('GET', '/audit?who=me')).body.code).toBe('unknown_query_key');
  });
});
