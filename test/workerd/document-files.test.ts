/** Files of a document over its versions: they stay where nothing is said of them, and go where that is said. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { call } from './api-client';

const document = (more = '') => `name: site
modules:
  - { name: pages, type: static.fileserver, config: { root: ./public } }
${more}`;
const FILES = { 'public/index.html': '<h1>One</h1>', 'public/style.css': 'h1 { color: red }', 'notes.txt': 'not named' };
let id: string;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
  id = (await call('POST', '/workflows', { body: { config: document(), files: FILES } })).body.id;
});

async function put(body: unknown, headers?: Record<string, string>): Promise<{ files: string[]; warnings: string[] }> {
  const stored = await call('PUT', `/workflows/${id}`, { body, ...(headers ? { headers } : {}) });
  expect(stored.status, JSON.stringify(stored.body)).toBe(200);
  const { body: version } = await call('GET', `/workflows/${id}/versions/${stored.body.version}`);
  return { files: Object.keys(version.definition.files ?? {}).sort(), warnings: stored.body.diagnostics.map(({ code }: { code: string }) => code) };
}

describe('the next version', () => {
  it('of a text alone keeps the files that it still names', async () => {
    expect(await put(document('# as YAML\n'), { 'content-type': 'application/yaml' })).toEqual({
      files: ['public/index.html', 'public/style.css'],
      warnings: [],
    });
    expect((await put({ config: document('# as JSON\n') })).files).toEqual(['public/index.html', 'public/style.css']);
  });
  it('takes one more file, another in the place of one, and leaves one out', async () => {
    const files = { 'public/index.html': null, 'public/about.html': { base64: btoa('<h1>About</h1>') }, 'public/style.css': 'h1 { color: blue }' };
    const before = (await call('GET', `/workflows/${id}`)).body.version;
    expect((await put({ config: document(), files, keep_files: true })).files).toEqual(['public/about.html', 'public/style.css']);
    const hash = async (version: number) => (await call('GET', `/workflows/${id}/versions/${version}`)).body.definition.files['public/style.css'].sha256;
    expect(await hash(before + 1)).not.toBe(await hash(before));
  });
  it('has the files that are sent, and no others, where that is all that is said', async () => {
    expect((await put({ config: document(), files: { 'public/index.html': '<h1>Two</h1>' } })).files).toEqual(['public/index.html']);
    expect(await put({ config: document('# none\n'), files: {} })).toEqual({ files: [], warnings: ['missing_file'] });
  });
});

it('has no version before, where it is the first', async () => {
  const made = await call('POST', '/workflows', { body: { name: 'other', config: document(), keep_files: true } });
  expect([made.status, made.body.code]).toEqual([400, 'invalid_request']);
  expect((await call('GET', '/workflows/other')).status).toBe(404);
});

it('of another company are nobody else’s', async () => {
  await call('POST', '/companies', { body: { name: 'globex', slug: 'globex', region: 'us' } });
  const key = (await call('POST', '/api-keys', { body: { tenant: 'globex', role: 'admin', name: 'k' } })).body.key;
  for (const path of [`/workflows/validate?workflow=${id}`, '/workflows/validate?workflow=site']) {
    expect((await call('POST', path, { body: document(), headers: { 'content-type': 'application/yaml' }, key })).body.code).toBe('unknown_workflow');
  }
});
