/** What strangers send, by what they are after. Each is one request; what it must come to stands beside it. */

import { encodeCursor } from '#storage/cursor';
import { splitRoute } from '#workers/api/endpoint';
import { POLICY, type RouteName } from '#workers/api/policy';
import { ORIGIN } from '../api-client';
import { bentKeys, forgedTokens } from './credentials';
import type { Hostile, World } from './world';

const API = '/api/v1';
const OWN_PAGE = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' };
const REFUSALS = [400, 403, 404, 409, 415, 422] as const;
const routes = Object.keys(POLICY) as RouteName[];

const filled = (path: string, ids: Record<string, string>) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? 'nothing'));
const entries = <T>(values: Record<string, T>) => Object.entries(values);

/** Tokens and keys that are none, to read with, to write with, and as a cookie. */
export async function forgedCredentials(world: World): Promise<Hostile[]> {
  const asCookie = (token: string) => ({ ...OWN_PAGE, cookie: `wf_session=${token}` });
  const write = { method: 'PUT', path: `${API}/secrets/HIJACKED`, body: { value: 'x' }, refused: 401, code: 'unauthenticated' };
  const read = { path: `${API}/auth/me`, refused: 401, code: 'unauthenticated' };
  const tokens = entries({ ...(await forgedTokens(world)), 'a cookie as a Bearer': world.acme.cookie }).flatMap(([what, token]): Hostile[] => [
    { what: `token: ${what}`, ...read, key: token },
    { what: `token, writing: ${what}`, ...write, key: token },
  ]);
  const cookies = entries({ ...(await forgedTokens(world)), 'a Bearer as a cookie': world.acme.token }).map(
    ([what, token]): Hostile => ({ what: `cookie: ${what}`, ...read, headers: asCookie(token) }),
  );
  const keys = entries(bentKeys(world)).flatMap(([what, key]): Hostile[] => [
    { what: `key: ${what}`, ...read, key },
    { what: `key, writing: ${what}`, ...write, key },
    { what: `key on the sign-in page: ${what}`, path: `/sign-in?key=${encodeURIComponent(key)}`, refused: [401, 400], code: 'unauthenticated' },
  ]);
  const passports = entries({ 'no token': 'mine', 'a session': world.acme.token, 'an empty one': '' }).map(
    ([what, token]): Hostile => ({ what: `passport: ${what}`, ...read, headers: { 'x-workflow-passport': token } }),
  );
  const schemes = ['Basic', 'Digest', 'bearer:', 'Token', 'Bearer,'].map(
    (scheme): Hostile => ({ what: `scheme ${scheme}`, ...read, headers: { authorization: `${scheme} ${world.keys.acmeOwner}` } }),
  );
  return [...tokens, ...cookies, ...keys, ...passports, ...schemes];
}

