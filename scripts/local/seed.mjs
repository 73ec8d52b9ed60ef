/**
 * Tenants and example applications of the local platform, made through the public API.
 *
 * Invariant: repeating it changes nothing. What was deployed is remembered by content in `seed.json` of the state
 * folder, so a definition goes out again only when its file, or one that it names, has changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { filesOf } from './document-files.mjs';
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
  const wanted = deployments.map(({ tenant, file }) => ({ tenant, file, yaml: readFileSync(file, 'utf8'), place: `${tenant}/${basename(file)}` }));
  const tenants = TENANTS.filter(({ slug }) => !done.tenants.includes(slug));
  const changed = wanted.filter(({ place, file, yaml }) => done.deployed[place]?.source !== hashOf(file, yaml, done.deployed[place]?.files ?? []));

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
          const files = await filesOf(one.file, one.yaml);
          const names = Object.keys(files).sort();
          done.deployed[one.place] = { ...(await deploy(call, one, files)), files: names, source: hashOf(one.file, one.yaml, names) };
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, next));
      writeFileSync(path, `${JSON.stringify(done, null, 2)}\n`);
    },
  };
}

/** Of the document and the files that went along with it. */
function hashOf(file, yaml, names) {
  const hash = createHash('sha256').update(yaml);
  for (const name of names) {
    const path = resolve(dirname(file), name);
    hash.update(`\n${name}\n`).update(existsSync(path) ? readFileSync(path) : 'absent');
  }
  return hash.digest('hex');
}

/** Deploys a document to production: the first version, or the next one. Answers `{name, version, routes, pipelines}`. */
async function deploy(call, { tenant, yaml, file }, files) {
  const content = Object.keys(files).length === 0 ? { tenant, yaml } : { tenant, json: { config: yaml, files } };
  const query = /^name:/m.test(yaml) ? '' : `&name=${slugOf(basename(file))}`;
  const made = await call('POST', `/api/v1/workflows?deploy=production${query}`, { ...content, accept: [409] });
  if (made.status !== 409) return made.body;
  const id = made.body.workflow_id ?? made.body.id;
  const { body } = await call('PUT', `/api/v1/workflows/${id}`, content);
  await call('POST', '/api/v1/deployments', { tenant, json: { workflow_id: id, version: body.version, environment: 'production' } });
  return body;
}

function caller(origin, adminKey) {
  return async (method, path, { tenant, json, yaml, accept = [] }) => {
    const response = await fetch(origin + path, {
      method,
      headers: {
        // One connection each: the runtime closes those that nobody used for a while, also as a call goes out on them.
        connection: 'close',
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
