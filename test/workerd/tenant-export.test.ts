/** All data of a tenant as one archive: written from the real stores, whatever fails meanwhile, and read again. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CarriableRpc } from '#contracts/moving';
import { KEPT_MS, MAX_TRIES } from '#objects/tenant-exporter';
import { PART } from '#objects/tenant-exporter/pending-bytes';
import type { ExporterPorts } from '#objects/tenant-exporter/ports';
import { readExport } from '#portable/read';
import { verifyExport } from '#portable/verify';
import type { RegionEnv } from '#workers/env';
import { eraserPorts } from '#workers/erasure/ports';
import { ADMIN, call, send } from './api-client';
import { twoCompanies } from './companies';
import { ring } from './settle';

const YAML = `name: orders
pipelines:
  order:
    trigger: { type: manual }
    steps:
      - { name: words, type: step.set, config: { values: { text: "{{ .quantity }} pieces" } } }
`;
const PATH = '/tenants/acme/export';
const VALUE = 'a-planted-secret-value';

let executionId: string;
let ownerKey: string;
let viewerKey: string;

const exporter = () => env.TENANT_EXPORTER.getByName('acme') as unknown as DurableObjectStub;
const begin = async () => {
  const reply = await call('POST', PATH, { key: ownerKey });
  expect(reply.status, JSON.stringify(reply.body)).toBe(202);
  return reply.body;
};
/** Goes on as its alarm would, until it is complete. */
async function finish() {
  for (let turns = 0; turns < 50; turns++) {
    const { body } = await call('GET', PATH, { key: ownerKey });
    if (body.status === 'completed') return body;
    await ring(exporter());
  }
  throw new Error('it does not end');
}
async function archive(): Promise<Map<string, Uint8Array>> {
  const response = await send('GET', `/api/v1${PATH}/download`, { key: ownerKey });
  expect(response.status).toBe(200);
  return entriesOf(new Uint8Array(await response.arrayBuffer()));
}
function entriesOf(bytes: Uint8Array): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  const text = (at: number, length: number) => new TextDecoder().decode(bytes.subarray(at, at + length)).replace(/\0.*$/s, '');
  for (let at = 0; bytes[at] !== 0; ) {
    const [name, size, prefix] = [text(at, 100), Number.parseInt(text(at + 124, 12), 8), text(at + 345, 155)];
    const full = prefix === '' ? name : `${prefix}/${name}`;
    expect(found.has(full), full).toBe(false);
    found.set(full, bytes.slice(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}
const textOf = (entries: Map<string, Uint8Array>, name: string) => new TextDecoder().decode(entries.get(name));
const rowsOf = (entries: Map<string, Uint8Array>, name: string) =>
  textOf(entries, name)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

beforeAll(async () => {
  await twoCompanies();
  const key = async (role: string) => {
    const made = await call('POST', '/api-keys', { headers: { 'x-tenant': 'acme' }, body: { name: role, role } });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    return made.body.key as string;
  };
  ownerKey = await key('owner');
  viewerKey = await key('admin');
  await call('POST', '/workflows?deploy=production', { key: ownerKey, body: YAML, headers: { 'content-type': 'application/yaml' } });
  expect((await call('POST', '/secrets', { key: ownerKey, body: { name: 'STRIPE', value: VALUE } })).status).toBeLessThan(300);
  const started = await call('POST', '/executions?wait=30s', { key: ownerKey, body: { workflow: 'orders', pipeline: 'order', data: { quantity: 3 } } });
  executionId = started.body.execution_id;
  // Its line of the list, which the queue may bring later.
  const { body: execution } = await call('GET', `/executions/${executionId}`, { key: ownerKey });
  expect(execution.started_at).toMatch(/^\d{4}-/);
  await env.DB.prepare(
    "INSERT OR IGNORE INTO executions (tenant, started_at, execution_id, seq, workflow, workflow_id, version, environment, pipeline, status, trigger_type) VALUES ('acme', ?, ?, 1, 'orders', 'w', 1, 'production', 'order', 'completed', 'manual')",
  )
    .bind(Date.parse(execution.started_at), executionId)
    .run();
  await env.DB.prepare(
    "INSERT INTO users (tenant, id, email, name, password_hash, created_at) VALUES ('acme', 'usr_a', 'a@acme.test', 'A', 'planted-hash', 1)",
  ).run();
  await env.STORE.put('artifacts/acme/large', new Uint8Array(2 * PART + 12_345).fill(7));
  await env.STORE.put('artifacts/acme/empty', '');
  await env.STORE.put('artifacts/globex/other', 'of globex');
});

describe('the archive', () => {
  it('holds every store, executions that verify, and nothing that opens something', async () => {
    expect(await begin()).toMatchObject({ status: 'writing', region: 'us' });
    expect((await call('GET', `${PATH}/download`, { key: ownerKey })).body.code).toBe('export_unfinished');
    const done = await finish();
    const entries = await archive();
    const names = [...entries.keys()];
    expect(names.at(-1)).toBe('manifest.json');
    expect(JSON.parse(textOf(entries, 'manifest.json'))).toMatchObject({ tenant: 'acme', left_out: [], company: { slug: 'acme' } });
    const file = await readExport(textOf(entries, `executions/${executionId}.jsonl`).split('\n'));
    verifyExport(file);
    expect(rowsOf(entries, 'rows/users.jsonl')[0]).not.toHaveProperty('password_hash');
    expect(rowsOf(entries, 'rows/secrets.jsonl')).toMatchObject([{ name: 'STRIPE' }]);
    expect(rowsOf(entries, 'rows/workflows.jsonl')).toMatchObject([{ name: 'orders' }]);
    expect(rowsOf(entries, 'audit/log.jsonl').length).toBeGreaterThan(3);
    expect(entries.get('artifacts/large')!.byteLength).toBe(2 * PART + 12_345);
    expect(entries.get('artifacts/empty')!.byteLength).toBe(0);
    expect(names.some((name) => name.startsWith('definitions/'))).toBe(true);
    expect(done.written.find(({ stage }: { stage: string }) => stage === 'executions')).toMatchObject({ count: 1 });
    const all = new TextDecoder().decode((await new Blob([...entries.values()]).arrayBuffer()) as ArrayBuffer);
    const { results } = await env.DB.prepare('SELECT hash FROM api_keys UNION SELECT sealed FROM secrets UNION SELECT wrapped FROM data_keys').all<{
      hash: string;
    }>();
    expect(results.length).toBeGreaterThan(3);
    for (const planted of [VALUE, 'planted-hash', 'of globex', ownerKey, ADMIN, ...results.map(({ hash }) => hash)]) expect(all).not.toContain(planted);
  });

  it('is the same when parts, files and its end fail on the way', async () => {
    const failed: string[] = [];
    await runInDurableObject(exporter(), (instance) => {
      const held = instance as unknown as { ports: ExporterPorts };
      const real = held.ports;
      // Each of them is done, and fails afterwards: as a crash right behind it.
      const once =
        <A extends unknown[], R>(name: string, work: (...given: A) => Promise<R>) =>
        async (...given: A) => {
          const answer = await work(...given);
          if (failed.includes(name)) return answer;
          failed.push(name);
          throw new Error(`${name} fails`);
        };
      held.ports = {
        ...real,
        part: once('part', real.part),
        read: once('read', real.read),
        plan: once('plan', real.plan),
        complete: once('complete', real.complete),
      };
    });
    await begin();
    await finish();
    expect(failed.sort()).toEqual(['complete', 'part', 'plan', 'read']);
    const entries = await archive();
    verifyExport(await readExport(textOf(entries, `executions/${executionId}.jsonl`).split('\n')));
    expect(entries.get('artifacts/large')!.every((byte) => byte === 7)).toBe(true);
    expect(entries.has('manifest.json')).toBe(true);
  });

  it('leaves out what cannot be read, and says so', async () => {
    await runInDurableObject(exporter(), (instance) => {
      const held = instance as unknown as { ports: ExporterPorts };
      const real = held.ports;
      let left = MAX_TRIES;
      held.ports = {
        ...real,
        async read(stage, tenant, name) {
          if (stage === 'executions' && left-- > 0) throw new Error('broken');
          return real.read(stage, tenant, name);
        },
      };
    });
    await begin();
    expect((await finish()).left_out).toEqual([expect.stringContaining(executionId)]);
  });
});

describe('while the tenant moves', () => {
  it('waits and says so, writes nothing more, and goes on where the move is called off', async () => {
    const job = await begin();
    const carried = env.TENANT_EXPORTER.getByName('acme') as unknown as CarriableRpc;
    await carried.carry({ do: 'still' });
    // It may have had a turn before.
    const { written } = (await call('GET', PATH, { key: ownerKey })).body;
    for (let turns = 0; turns < 3; turns++) await ring(exporter());
    const held = await call('GET', PATH, { key: ownerKey });
    expect(held.body).toMatchObject({ status: 'writing', waits_for: 'move', written, requested_at: job.requested_at });
    await carried.carry({ do: 'wake' });
    const done = await finish();
    expect(done).toMatchObject({ status: 'completed', requested_at: job.requested_at });
    expect(done).not.toHaveProperty('waits_for');
    await carried.carry({ do: 'still' });
    expect((await call('GET', PATH, { key: ownerKey })).body).not.toHaveProperty('waits_for');
    expect((await archive()).has('manifest.json')).toBe(true);
    await carried.carry({ do: 'wake' });
  });
});

describe('who and how long', () => {
  it('is for owners, of their own company', async () => {
    for (const [method, path] of [
      ['POST', PATH],
      ['GET', PATH],
      ['DELETE', PATH],
      ['GET', `${PATH}/download`],
    ] as const) {
      expect((await call(method, path, { key: viewerKey })).body.code).toBe('forbidden');
      expect((await call(method, path.replace('acme', 'globex'), { key: ownerKey })).body.code).toBe('unknown_tenant');
    }
  });

  it('writes each download down', async () => {
    await begin();
    await finish();
    await archive();
    const { body } = await call('GET', '/audit?limit=50', { key: ownerKey });
    expect(body.items.map(({ action }: { action: string }) => action)).toContain('GET /tenants/{tenant}/export/download');
  });

  it('goes when it is given up, when its time is over, and when the tenant is erased', async () => {
    const kept = async () => (await env.STORE.list({ prefix: 'exports/acme/' })).objects.length;
    await begin();
    await finish();
    expect(await kept()).toBe(1);
    expect((await call('DELETE', PATH, { key: ownerKey })).status).toBe(204);
    expect(await kept()).toBe(0);
    expect((await call('GET', PATH, { key: ownerKey })).body.code).toBe('not_found');
    expect((await call('DELETE', PATH, { key: ownerKey })).body.code).toBe('not_found');

    await begin();
    await finish();
    await runInDurableObject(exporter(), (instance) => {
      const held = instance as unknown as { ports: ExporterPorts };
      held.ports = { ...held.ports, now: () => Date.now() + KEPT_MS + 1000 };
    });
    expect((await call('GET', `${PATH}/download`, { key: ownerKey })).body.code).toBe('not_found');
    await ring(exporter());
    expect(await kept()).toBe(0);

    await begin();
    const ports = eraserPorts(env as unknown as RegionEnv);
    const { names } = await ports.plan('objects', 'acme', null);
    expect(names).toContain('["TENANT_EXPORTER","acme"]');
    await ports.erase('objects', 'acme', ['["TENANT_EXPORTER","acme"]']);
    expect((await call('GET', PATH, { key: ownerKey })).body.code).toBe('not_found');
  });
});
