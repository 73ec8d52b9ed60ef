/**
 * What lies on disk: rows of an application's database are in its tenant's region only, and a secret's value is
 * nowhere, even when the service that was sent it gives it back.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Platform, startPlatform } from '../../scripts/local/platform.mjs';
import { seeder } from '../../scripts/local/seed.mjs';

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

/** Files that hold the text: SQLite with its journals, objects of R2, logs. */
function filesWith(folder: string, text: string): string[] {
  const needle = Buffer.from(text);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && readFileSync(path).includes(needle));
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