/** The owner of globex names what acme has: in every place of every path, in queries, in bodies. */
export function foreignIds({ ids, own, globex, keys }: World): Hostile[] {
  const inPaths = routes
    // A topic is a word of whoever says it.
    .filter((route) => route.replace('{topic}', '').includes('{') && POLICY[route] !== 'public')
    .map((route): Hostile => {
      const { method, path } = splitRoute(route);
      const body = method === 'POST' || method === 'PUT' ? { body: {} } : {};
      // Versions, steps and the like are no ids: a path of these alone names nothing of acme.
      const key = globex.token;
      return { what: route, method, path: API + filled(path, ids), key, ...body, refused: REFUSALS };
    });
  const key = keys.globexOwner;
  const inQueries = [
    `/workflows?project=${ids.project}`,
    `/executions?project=${ids.project}`,
    `/projects?organization=${ids.organization}`,
    `/api-keys?project=${ids.project}`,
    `/api-keys?service_account=${ids.account}`,
    `/invitations?project=${ids.project}`,
    `/invitations?organization=${ids.organization}`,
    `/executions/diff?left=${own.execution}&right=${ids.execution}`,
    `/executions/diff?left=${ids.execution}&right=${own.execution}`,
    `/executions/diff?left=${ids.execution}&right=${ids.execution}`,
  ].map((path): Hostile => ({ what: `query ${path.split('=')[0]}`, path: API + path, key, refused: [200, ...REFUSALS] }));
  const post = (path: string, body: object, method = 'POST'): Hostile => ({
    what: `${method} ${path} ${Object.keys(body).join(' ')}`,
    method,
    path: API + path,
    key,
    body,
    refused: REFUSALS,
  });
  const inBodies = [
    post('/api-keys', { name: 'k', role: 'owner', project: ids.project }),
    post('/api-keys', { name: 'k', service_account: ids.account }),
    post('/api-keys', { name: 'k', role: 'owner', tenant: 'acme' }),
    post('/invitations', { email: 'm@example.com', role: 'owner', project: ids.project }),
    post('/invitations', { email: 'm@example.com', role: 'owner', organization: ids.organization }),
    post('/service-accounts', { name: 's', role: 'owner', project: ids.project }),
    post('/service-accounts', { name: 's', role: 'owner', organization: ids.organization }),
    post('/projects', { name: 'p', organization: ids.organization }),
    post(`/projects/${own.project}`, { organization: ids.organization }, 'PUT'),
    post(`/workflows/${own.workflow}/project`, { project: ids.project }, 'PUT'),
    post('/deployments', { workflow_id: ids.workflow }),
    post('/deployments', { workflow_id: 'orders' }),
    post('/executions', { workflow: ids.workflow, pipeline: 'pay' }),
    post('/executions', { workflow: 'orders', pipeline: 'pay' }),
    post('/executions', { pipeline: 'orders.pay' }),
    post(`/members/${ids.member}`, { role: 'viewer' }, 'PUT'),
    post(`/members/${ids.account}`, { role: 'owner' }, 'PUT'),
    post(`/projects/${own.project}/members/${ids.account}`, { role: 'viewer' }, 'PUT'),
    post(`/organizations/${own.organization}/members/${ids.member}`, { role: 'viewer' }, 'PUT'),
    post(`/projects/${ids.project}/members/${own.account}`, { role: 'owner' }, 'PUT'),
  ];
  const asTenant = ['/workflows', '/secrets', '/audit', '/executions', '/members', '/auth/me'].flatMap((path): Hostile[] =>
    Object.entries({ key, 'a session': globex.token }).map(([of, credential]) => ({
      what: `X-Tenant at ${path} with ${of}`,
      path: API + path,
      key: credential,
      headers: { 'x-tenant': 'acme' },
      refused: 403,
      code: 'forbidden',
    })),
  );
  return [...inPaths, ...inQueries, ...inBodies, ...asTenant];
}

