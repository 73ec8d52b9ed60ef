/**
 * What lies on disk: rows of an application's database are in its tenant's region only, and a secret's value is
 * nowhere, even when the service that was sent it gives it back.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Platform, startPlatform } from '../../scripts/local/platform.mjs';
import { seeder } from '../../scripts/local/seed.mjs';
import { filesWith } from './stored-files.ts';

const KEY = 'operator-of-the-test-at-rest';
const SECRETS = { vault: 'vault-secret-of-both-2e8f', acme: 'acme-secret-5d1c9e', globex: 'globex-secret-77ab20', shared: 'shared secret/+"of all"' };
const TENANTS = [
  { tenant: 'acme', region: 'us', other: 'eu' },
  { tenant: 'globex', region: 'eu', other: 'us' },
] as const;
const DOCUMENT = `
name: keeper
modules:
  - { name: notes, type: storage.sqlite }
pipelines:
  keep:
    trigger: { type: http, config: { method: POST, path: /notes } }
    steps:
      - { name: table, type: step.db_exec, config: { database: notes, query: "CREATE TABLE IF NOT EXISTS notes (text TEXT)" } }
      - { name: add, type: step.db_exec, config: { database: notes, query: "INSERT INTO notes (text) VALUES ('row-' || $1)", params: ["{{ .text }}"] } }
      - { name: all, type: step.db_query, config: { database: notes, query: "SELECT text FROM notes", mode: list } }
      - { name: respond, type: step.json_response, config: { body: { notes: { _from: steps.all.rows } } } }
  call:
    trigger: { type: manual }
    steps:
      - name: reserve
        type: step.http_call
        config:
          url: "http://inventory-service/api/reserve?token=\${TOKEN}"
          method: POST
          headers: { authorization: "Bearer \${TOKEN}", x-shared: "\${SHARED}", x-vault: "\${VAULT}" }
          body: { sku: "\${TOKEN} and \${SHARED} and \${VAULT}", order_id: "{{ .text }}" }
      - { name: tell, type: step.log, config: { message: "reserved {{ .steps.reserve | json }}" } }
  # As above, but where the data says.
  call-there:
    residency: "{{ .region }}"
    trigger: { type: manual }
    steps:
      - name: reserve
        type: step.http_call
        config: { url: "http://inventory-service/api/reserve", method: POST, body: { sku: "\${VAULT}", order_id: "{{ .text }}" } }
  forget:
    mask: { paths: [trigger.body.person.name, steps.look.output.reservation_id], patterns: [email, "P-[0-9]+"] }
    trigger: { type: http, config: { method: POST, path: /people } }
    idempotency: { key_template: "person-{{ .email }}" }
    steps:
      - { name: table, type: step.db_exec, config: { database: notes, query: "CREATE TABLE IF NOT EXISTS people (name TEXT, email TEXT)" } }
      - { name: add, type: step.db_exec, config: { database: notes, query: "INSERT INTO people VALUES ($1, $2)", params: ["{{ .person.name }}", "{{ .email }}"] } }
      - { name: look, type: step.http_call, config: { url: "http://inventory-service/api/reserve", method: POST, body: { order_id: "{{ .number }}", sku: "noreply@shop.example" } } }
      - { name: say, type: step.log, config: { message: "{{ .email }} and {{ .steps.look.reservation_id }}" } }
      - { name: answer, type: step.json_response, config: { body: { email: "{{ .email }}" } } }
`;

let platform: Platform;
let stateDir: string;

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'workflow-e2e-'));
  platform = await startPlatform({
    port: 0,
    stateDir,
    pages: false,
    secrets: {
      ADMIN_API_KEY: KEY,
      SESSION_SECRET: 'session-of-the-test-at-rest',
      SECRETS_KEY: randomBytes(32).toString('base64'),
      SECRET_ACME_TOKEN: SECRETS.acme,
      SECRET_GLOBEX_TOKEN: SECRETS.globex,
      VAR_SHARED: SECRETS.shared,
    },
    prepare: seeder(stateDir, [], () => {}).seed,
  });
  for (const { tenant } of TENANTS) {
    await api(tenant, 'PUT', '/secrets/VAULT', { value: SECRETS.vault });
    await api(tenant, 'POST', '/workflows?deploy=production', DOCUMENT);
  }
});
afterAll(async () => {
  await platform?.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

async function api(tenant: string, method: string, path: string, body?: string | object): Promise<string> {
  const response = await fetch(`${platform.origin}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${KEY}`,
      'x-tenant': tenant,
      ...(body === undefined ? {} : { 'content-type': typeof body === 'string' ? 'application/yaml' : 'application/json' }),
    },
    body: typeof body === 'object' ? JSON.stringify(body) : body,
  });
  const text = await response.text();
  expect([response.status, text]).toEqual([expect.toSatisfy((status) => status < 300), text]);
  return text;
}

describe.each(TENANTS)('rows of $tenant', ({ tenant, region, other }) => {
  it('are in its region, and not in the other nor in the router', async () => {
    const text = `note-of-${tenant}-91c2`;
    const answer = await fetch(`${platform.origin}/in/${tenant}/keeper/notes`, { method: 'POST', body: JSON.stringify({ text }) });
    // Each tenant sees its own rows only, under the same names of application, module and table.
    expect(await answer.json()).toEqual({ notes: [{ text: `row-${text}` }] });
    expect(filesWith(platform.regions[region].dir, `row-${text}`)).not.toEqual([]);
    expect(filesWith(platform.regions[other].dir, text)).toEqual([]);
    expect(filesWith(platform.router.dir, text)).toEqual([]);
  });
});

describe.each(TENANTS)('secrets of $tenant', ({ tenant, region }) => {
  it('arrive where they are sent, and are in no file, answer, event or log line', async () => {
    const mark = `order-of-${tenant}-40b7`;
    const result = await api(tenant, 'POST', '/executions?wait=20s', { workflow: 'keeper', pipeline: 'call', data: { text: mark } });
    const { execution_id } = JSON.parse(result) as { execution_id: string };
    const ledger = await (await fetch(`${platform.upstream.origin}/ledger`)).text();
    expect(ledger).toContain(SECRETS[tenant]);
    expect(ledger).toContain(SECRETS.vault);

    const read = await Promise.all(['', '/timeline', '/events?limit=1000', '/logs'].map((path) => api(tenant, 'GET', `/executions/${execution_id}${path}`)));
    for (const text of [result, ...read]) for (const secret of Object.values(SECRETS)) expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
    // The search would find them: what went in beside them is there.
    expect(filesWith(platform.regions[region].dir, mark)).not.toEqual([]);
    for (const folder of [platform.regions.us.dir, platform.regions.eu.dir, platform.router.dir, platform.logDir])
      for (const secret of Object.values(SECRETS)) expect(filesWith(folder, secret)).toEqual([]);
  });
});

it('secrets of the home arrive in an execution that lives elsewhere, and are in no file there', async () => {
  await api('acme', 'POST', '/executions?wait=20s', { workflow: 'keeper', pipeline: 'call-there', data: { region: 'eu', text: 'order-abroad-40b7' } });
  expect(filesWith(platform.regions.eu.dir, 'order-abroad-40b7')).not.toEqual([]);
  expect(filesWith(platform.regions.us.dir, 'order-abroad-40b7')).toEqual([]);
  const ledger = (await (await fetch(`${platform.upstream.origin}/ledger`)).json()) as { items: { body?: { sku?: string; order_id?: string } }[] };
  expect(JSON.stringify(ledger.items.filter((item) => JSON.stringify(item).includes('order-abroad-40b7')))).toContain(SECRETS.vault);
  expect(filesWith(platform.regions.eu.dir, SECRETS.vault)).toEqual([]);
});

describe('what a pipeline masks', () => {
  const person = (email: string, number: string) =>
    fetch(`${platform.origin}/in/acme/keeper/people?from=${email}`, {
      method: 'POST',
      headers: { 'x-from': email, 'x-mark': 'mask-mark-3a7e' },
      body: JSON.stringify({ email, number, person: { name: 'Lovelace-3a7e' }, file: `see P-90317265, ${'x'.repeat(100_000)} and ${email}` }),
    });

  it('is in no store, log or answer, and goes by a pseudonym instead', async () => {
    const first = await person('ada-3a7e@people.example', '77-3a7e-77');
    expect(first.status).toBe(200);
    const { email } = (await first.json()) as { email: string };
    expect(email).toMatch(/^\[masked [a-p]{24}\]$/);
    // The same person is the same key, another one is another.
    expect((await person('ada-3a7e@people.example', '77-3a7e-77')).headers.get('x-execution-id')).toBe(first.headers.get('x-execution-id'));
    const other = await person('bob-3a7e@people.example', '78-3a7e-78');
    expect(other.headers.get('x-execution-id')).not.toBe(first.headers.get('x-execution-id'));
    const events = await api('acme', 'GET', `/executions/${first.headers.get('x-execution-id')}/events?limit=1000`);
    expect(events).toContain(email);
    // What the author wrote is no personal data, and goes out.
    const { items } = (await (await fetch(`${platform.upstream.origin}/ledger`)).json()) as {
      items: { answer: { order_id: string; sku: string; reservation_id: string } }[];
    };
    const { answer } = items.find((item) => item.answer.order_id === '77-3a7e-77')!;
    expect(answer.sku).toBe('noreply@shop.example');
    expect(filesWith(platform.regions.us.dir, 'mask-mark-3a7e')).not.toEqual([]);
    for (const folder of [platform.regions.us.dir, platform.regions.eu.dir, platform.router.dir, platform.logDir])
      for (const value of ['ada-3a7e@people.example', 'bob-3a7e@people.example', 'Lovelace-3a7e', 'P-90317265', answer.reservation_id])
        expect([value, filesWith(folder, value)]).toEqual([value, []]);
  });
});
