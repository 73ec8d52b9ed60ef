/**
 * The product: one region's Worker, the very bundle that is deployed, started as the local platform starts it; no
 * router before it. The workloads are YAML, deployed through its own API.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../../scripts/local/install.mjs';
import { startInstance } from '../../scripts/local/instances.mjs';
import { migrate } from '../../scripts/local/migrations.mjs';
import { freePort } from '../../scripts/local/ports.mjs';
import { WORKLOADS, type WorkloadName } from '../calls.ts';
import type { Contestant } from './contestants.ts';

export interface RegionOrder {
  stateDir: string;
  /** Origin of the counterpart; the documents know it as `http://counterpart`. */
  counterpart: string;
  /** Main module of the bundle. */
  script: string;
  /** Opens the runtime's inspector there. */
  inspectorPort?: number;
}

export interface Region extends Contestant {
  /** Of the operator, who acts for the tenant in which everything is. */
  adminKey: string;
  tenant: string;
  /** A call of the API, answered with its JSON. Throws an Error for any status that is not 2xx. */
  // biome-ignore lint/suspicious/noExplicitAny: shapes of the public API.
  api(method: string, path: string, body?: string, type?: string, headers?: Record<string, string>): Promise<any>;
  /** The YAML of a workload. */
  document(workload: WorkloadName): string;
}

const TENANT = 'bench';

export async function startRegion({ stateDir, counterpart, script, inspectorPort }: RegionOrder): Promise<Region> {
  const adminKey = randomBytes(32).toString('base64url');
  const port = await freePort();
  const instance = await startInstance({
    name: 'us',
    config: join(ROOT, 'wrangler.toml'),
    env: 'us',
    script,
    port,
    inspectorPort,
    stateDir: join(stateDir, 'us'),
    // What the Worker writes to its console is not state of an execution.
    logDir: join(dirname(stateDir), `${stateDir.split('/').at(-1)}-logs`),
    bindings: {
      ADMIN_API_KEY: adminKey,
      SESSION_SECRET: randomBytes(32).toString('base64url'),
      MODE: 'local',
      PLAN: 'unlimited',
      ADDRESS_RATE: 'unlimited',
      DOMAIN: 'localhost',
      PLACEMENT: 'hint:enam',
      HOST_ALIASES: JSON.stringify({ counterpart }),
    },
    // Nothing of the bench belongs to another region, so nobody has to listen there.
    services: { ROUTER: await freePort() },
    onError: (line) => process.stderr.write(`${line}\n`),
  });
  const origin = `http://127.0.0.1:${port}`;
  const api = caller(`${origin}/api/v1`, adminKey);
  const database = await instance.d1('DB');
  try {
    await migrate(database, join(ROOT, 'migrations', 'region'));
    await api('POST', '/companies', JSON.stringify({ name: 'Bench', slug: TENANT, region: 'us' }));
    for (const { name } of WORKLOADS) {
      await api('POST', '/workflows?deploy=production', documentOf(name), 'application/yaml');
    }
  } catch (error) {
    await instance.dispose();
    throw error;
  }
  return {
    origin,
    adminKey,
    tenant: TENANT,
    api,
    document: documentOf,
    pid: instance.pid,
    dispose: () => instance.dispose(),
    urlOf: (workload) => `${origin}/in/${TENANT}/bench-${workload.toLowerCase()}/run`,
    async indexed() {
      const row = await database
        .prepare("SELECT count(*) AS ended FROM executions WHERE status IN ('completed', 'failed', 'compensated')")
        .first<{ ended: number }>();
      return row?.ended ?? 0;
    },
  };
}

export function documentOf(workload: WorkloadName): string {
  return readFileSync(join(ROOT, 'bench', 'definitions', `${workload.toLowerCase()}.yaml`), 'utf8');
}

/** The same pipeline, with each delivery (`x-delivery`) one execution, however often it is sent. */
export function keyed(document: string): string {
  const key = `idempotency: { key_template: '{{ index .trigger.headers "x-delivery" }}' }`;
  return document.replace('    steps:\n', `    ${key}\n    steps:\n`);
}

export function caller(base: string, adminKey: string): Region['api'] {
  return async (method, path, body, type = 'application/json', more = {}) => {
    const headers = { authorization: `Bearer ${adminKey}`, 'content-type': type, 'x-tenant': TENANT, ...more };
    const response = await fetch(base + path, { method, headers, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}