/** More than the own role or scope allows; each attempt stands in the audit log. */
export function escalation({ ids, keys, acme }: World): Hostile[] {
  const attempt = (what: string, key: string, route: string, body?: object): Hostile => {
    const [method, path] = route.split(' ') as [string, string];
    return { what, method, path: API + path, key, ...(body ? { body } : {}), refused: 403, code: 'forbidden', audited: true };
  };
  return [
    attempt('an admin makes an owner’s key', keys.acmeAdmin, 'POST /api-keys', { name: 'k', role: 'owner' }),
    attempt('an admin makes an owner', keys.acmeAdmin, `PUT /members/${ids.account}`, { role: 'owner' }),
    attempt('an admin invites an owner', keys.acmeAdmin, 'POST /invitations', { email: 'x@example.com', role: 'owner' }),
    attempt('an admin removes the owner', keys.acmeAdmin, `DELETE /members/${acme.id}`),
    attempt('an admin makes the owner a viewer', keys.acmeAdmin, `PUT /members/${acme.id}`, { role: 'viewer' }),
    attempt('an admin shuts the owner out', keys.acmeAdmin, `POST /users/${acme.id}/disable`),
    attempt('an admin deletes the owner', keys.acmeAdmin, `DELETE /users/${acme.id}`),
    attempt('an admin makes an account that is an owner', keys.acmeAdmin, 'POST /service-accounts', { name: 's', role: 'owner' }),
    attempt('an admin adds an identity provider', keys.acmeAdmin, 'POST /identity-providers', {}),
    attempt('an editor sets a secret', keys.acmeEditor, 'PUT /secrets/STRIPE_KEY', { value: 'x' }),
    attempt('an editor deletes a workflow', keys.acmeEditor, `DELETE /workflows/${ids.workflow}`),
    attempt('an editor makes a key', keys.acmeEditor, 'POST /api-keys', { name: 'k', role: 'viewer' }),
    attempt('an editor invites', keys.acmeEditor, 'POST /invitations', { email: 'x@example.com', role: 'viewer' }),
    attempt('a viewer cancels', keys.acmeViewer, `POST /executions/${ids.execution}/cancel`, {}),
    attempt('a viewer deploys', keys.acmeViewer, 'POST /deployments', { workflow_id: ids.workflow! }),
    attempt('a viewer sets a breakpoint', keys.acmeViewer, 'POST /pipelines/orders.pay/breakpoints', { step: 'note' }),
    attempt('a limited key makes one without limits', keys.acmeReader, 'POST /api-keys', { name: 'k', role: 'owner' }),
    attempt('a limited key makes one of other scopes', keys.acmeReader, 'POST /api-keys', { name: 'k', role: 'owner', scopes: ['secrets:write'] }),
    attempt('a limited key sets a secret', keys.acmeReader, 'PUT /secrets/STRIPE_KEY', { value: 'x' }),
    attempt('an editor says what the platform says', keys.acmeEditor, 'POST /topics/workflow.breakpoint.hit/events', {
      data: { notify: ['x@example.com'], workflow: 'orders', pipeline: 'pay', step: 'note', set_by: 'the platform' },
    }),
    attempt('an owner makes a company', keys.acmeOwner, 'POST /companies', { name: 'n', slug: 'n', region: 'us' }),
    attempt('an owner takes the operator’s link', keys.acmeOwner, 'POST /auth/owner-link', { company: 'globex' }),
  ];
}

/** Fields that nobody asked for. */
export function massAssignment({ ids, keys, acme }: World): Hostile[] {
  const sent = (route: string, body: unknown, key = keys.acmeOwner): Hostile => {
    const [method, path] = route.split(' ') as [string, string];
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return {
      what: `${route} ${text}`,
      method,
      path: API + path,
      key,
      body: text,
      headers: { 'content-type': 'application/json' },
      refused: 400,
      code: 'invalid_request',
    };
  };
  const more: Record<string, unknown>[] = [
    { id: 'mine' },
    { tenant: 'globex' },
    { company: 'globex' },
    { platform: true },
    { created_by: 'admin' },
    { scopes_all: true },
  ];
  return [
    ...more.map((extra) => sent('POST /projects', { name: 'p', ...extra })),
    ...more.map((extra) => sent('POST /organizations', { name: 'o', ...extra })),
    ...more.map((extra) => sent('POST /executions', { workflow: 'orders', pipeline: 'pay', ...extra })),
    sent('POST /api-keys', { name: 'k', role: 'viewer', key: 'wfk_acme_mine' }),
    sent('POST /api-keys', { name: 'k', role: 'viewer', hash: '0' }),
    sent('POST /api-keys', { name: 'k', role: 'superuser' }),
    sent('POST /api-keys', { name: 'k', role: ['viewer', 'owner'] }),
    sent('POST /api-keys', { name: 'k', role: 'viewer', scopes: ['*'] }),
    sent('POST /api-keys', { name: 'k', role: 'viewer', expires_in: '-1d' }),
    sent('POST /api-keys', { name: 'k', role: 'viewer', expires_in: '99999999999d' }),
    sent(`PUT /members/${ids.account}`, { role: 'viewer', level: 'company' }),
    sent(`PUT /members/${ids.account}`, { role: 'operator' }),
    sent('POST /invitations', { email: 'x@example.com', role: 'viewer', accepted: true }),
    sent('POST /invitations/bulk', { emails: ['x@example.com'], role: 'viewer', accepted: true }),
    sent('POST /invitations/bulk', { emails: Array(51).fill('x@example.com'), role: 'viewer' }),
    sent('POST /invitations', { email: 'x@example.com\r\nBcc: y@example.com', role: 'viewer' }),
    sent('POST /service-accounts', { name: 's', id: 'svc_mine' }),
    sent('POST /secrets', { name: 'A', value: 'x', version: 9 }),
    sent('POST /secrets', { name: '__proto__', value: 'x' }),
    sent('POST /secrets', { name: '../STRIPE_KEY', value: 'x' }),
    sent('PUT /auth/me', { name: 'Ada', email: 'mallory@example.com' }, acme.token),
    sent('PUT /auth/me', { name: 'Ada', verified_at: null }, acme.token),
    sent('POST /projects', '{"name": "p", "__proto__": {"platform": true}}'),
    sent('POST /projects', '{"name": "p", "constructor": {"prototype": {"platform": true}}}'),
    sent('POST /projects', '{"name": {"toString": "x"}}'),
    ...['two\nlines', 'nothing\u0000', 'turned \u202egnp.exe', 'inside \u2066out', 'a\u2028break'].flatMap((name) => [
      sent('POST /projects', { name }),
      sent('POST /api-keys', { name, role: 'viewer' }),
      sent('POST /service-accounts', { name }),
      sent('PUT /auth/me', { name }, acme.token),
    ]),
    sent('POST /projects', '[]'),
    sent('POST /projects', 'null'),
    sent('POST /projects', '"p"'),
    sent('POST /deployments', { workflow_id: ids.workflow, status: 'active' }),
    sent('POST /executions/bulk', { action: 'cancel', filter: {} }),
    sent('POST /executions/bulk', { action: 'cancel', filter: { tenant: 'globex' } }),
    sent('POST /executions/bulk', { action: 'drop', filter: { workflow: 'orders' } }),
  ];
}

