/**
 * Secrets are planted in every place that may hold one (the vault of the tenant, Vault by name and by search, AWS, a module's own
 * store), used by many executions at once, of which some fail and some are held; then every store, log, answer, page, export and
 * board is searched for them, and for what was shown to get them.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Platform, startPlatform } from '../../scripts/local/platform.mjs';
import { seeder } from '../../scripts/local/seed.mjs';
import { AwsStandIn } from '../peers/secret-stores/aws.ts';
import { serveSecrets } from '../peers/secret-stores/serve.ts';
import { VaultStandIn } from '../peers/secret-stores/vault.ts';
import { filesWith, findings, textForms } from './stored-files.ts';

const KEY = 'operator-of-the-planted-secrets';
const PLANTED = {
  own: 'planted-own-6f21c0d9',
  named: 'planted/named+8b77"e1',
  searched: 'planted-searched-1c9d44',
  aws: 'planted-aws-f00dbabe77',
  module: 'planted-module-2ab9c1',
};
const MARK = 'order-beside-the-secrets-51d2';
const AT_ONCE = 24;
const ALL = '${OWN} ${vault:payments/stripe#key} ${SEARCHED} ${aws:prod-db#password} ${inner:deep/er#key}';
const DOCUMENT = `
name: spender
modules:
  - { name: inner, type: secrets.vault, config: { address: "\${INNER_ADDRESS}", roleId: "\${INNER_ROLE}", secretId: "\${INNER_SECRET}" } }
pipelines:
  spend:
    trigger: { type: manual }
    steps:
      - name: reserve
        type: step.http_call
        config:
          url: "http://inventory-service/api/reserve?token=\${OWN}"
          method: POST
          headers: { authorization: "Bearer \${vault:payments/stripe#key}", x-searched: "\${SEARCHED}", x-aws: "\${aws:prod-db#password}" }
          body: { sku: "${ALL}", order_id: "{{ .text }}" }
      - { name: tell, type: step.log, config: { message: "reserved {{ .steps.reserve | json }}" } }
  fail:
    trigger: { type: manual }
    dead_letter: { retention: 3d }
    steps:
      - name: reach
        type: step.http_call
        retry: { max_attempts: 1 }
        config: { url: "http://127.0.0.1:1/?token=\${OWN}", method: POST, headers: { x-all: "${ALL}" }, body: { order_id: "{{ .text }}" } }
`;

let platform: Platform;
let stateDir: string;
let vault: Awaited<ReturnType<typeof serveSecrets<VaultStandIn>>>;
let inner: typeof vault;
let aws: Awaited<ReturnType<typeof serveSecrets<AwsStandIn>>>;

beforeAll(async () => {
  [vault, inner, aws] = await Promise.all([
    serveSecrets((address) => new VaultStandIn(address, Date.now, { method: 'approle' })),
    serveSecrets((address) => new VaultStandIn(address, Date.now, { method: 'approle' })),
    serveSecrets((address) => new AwsStandIn(address, Date.now)),
  ]);
  vault.server.put('payments/stripe', { key: PLANTED.named });
  vault.server.put('apps/production', { SEARCHED: PLANTED.searched });
  inner.server.put('deep/er', { key: PLANTED.module });
  aws.server.put('prod-db', { password: PLANTED.aws });
  stateDir = mkdtempSync(join(tmpdir(), 'workflow-e2e-'));
  platform = await startPlatform({
    port: 0,
    stateDir,
    secrets: {
      ADMIN_API_KEY: KEY,
      SESSION_SECRET: 'session-of-the-planted-secrets',
      SECRETS_KEY: randomBytes(32).toString('base64'),
      SECRET_ACME_INNER_ADDRESS: inner.server.address,
    },
    prepare: seeder(stateDir, [], () => {}).seed,
  });
  await api('PUT', '/secrets/OWN', { value: PLANTED.own });
  await api('PUT', '/secrets/INNER_ROLE', { value: inner.server.settings.auth.method === 'approle' ? inner.server.settings.auth.role_id : '' });
  await api('PUT', '/secrets/INNER_SECRET', { value: inner.server.credential });
  await api('POST', '/secret-providers', { ...vault.server.settings, name: 'vault', credential: vault.server.credential, search: 'apps/{environment}' });
  await api('POST', '/secret-providers', { ...aws.server.settings, name: 'aws', credential: aws.server.credential });
  await api('POST', '/workflows?deploy=production', DOCUMENT);
});
afterAll(async () => {
  await platform?.stop();
  await Promise.all([vault, inner, aws].map((each) => each?.stop()));
  rmSync(stateDir, { recursive: true, force: true });
});

async function ask(method: string, path: string, body?: string | object, headers: Record<string, string> = { authorization: `Bearer ${KEY}` }) {
  const response = await fetch(platform.origin + path, {
    method,
    redirect: 'manual',
    headers: {
      ...headers,
      'x-tenant': 'acme',
      ...(body === undefined ? {} : { 'content-type': typeof body === 'string' ? 'application/yaml' : 'application/json' }),
    },
    body: typeof body === 'object' ? JSON.stringify(body) : body,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function api(method: string, path: string, body?: string | object): Promise<string> {
  const { status, text } = await ask(method, `/api/v1${path}`, body);
  expect([status, text]).toEqual([expect.toSatisfy((code) => code < 300), text]);
  return text;
}

const started = async (pipeline: string, wait = '?wait=25s') =>
  (JSON.parse(await api('POST', `/executions${wait}`, { workflow: 'spender', pipeline, data: { text: MARK } })) as { execution_id: string }).execution_id;

it('arrive where they are sent, and are in no store, log, answer, page, export or board', async () => {
  await api('POST', '/pipelines/spender.spend/breakpoints', { step: 'tell' });
  const held = await started('spend', '');
  const until = async (path: string, word: string): Promise<string> => {
    for (let tries = 0; ; tries++) {
      const text = await api('GET', path);
      if (text.includes(word) || tries > 200) return text;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const board = [
    await until(`/executions/${held}`, '"paused"'),
    await api('GET', `/executions/${held}/context`),
    await api('GET', '/pipelines/spender.spend/breakpoints'),
  ];
  await api('DELETE', '/pipelines/spender.spend/breakpoints');
  await api('POST', `/executions/${held}/breakpoint`, { action: 'resume' });

  const ids = await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => started(at % 4 === 3 ? 'fail' : 'spend')));
  const [good, bad] = [ids[0]!, ids[3]!];
  const ledger = await (await fetch(`${platform.upstream.origin}/ledger`)).text();
  for (const [what, secret] of Object.entries(PLANTED)) expect([what, ledger.includes(JSON.stringify(secret).slice(1, -1))]).toEqual([what, true]);
  // Thirty seconds of the stores' answers are kept, so many executions are few questions.
  expect(aws.server.asked.length).toBeLessThan(AT_ONCE);

  const ofOne = (id: string) => ['', '/timeline', '/events?limit=1000', '/logs', '/export'].map((path) => `/executions/${id}${path}`);
  const answers = await Promise.all(
    [
      ...ofOne(good),
      ...ofOne(bad),
      ...ofOne(held),
      '/executions?limit=200',
      '/dlq/pipelines/spender.fail',
      `/dlq/pipelines/spender.fail/${bad}`,
      '/audit?limit=200',
      '/audit/export',
      '/secrets',
      '/secret-providers',
      '/workflows/spender/versions/1',
      '/mailbox',
      '/mails',
    ].map(async (path) => [path, await api('GET', path)] as const),
  );
  const signedIn = await ask('GET', `/sign-in?key=${KEY}&tenant=acme`, undefined, {});
  const cookie = { cookie: /wf_session=[^;]+/.exec(signedIn.headers.get('set-cookie') ?? '')![0] };
  const pages = await Promise.all(
    [
      `/executions/${good}`,
      `/executions/${good}?view=events`,
      `/executions/${bad}`,
      `/executions/${held}`,
      '/secrets',
      '/audit',
      '/dead-letters',
      '/mailbox',
      '/security',
    ].map(async (path) => {
      const page = await ask('GET', path, undefined, cookie);
      expect([path, page.status]).toEqual([path, 200]);
      return [path, page.text] as const;
    }),
  );
  // What could be found by such a search is found: the data beside the secrets.
  expect(answers[2]![1]).toContain(MARK);
  expect(pages[1]![1]).toContain('reserve');
  expect(filesWith(platform.regions.us.dir, MARK)).not.toEqual([]);

  const hidden = [...Object.values(PLANTED), vault.server.credential, aws.server.credential, 'hvs.'];
  const texts = [...answers, ...pages, ...board.map((text, at) => [`board ${at}`, text] as const)];
  const shown = hidden.flatMap((secret) =>
    textForms(secret).flatMap((form) => texts.flatMap(([path, text]) => (text.includes(form) ? [`${form} in ${path}`] : []))),
  );
  const stored = findings([platform.regions.us.dir, platform.regions.eu.dir, platform.router.dir, platform.logDir], hidden);
  expect([...shown, ...stored.map(({ file, text }) => `${text} in ${file}`)]).toEqual([]);
});

it('of a store that is down are a step that failed for now, with a code and no word of what was shown to it', async () => {
  vault.server.down = true;
  vault.server.forget();
  const document = DOCUMENT.replace('name: spender', 'name: waiter').replaceAll('payments/stripe#key', 'payments/other#key');
  await api('POST', '/workflows?deploy=production', document);
  const { status, text } = await ask('POST', '/api/v1/executions?wait=25s', { workflow: 'waiter', pipeline: 'fail', data: { text: MARK } });
  expect([status, text]).toEqual([200, expect.stringContaining('"failed"')]);
  const { execution_id } = JSON.parse(text) as { execution_id: string };
  const events = await api('GET', `/executions/${execution_id}/events?limit=1000`);
  expect(events).toContain('secret_store_unavailable');
  for (const secret of [vault.server.credential, 'hvs.']) expect(events).not.toContain(secret);
  expect(await api('GET', '/secret-providers')).toContain('"failing"');
});
