/** A region that was added by the command is one like the others: a home, a residency, and away without harm to them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Started, started } from './started.ts';
import { filesWith } from './stored-files.ts';

const ROOT = join(import.meta.dirname, '../..');
const document = (residency: string) => `
name: notes
pipelines:
  take:
    residency: '${residency}'
    trigger: { type: http, config: { method: POST, path: /notes } }
    steps:
      - { name: answer, type: step.json_response, config: { body: { region: "{{ .meta.region }}", note: "{{ .note }}" } } }
`;

/** Where they live is said for the whole document, and that it leaves for nowhere else. */
const RULED_MARK = 'planted-in-a-ruled-document-5ab0';
const RULED = `
name: ruled
description: ${RULED_MARK}
regions:
  data_residency:
    european: { match: { country: [CH, DE] }, primary_region: eu-west-1, replication: none }
    own: { match: { tenant.region: US }, primary_region: us, replication: none }
pipelines:
  take:
    trigger: { type: http, config: { method: POST, path: /take } }
    steps:
      - { name: answer, type: step.json_response, config: { body: { region: "{{ .meta.region }}", note: "{{ .note }}" } } }
  asks:
    trigger: { type: http, config: { method: POST, path: /asks } }
    steps:
      - { name: call, type: step.workflow_call, config: { workflow: called, input: { text: "without a country" } } }
      - { name: answer, type: step.json_response, config: { body: { region: "{{ .meta.region }}" } } }
  called:
    trigger: { type: manual }
    steps:
      - { name: keep, type: step.set, config: { values: { text: "{{ .text }}" } } }
  strays:
    residency: ap
    trigger: { type: http, config: { method: POST, path: /strays } }
    steps:
      - { name: answer, type: step.json_response, config: { body: { region: "{{ .meta.region }}" } } }
`;