/** Pages of other sites, opened by the owner of acme, who is signed in. */
export function crossSite({ ids, acme }: World): Hostile[] {
  const cookie = `wf_session=${acme.cookie}`;
  const refusal = { refused: 403, code: 'forbidden' } as const;
  const writes = routes
    .filter((route) => !route.startsWith('GET ') && POLICY[route] !== 'public')
    .map((route): Hostile => {
      const { method, path } = splitRoute(route);
      const body = method === 'DELETE' ? {} : { body: {} };
      return { what: route, method, path: API + filled(path, ids), headers: { cookie, 'sec-fetch-site': 'cross-site' }, ...body, ...refusal };
    });
  const origins: Record<string, Record<string, string>> = {
    'no origin': {},
    'the origin of nothing': { origin: 'null' },
    'another origin': { origin: 'https://evil.example' },
    'another port': { origin: 'http://localhost:8788' },
    'another scheme': { origin: ORIGIN.replace('http:', 'https:') },
    'the name as a prefix': { origin: `${ORIGIN}.evil.example` },
    'the name as a user': { origin: `http://localhost:8787@evil.example` },
    'an application of the platform': { origin: 'http://orders.acme.localhost:8787' },
    'a page of the same site': { 'sec-fetch-site': 'same-site', origin: ORIGIN },
    'an address typed in': { 'sec-fetch-site': 'none', origin: ORIGIN },
    'a referrer in place of an origin': { referer: `${ORIGIN}/secrets` },
  };
  const write = { method: 'PUT', path: `${API}/secrets/STRIPE_KEY`, body: '{"value":"x"}' };
  const forms = { method: 'POST', body: 'key=x' };
  return [
    ...writes,
    ...entries(origins).map(([what, headers]): Hostile => ({ what, ...write, headers: { ...headers, cookie, 'content-type': 'text/plain' }, ...refusal })),
    { what: 'a form that signs in', path: '/sign-in', ...forms, headers: { origin: 'https://evil.example' }, ...refusal },
    { what: 'a form that signs out', path: '/sign-out', ...forms, headers: { cookie, origin: 'https://evil.example' }, ...refusal },
    { what: 'a session by a form', path: `${API}/auth/session`, ...forms, headers: { origin: 'https://evil.example' }, refused: [400, 403] },
  ];
}

