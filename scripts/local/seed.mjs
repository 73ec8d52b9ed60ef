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
const TENANTS = [
  { name: 'Acme', slug: 'acme', region: 'us' },
  { name: 'Globex', slug: 'globex', region: 'eu' },
];

/** What is to be deployed where: the given file into `acme`, or every example there and the orders in `globex` too. */
export function plan(file) {
  if (file) return [{ tenant: 'acme', file }];
  const files = existsSync(EXAMPLES)
    ? readdirSync(EXAMPLES)
        .filter((name) => /\.ya?ml$/.test(name))
        .sort()
    : [];
  return [
    ...files.map((name) => ({ tenant: 'acme', file: join(EXAMPLES, name) })),
    ...files.filter((name) => name === 'orders.yaml').map((name) => ({ tenant: 'globex', file: join(EXAMPLES, name) })),
  ];
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
      for (const { tenant, file, yaml, place, hash } of changed) {
        say(`Deploying ${basename(file)} for ${tenant} …`);
        done.deployed[place] = { ...(await deploy(call, tenant, yaml, basename(file))), source: hash };
      }
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