let platform: Started;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'workflow-config-'));
  const config = join(folder, 'wrangler.toml');
  const copy = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8').replaceAll('"./dashboard/dist"', JSON.stringify(join(ROOT, 'dashboard/dist')));
  writeFileSync(config, copy);
  const command = (...args: string[]) =>
    execFileSync(process.execPath, [join(ROOT, 'scripts/local/region.mjs'), ...args, '--config', config], { encoding: 'utf8' });
  expect(command('add', 'ap', '--dry-run')).toContain('REGION_AP');
  expect(readFileSync(config, 'utf8')).toBe(copy);
  expect(command('add', 'ap')).toContain('ap at hint:apac is in wrangler.toml');
  expect(command('add', 'ap')).toContain('Nothing was changed');
  platform = await started({ deployments: [], config });
  expect((await platform.api('POST', '/companies', { name: 'Umbrella', slug: 'umbrella', region: 'ap' })).status).toBe(201);
  for (const [tenant, residency] of [
    ['umbrella', '{{ if hasPrefix "at-home" .note }}ap{{ else }}us{{ end }}'],
    ['acme', '{{ .region }}'],
  ] as const) {
    const deployed = await platform.api('POST', '/workflows?deploy=production', document(residency), { 'x-tenant': tenant });
    expect(deployed.status, deployed.text).toBe(201);
  }
});
afterAll(async () => {
  await platform?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const take = (tenant: string, note: string, region = '') => platform.call('POST', `/in/${tenant}/notes/notes`, { note, region });
const foundIn = (note: string) => ['us', 'eu', 'ap'].filter((region) => filesWith(platform.regions[region]!.dir, note).length > 0);

it('is a home', async () => {
  expect((await platform.call('GET', '/healthz')).body).toMatchObject({ status: 'ok', regions: { us: 'ok', eu: 'ok', ap: 'ok' } });
  expect(await take('umbrella', 'at-home-in-ap-11fe')).toMatchObject({ status: 200, body: { region: 'ap' } });
  expect(foundIn('at-home-in-ap-11fe')).toEqual(['ap']);
});

it('is a residency, from any home', async () => {
  const there = await take('acme', 'lives-in-ap-22fe', 'ap');
  expect(there).toMatchObject({ status: 200, body: { region: 'ap' } });
  expect((await take('acme', 'lives-in-eu-22fe', 'eu')).body.region).toBe('eu');
  expect((await take('umbrella', 'back-to-us-22fe')).body.region).toBe('us');
  expect([foundIn('lives-in-ap-22fe'), foundIn('lives-in-eu-22fe'), foundIn('back-to-us-22fe')]).toEqual([['ap'], ['eu'], ['us']]);
  // Of two other regions the one that has it is asked.
  expect((await platform.api('GET', `/executions/${there.headers.get('x-execution-id')}`)).body).toMatchObject({ status: 'completed' });
});

it('is none for a document whose rules keep it where they say', async () => {
  expect((await platform.api('POST', '/workflows?deploy=production', RULED)).status).toBe(201);
  const takes = async (country: string, note: string) => (await platform.call('POST', '/in/acme/ruled/take', { country, note })).body.region;
  expect([await takes('CH', 'ruled-to-eu-33fe'), await takes('US', 'ruled-to-us-33fe')]).toEqual(['eu', 'us']);
  expect([foundIn('ruled-to-eu-33fe'), foundIn('ruled-to-us-33fe')]).toEqual([['eu'], ['us']]);
  // What it calls and waits for is where it is, whatever the rules would say of that alone.
  expect(await platform.call('POST', '/in/acme/ruled/asks', { country: 'DE' })).toMatchObject({ status: 200, body: { region: 'eu' } });
  // acme has executions in ap, and all else that it has deployed.
  expect((await take('acme', 'lives-in-ap-33fe', 'ap')).body.region).toBe('ap');
  const strays = await platform.call('POST', '/in/acme/ruled/strays', {});
  expect(strays).toMatchObject({ status: 409, body: { code: 'residency_refused' } });
  const { body: regions } = await platform.until(
    () => platform.api('GET', '/tenants/acme/regions'),
    ({ body }) => body.regions.every(({ current }: { current: boolean }) => current),
  );
  expect(regions.regions.map(({ region }: { region: string }) => region)).toEqual(['us', 'ap', 'eu']);
  expect(foundIn(RULED_MARK)).toEqual(['us', 'eu']);
});

it('has to be one of the platform, to be named by a document', async () => {
  const refused = await platform.api('POST', '/workflows', RULED.replace('name: ruled', 'name: lost').replace('eu-west-1', 'sa-east-1'));
  expect(refused).toMatchObject({
    status: 422,
    body: {
      code: 'invalid_definition',
      errors: [{ code: 'unknown_region', path: 'regions.data_residency.european.primary_region', hint: 'Write one of ap, eu, us.' }],
    },
  });
});

it('is cleared of what lives there, so that a company can move to it', async () => {
  const own = { 'x-tenant': 'umbrella' };
  const tenant = (method: string, path: string, body?: unknown) => platform.api(method, `/tenants/umbrella${path}`, body, own);
  const move = () => tenant('POST', '/move', { to: 'us', confirm: 'umbrella' });
  const clear = () => tenant('POST', '/regions/us/clear', { confirm: 'umbrella' });
  // What lives there is known by its row in the index, which comes a moment after the answer.
  await platform.until(
    () => platform.api('GET', '/executions', undefined, own),
    ({ body }) => body.items.some(({ region }: { region: string }) => region === 'us'),
  );
  const full = await move();
  expect(full).toMatchObject({ status: 409, body: { code: 'move_refused' } });
  expect(full.body.hint).toContain('/api/v1/tenants/umbrella/regions/us/clear');
  expect(await clear()).toMatchObject({ status: 409, body: { code: 'region_in_use' } });
  expect((await tenant('PUT', '/regions', { replication: 'none' })).status).toBe(200);
  expect((await tenant('POST', '/regions/eu/clear', { confirm: 'umbrella' })).status).toBe(404);
  expect((await tenant('POST', '/regions/us/clear', { confirm: 'umbrela' })).status).toBe(400);
  expect(await clear()).toMatchObject({ status: 202, body: { region: 'us', status: 'erasing' } });
  expect((await tenant('GET', '/regions')).body.regions).toMatchObject([{ region: 'ap' }, { region: 'us', clearing: { requested_by: expect.any(String) } }]);
  expect(await take('umbrella', 'back-to-us-again')).toMatchObject({ status: 409, body: { code: 'residency_refused' } });
  const { body } = await platform.until(
    () => tenant('GET', '/regions'),
    (answer) => answer.body.regions.length === 1,
    60_000,
  );
  expect(body.home).toBe('ap');
  // SQLite leaves the bytes of removed rows in D1's files until it needs the room.
  expect(filesWith(platform.regions.us.dir, 'back-to-us-22fe').filter((path) => !path.includes('/d1/'))).toEqual([]);
  expect(foundIn('at-home-in-ap-11fe')).toEqual(['ap']);
  expect(await move()).toMatchObject({ status: 202, body: { status: 'closing', to: 'us' } });
  expect((await tenant('DELETE', '/move')).status).toBe(202);
  await platform.until(
    () => tenant('GET', '/move'),
    ({ status }) => status === 404,
    60_000,
  );
}, 120_000);

it('takes only its own with it when it is away', async () => {
  await platform.regions.ap!.kill();
  expect(await take('umbrella', 'at-home')).toMatchObject({ status: 503, body: { code: 'region_unavailable', region: 'ap' } });
  expect((await take('acme', 'n', 'ap')).status).toBe(503);
  expect((await take('acme', 'n', 'us')).status).toBe(200);
  expect((await take('acme', 'n', 'eu')).status).toBe(200);
  expect((await platform.call('GET', '/healthz')).status).toBe(503);
});