/** Paths, methods and headers that are meant to be read one way by a guard and another by what it guards. */
export function paths({ keys, ids }: World): Hostile[] {
  const raw = [
    '/api/v1/..%2f..%2fetc%2fpasswd',
    '/api/v1//secrets',
    '/api//v1/secrets',
    '/api/v1/secrets/',
    '/api/v1/SECRETS',
    '/api/v1/secrets%00',
    '/api/v1/secrets;a=b',
    '/api/v1/secrets.json',
    '/api/v1/workflows/%2e%2e%2fsecrets',
    '/api/v1/workflows/..%5csecrets',
    '/api/v1/workflows/%252e%252e%252fsecrets',
    '/api/v1/workflows/%00',
    '/api/v1/workflows/%0d%0aSet-Cookie:%20a=b',
    '/api/v1/workflows/%ff',
    '/api/v1/workflows/%c0%ae%c0%ae',
    '/api/v1/workflows/%',
    '/api/v1/workflows/%zz',
    `/api/v1/workflows/${'a'.repeat(8000)}`,
    `/api/v1/executions/${'a/'.repeat(500)}`,
    "/api/v1/workflows/' OR '1'='1",
    '/api/v1/workflows/__proto__',
    '/api/v1/workflows/constructor',
    '/api/v1/executions/__proto__/events',
    '/api/v1/executions/exec_/events',
    '/api/v1/executions/$(id)',
    '/api/v1/executions/{{7*7}}',
    '/api/v1/workflows?__proto__=x',
    '/api/v1/workflows?limit=1&limit=2',
    '/api/v1/workflows?limit=-1',
    '/api/v1/workflows?limit=1e9',
    '/api/v1/workflows?limit=99999999999999999999',
    '/api/v1/workflows?limit[]=1',
    '/api/v1/workflows?project[$ne]=x',
    '/api/v1/executions?status=%00',
    "/api/v1/executions?status=completed'--",
    `/api/v1/executions?workflow=${'a'.repeat(5000)}`,
    '/api/v1/executions?from=9e99',
    '/api/v1/.env',
    '/api/v1/.git/config',
    '/api/internal',
  ].map((path): Hostile => ({ what: path.slice(0, 80), path, key: keys.acmeOwner, refused: [400, 404] }));
  const viewer = { key: keys.acmeViewer, path: `${API}/secrets` };
  const headers: Record<string, Record<string, string>> = {
    'another method': { 'x-http-method-override': 'DELETE' },
    'another path': { 'x-original-url': '/api/v1/workflows', 'x-rewrite-url': '/api/v1/workflows' },
    'an address of the house': { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', forwarded: 'for=127.0.0.1' },
    'another host': { 'x-forwarded-host': 'orders.acme.localhost' },
    'a role': { 'x-role': 'owner', 'x-user': 'usr_ada', 'x-admin': 'true' },
    'a router': { 'x-workflow-routed': '1' },
    'another region': { 'x-workflow-region': 'eu', 'x-workflow-to-region': 'eu' },
  };
  const told = entries(headers).map(([what, sent]): Hostile => ({ what: `header: ${what}`, ...viewer, headers: sent, refused: 403, code: 'forbidden' }));
  const methods = ['PATCH', 'PROPFIND', 'PURGE', 'OPTIONS', 'HEAD', 'POST'].map(
    (method): Hostile => ({ what: `method ${method}`, method, path: `${API}/secrets/STRIPE_KEY`, key: keys.acmeViewer, refused: [403, 404, 405] }),
  );
  const tenants = ['ACME', '../acme', 'acme,globex', 'a'.repeat(64), '%61cme', '*', '-'].map(
    (tenant): Hostile => ({
      what: `X-Tenant ${tenant.slice(0, 20)}`,
      path: `${API}/workflows`,
      headers: { 'x-tenant': tenant, authorization: 'Bearer test-admin-key' },
      refused: [400, 404],
    }),
  );
  const links = ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)'].map(
    (next): Hostile => ({ what: `sign-in that leads to ${next}`, path: `/sign-in?key=wrong&next=${encodeURIComponent(next)}`, refused: 401 }),
  );
  const other = {
    what: 'an execution under a dead letter of its neighbour',
    path: `${API}/dlq/pipelines/own-orders.pay/${ids.execution}`,
    key: keys.globexOwner,
    refused: 404,
  };
  const fromElsewhere = ['cross-site', 'same-site'].map(
    (site): Hostile => ({
      what: `a link with a key on a page that is ${site}`,
      path: `/sign-in?key=${keys.globexOwner}`,
      headers: { 'sec-fetch-site': site },
      refused: 403,
      code: 'forbidden',
    }),
  );
  return [...raw, ...told, ...methods, ...tenants, ...links, ...fromElsewhere, other];
}

