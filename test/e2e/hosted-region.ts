/** A region in hosted mode, alone: what leaves its Worker is caught and answered here, so nothing gets out unseen. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Request as Outbound, Response as Reply } from 'miniflare';
import { buildWorkers } from '../../scripts/local/build.mjs';
import { startInstance } from '../../scripts/local/instances.mjs';
import { migrate } from '../../scripts/local/migrations.mjs';
import { freePort } from '../../scripts/local/ports.mjs';

const ROOT = join(import.meta.dirname, '../..');
const KEY = 'operator-of-this-test';

export interface HostedRegion {
  origin: string;
  stateDir: string;
  /** A call of the API by the operator, for `acme` if nobody else is named; text is YAML, all else JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer of the API.
  api(method: string, path: string, body?: unknown, tenant?: string): Promise<{ status: number; text: string; body: any }>;
  stop(): Promise<void>;
}

/** Names are looked up at `dns.example`, over HTTPS, which `outbound` answers like everything else. */
export async function startHosted(outbound: (request: Outbound) => Promise<Reply>, tenants: readonly string[]): Promise<HostedRegion> {
  const stateDir = mkdtempSync(join(tmpdir(), 'workflow-hosted-'));
  const region = await startInstance({
    name: 'us',
    config: join(ROOT, 'wrangler.toml'),
    env: 'us',
    script: (await buildWorkers(() => {})).region,
    port: await freePort(),
    stateDir: join(stateDir, 'us'),
    logDir: join(stateDir, 'logs'),
    bindings: {
      MODE: 'hosted',
      DOMAIN: 'flows.example',
      DNS_RESOLVER: 'https://dns.example/dns-query',
      PLACEMENT: '',
      PLAN: 'unlimited',
      QUEUES: 'volatile',
      ADMIN_API_KEY: KEY,
      SESSION_SECRET: 'x'.repeat(40),
      SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'),
    },
    outbound,
  });
  const db = await region.d1('DB');
  await migrate(db, join(ROOT, 'migrations', 'region'));
  for (const slug of tenants) await db.prepare("INSERT INTO tenants (slug, name, region, created_at) VALUES (?, ?, 'us', 0)").bind(slug, slug).run();
  const origin = `http://127.0.0.1:${region.port}`;
  return {
    origin,
    stateDir,
    async api(method, path, body, tenant = 'acme') {
      const type = typeof body === 'string' ? 'application/yaml' : 'application/json';
      const answer = await fetch(`${origin}/api/v1${path}`, {
        method,
        // One connection each: the runtime closes those that nobody used for a while, also as a call goes out on them.
        headers: { connection: 'close', authorization: `Bearer ${KEY}`, 'x-tenant': tenant, ...(body === undefined ? {} : { 'content-type': type }) },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, text, body: text.startsWith('{') ? JSON.parse(text) : text };
    },
    async stop() {
      await region.dispose();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
