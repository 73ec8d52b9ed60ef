/**
 * Tenants and example applications of the local platform, made through the public API.
 *
 * Invariant: repeating it changes nothing. What was deployed is remembered by content in `seed.json` of the state
 * folder, so a definition goes out again only when its file has changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from './install.mjs';

const EXAMPLES = join(ROOT, 'examples');
/** Deployments under way at the same time. */
const AT_ONCE = 4;
const TENANTS = [
  { name: 'Acme', slug: 'acme', region: 'us' },
  { name: 'Globex', slug: 'globex', region: 'eu' },
];

/** What is to be deployed where: the given file into `acme`, or every example there and the orders in `globex` too. */
export function plan(file) {
  if (file) return [{ tenant: 'acme', file }];
  const files = applicationFiles(EXAMPLES);
  return [
    ...files.map((file) => ({ tenant: 'acme', file })),
    ...files.filter((file) => basename(file) === 'orders.yaml').map((file) => ({ tenant: 'globex', file })),
  ];
}

/** The applications below a folder: its own YAML files and those one folder down, without their tests. */
function applicationFiles(folder) {
  if (!existsSync(folder)) return [];
  const inside = (at, deep) =>
    readdirSync(at, { withFileTypes: true }).flatMap((entry) => {
      if (entry.isDirectory()) return deep ? inside(join(at, entry.name), false) : [];
      return /\.ya?ml$/.test(entry.name) && !/_test\.ya?ml$/.test(entry.name) ? [join(at, entry.name)] : [];
    });
  return inside(folder, true).sort((a, b) => (basename(a) < basename(b) ? -1 : 1));
}

/** Makes `seed` and `pending` of a state folder: whether anything is left to do, and the doing. */
export function seeder(stateDir, deployments, say) {
  const path = join(stateDir, 'seed.json');
  const done = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { tenants: [], deployed: {} };
  const wanted = deployments.map(({ tenant, file }) => {
    const yaml = readFileSync(file, 'utf8');
    return { tenant, file, yaml, place: `${tenant}/${basename(file)}`, hash: createHash('sha256').update(yaml).digest('hex') };
  });
  const tenants = TENANTS.filter(({ slug }) => !done.tenants.includes(slug));
  const changed = wanted.filter(({ place, hash }) => done.deployed[place]?.source !== hash);

  return {
    pending: tenants.length > 0 || changed.length > 0,
    /** Applications by tenant, after seeding. */
    applications: () => wanted.map(({ tenant, place }) => ({ tenant, ...done.deployed[place] })),
    async seed({ origin, adminKey }) {
      const call = caller(origin, adminKey);
      for (const tenant of tenants) {
        await call('POST', '/api/v1/companies', { json: tenant, accept: [409] });
        done.tenants.push(tenant.slug);
      }
      if (changed.length > 0) say(`Deploying ${changed.length} ${changed.length === 1 ? 'application' : 'applications'} …`);
      const queue = [...changed];
      const next = async () => {
        for (let one = queue.shift(); one; one = queue.shift()) {
          done.deployed[one.place] = { ...(await deploy(call, one.tenant, one.yaml, basename(one.file))), source: one.hash };
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, next));
      writeFileSync(path, `${JSON.stringify(done, null, 2)}\n`);
    },
  };
}

/** Deploys a document to production: the first version, or the next one. Answers `{name, version, routes, pipelines}`. */
async function deploy(call, tenant, yaml, fileName) {
  const fallback = slugOf(fileName);
  const query = /^name:/m.test(yaml) ? '' : `&name=${fallback}`;
  const made = await call('POST', `/api/v1/workflows?deploy=production${query}`, { tenant, yaml, accept: [409] });
  if (made.status !== 409) return made.body;
  const id = made.body.workflow_id ?? made.body.id;
  const { body } = await call('PUT', `/api/v1/workflows/${id}`, { tenant, yaml });
  await call('POST', '/api/v1/deployments', { tenant, json: { workflow_id: id, version: body.version, environment: 'production' } });
  return body;
}

function caller(origin, adminKey) {
  return async (method, path, { tenant, json, yaml, accept = [] }) => {
    const response = await fetch(origin + path, {
      method,
      headers: {
        authorization: `Bearer ${adminKey}`,
        'content-type': yaml === undefined ? 'application/json' : 'application/yaml',
        ...(tenant ? { 'x-tenant': tenant } : {}),
      },
      body: yaml ?? JSON.stringify(json),
    });
    const text = await response.text();
    const body = text.startsWith('{') ? JSON.parse(text) : {};
    if (!response.ok && !accept.includes(response.status)) throw new Error(`${method} ${path} was answered with ${response.status}.\n${faults(body) || text}`);
    return { status: response.status, body };
  };
}

/** The mistakes of a problem, one a line, with their place. */
function faults(problem) {
  const lines = (problem.errors ?? []).map((error) => {
    const place = error.line ? `  line ${error.line}, column ${error.column}: ` : '  ';
    return `${place}${error.message}${error.hint ? ` (${error.hint})` : ''}`;
  });
  return [problem.detail ?? problem.title, ...lines].filter(Boolean).join('\n');
}

function slugOf(fileName) {
  return (
    fileName
      .replace(/\.ya?ml$/, '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'app'
  );
}
