/** All rows of a tenant, whatever table they are in. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, expect, it } from 'vitest';
import { TenantRows } from '#storage/tenant-rows';
import { call } from './api-client';

const rows = new TenantRows(env.DB);

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  for (const slug of ['acme', 'globex']) {
    expect((await call('POST', '/companies', { body: { name: slug, slug, region: 'us' } })).status).toBe(201);
    const yaml = 'name: a\npipelines:\n  p:\n    trigger: { type: manual }\n    steps:\n      - { name: s, type: step.set, config: { values: { v: 1 } } }\n';
    const made = await call('POST', '/workflows?deploy=production', { headers: { 'x-tenant': slug, 'content-type': 'application/yaml' }, body: yaml });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
  }
});

async function counts(tenant: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of await rows.tables()) {
    const count = await rows.count(table, tenant);
    if (count > 0) found[table.table] = count;
  }
  return found;
}

it('knows whose the rows of every table are, and removes those of one tenant', async () => {
  const before = await counts('globex');
  expect(await counts('acme')).toEqual(before);
  expect(before).toMatchObject({ workflows: 1, workflow_versions: 1, deployments: 1, active_deployments: 1 });
  for (const table of await rows.tables()) await rows.remove(table, 'acme');
  expect(await counts('acme')).toEqual({});
  expect(await counts('globex')).toEqual(before);
});

it('refuses to go on where it is not known', async () => {
  await env.DB.prepare('CREATE TABLE stray (id TEXT PRIMARY KEY)').run();
  await expect(rows.tables()).rejects.toThrow('whose are the rows of stray?');
  await env.DB.prepare('DROP TABLE stray').run();
});

it('takes rows off the lists of objects, by their whole key', async () => {
  const note = (tenant: string, name: string) => env.DB.prepare('INSERT INTO named_objects VALUES (?, ?, ?)').bind(tenant, 'ACTOR', name);
  await env.DB.batch([note('acme', 'a'), note('acme', 'b'), note('globex', 'a')]);
  await rows.unlist('named_objects', ['kind', 'name'], 'acme', [['ACTOR', 'a']]);
  const { results } = await env.DB.prepare("SELECT tenant, name FROM named_objects WHERE kind = 'ACTOR' ORDER BY tenant, name").all();
  expect(results).toEqual([
    { tenant: 'acme', name: 'b' },
    { tenant: 'globex', name: 'a' },
  ]);
});