/** Bodies that are too large, too deep, or not what they say. */
export function bodies({ keys }: World): Hostile[] {
  const json = { 'content-type': 'application/json' };
  const yaml = { 'content-type': 'application/yaml' };
  const sent = (what: string, path: string, body: unknown, headers: Record<string, string>, refused: readonly number[] = [400, 413, 415, 422]): Hostile => ({
    what,
    method: 'POST',
    path: API + path,
    key: keys.acmeOwner,
    body,
    headers,
    refused,
  });
  const bytes = (...values: number[]) => new Uint8Array(values);
  const start = (data: string) => `{"workflow":"orders","pipeline":"pay","data":${data}}`;
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
    .split('')
    .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`)
    .join('\n')}\n`;
  return [
    sent('more than may be', '/executions', start(`"${'x'.repeat(4 * 1024 * 1024)}"`), json, [413]),
    sent('deep lists', '/executions', start('['.repeat(10_000) + ']'.repeat(10_000)), json),
    sent('deep objects', '/executions', start(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`), json),
    sent('lists without end', '/executions', '['.repeat(100_000), json),
    sent('half a document', '/executions', '{"workflow":', json),
    sent('two documents', '/projects', '{"name":"p"}{"name":"q"}', json),
    sent('no number', '/executions', start('NaN'), json),
    sent('a comment', '/projects', '{"name":"p"}//', json),
    sent('bytes that are no UTF-8', '/projects', bytes(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d), json),
    sent('UTF-8 that is longer than it need be', '/projects', bytes(0x22, 0xc0, 0xaf, 0x22), json),
    sent('UTF-8 cut short', '/projects', bytes(0x22, 0xe2, 0x82), json),
    sent('UTF-16', '/projects', bytes(0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00), json),
    sent('a control character', '/projects', '{"name":"p\u0000"', json),
    sent('XML', '/projects', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', { 'content-type': 'application/xml' }),
    sent('a form of parts', '/projects', '--x--', { 'content-type': 'multipart/form-data; boundary=x' }),
    sent('packed bytes', '/projects', bytes(0x1f, 0x8b, 0x08, 0x00), { ...json, 'content-encoding': 'gzip' }),
    sent('a YAML bomb', '/workflows', bomb, yaml),
    sent('a YAML bomb in JSON', '/workflows', { config: bomb }, json),
    sent('YAML that holds itself', '/workflows', 'name: &a [*a]\n', yaml),
    sent('deep YAML', '/workflows', `name: x\npipelines: ${'['.repeat(5000)}`, yaml),
    sent('a YAML tag that runs', '/workflows', 'name: !!js/function "function(){}"\npipelines: {}\n', yaml),
    sent('a YAML tag of another tongue', '/workflows', 'name: !!python/object/apply:os.system ["id"]\npipelines: {}\n', yaml),
    sent('YAML of two documents', '/workflows', 'name: a\n---\nname: b\n', yaml),
    sent('YAML keys twice', '/workflows', 'name: a\nname: b\npipelines: {}\n', yaml),
    sent('YAML of prototypes', '/workflows', 'name: a\n__proto__: {admin: true}\npipelines: {}\n', yaml),
    sent('more YAML than may be', '/workflows', `name: a\n#${'x'.repeat(1024 * 1024)}`, yaml, [413]),
    sent('a file that is an object', '/workflows', { config: 'name: a\npipelines: {}\n', files: { a: { path: '/etc/passwd' } } }, json),
    sent('a file that is no base64', '/workflows', { config: 'name: a\npipelines: {}\n', files: { a: { base64: '***' } } }, json),
    sent('an import of nothing', '/executions/import', '{"kind":', { 'content-type': 'application/jsonl' }),
    sent('an import that is no export', '/executions/import', '{"a":1}\n', { 'content-type': 'application/jsonl' }),
    sent('a key as long as a book', '/executions', { workflow: 'orders', pipeline: 'pay', idempotency_key: 'x'.repeat(10_000) }, json),
  ];
}

/** Addresses that only the platform's own machines would reach. In hosted mode; a provider's issuer is called at once. */
export function inwardAddresses({ keys }: World): Hostile[] {
  const hosts = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    'localhost',
    'LOCALHOST.',
    'app.localhost',
    '0.0.0.0',
    '0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '0xa9fea9fe',
    'metadata.google.internal',
    'metadata',
    '[::]',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::1]',
    '[2002:7f00:1::]',
    '[fe80::1]',
    '[fd00::1]',
    'user:pass@127.0.0.1',
    'example.com@169.254.169.254',
    '127.0.0.1:443',
    '１２７.０.０.１',
    'ⓛocalhost',
  ];
  const provider = (issuer: string, more: Pick<Hostile, 'refused' | 'reason'>): Hostile => ({
    what: issuer,
    method: 'POST',
    path: `${API}/identity-providers`,
    key: keys.acmeOwner,
    body: { kind: 'oidc', name: 'x', issuer, client_id: 'x' },
    bindings: { MODE: 'hosted' },
    ...more,
  });
  const schemes = ['file:///etc/passwd', 'gopher://127.0.0.1:70/', 'ftp://example.com', 'data:text/plain,x', 'javascript:alert(1)'];
  return [
    ...hosts.map((host) => provider(`https://${host}/issuer`, { refused: 502, reason: 'cannot be called from here' })),
    provider('http://accounts.example', { refused: 502, reason: 'OAUTH_HTTP_REQUEST_FORBIDDEN' }),
    ...['Hosted', 'Local', '', undefined].map((MODE) => ({
      ...provider('https://127.0.0.1/issuer', { refused: 502, reason: 'cannot be called from here' }),
      what: `https://127.0.0.1 where MODE is ${JSON.stringify(MODE)}`,
      bindings: { MODE } as never,
    })),
    ...schemes.map((issuer) => provider(issuer, { refused: 400 })),
  ];
}

