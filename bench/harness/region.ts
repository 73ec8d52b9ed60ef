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
import { WORKLOADS } from '../calls.ts';
import type { Contestant } from './contestants.ts';

export interface RegionOrder {
  stateDir: string;
  /** Origin of the counterpart; the documents know it as `http://counterpart`. */
  counterpart: string;
  /** Main module of the bundle. */
  script: string;
}

const TENANT = 'bench';

export async function startRegion({ stateDir, counterpart, script }: RegionOrder): Promise<Contestant> {
  const adminKey = randomBytes(32).toString('base64url');
  const port = await freePort();
  const instance = await startInstance({
    name: 'us',
    config: join(ROOT, 'wrangler.toml'),
    env: 'us',
    script,
    port,
    stateDir: join(stateDir, 'us'),
    // What the Worker writes to its console is not state of an execution.
    logDir: join(dirname(stateDir), `${stateDir.split('/').at(-1)}-logs`),
    bindings: {
      ADMIN_API_KEY: adminKey,
      SESSION_SECRET: randomBytes(32).toString('base64url'),
      MODE: 'local',
      DOMAIN: 'localhost',
      PLACEMENT: 'hint:enam',
      HOST_ALIASES: JSON.stringify({ counterpart }),
    },
    // Nothing of the bench belongs to another region, so nobody has to listen there.
    services: { ROUTER: await freePort() },
    onError: (line) => process.stderr.write(`${line}\n`),
  });
  const origin = `http://127.0.0.1:${port}`;
  const database = await instance.d1('DB');
  try {
    await migrate(database, join(ROOT, 'migrations', 'region'));
    const call = caller(origin, adminKey);
    await call('/api/v1/companies', 'application/json', JSON.stringify({ name: 'Bench', slug: TENANT, region: 'us' }));
    for (const { name } of WORKLOADS) {
      const yaml = readFileSync(join(ROOT, 'bench', 'definitions', `${name.toLowerCase()}.yaml`), 'utf8');
      await call('/api/v1/workflows?deploy=production', 'application/yaml', yaml);
    }
  } catch (error) {
    await instance.dispose();
    throw error;
  }
  return {
    origin,
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

function caller(origin: string, adminKey: string) {
  return async (path: string, type: string, body: string): Promise<void> => {
    const headers = { authorization: `Bearer ${adminKey}`, 'content-type': type, 'x-tenant': TENANT };
    const response = await fetch(origin + path, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${await response.text()}`);
  };
}