/** What local development alone has, asked for where strangers share the platform, and where its mode is a slip of the pen. */
export function localDoors({ keys }: World): Hostile[] {
  return ['hosted', 'Hosted', 'Local', '', undefined].flatMap((MODE) =>
    ['/mailbox', '/mailbox/mail_0'].map(
      (path): Hostile => ({
        what: `GET ${path} where MODE is ${JSON.stringify(MODE)}`,
        path: API + path,
        key: keys.acmeOwner,
        bindings: { MODE } as never,
        refused: 404,
        reason: 'in local development only',
      }),
    ),
  );
}

/** Cursors that no list gave. */
export function forgedCursors({ keys }: World): Hostile[] {
  const text = (value: string) => btoa(value).replaceAll('=', '');
  const forged: Record<string, string> = {
    'of another list': encodeCursor('no-such-list', [1, 'x']),
    'of nothing': text('[]'),
    'of an object': text('{"tenant":"globex"}'),
    'of a query': text(`["executions","' OR 1=1 --"]`),
    'that is no base64': '***',
    'that is no JSON': text('['),
    'that is no UTF-8': '_w',
    'of a number too large': text('["executions",1e999,1e999]'),
  };
  const lists = [
    '/workflows',
    '/executions',
    '/deployments',
    '/api-keys',
    '/secrets',
    '/audit',
    '/members',
    '/projects',
    '/organizations',
    '/service-accounts',
    '/users',
    '/mails',
  ];
  return lists.flatMap((list) =>
    entries(forged).map(
      ([what, cursor]): Hostile => ({
        what: `${list}: a cursor ${what}`,
        path: `${API}${list}?cursor=${encodeURIComponent(cursor)}`,
        key: keys.acmeOwner,
        refused: 400,
      }),
    ),
  );
}
