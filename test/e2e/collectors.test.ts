/**
 * Addresses that an application is told to send traces to, and to ask for its licence, in hosted mode: whoever writes the
 * document chooses them, and what answers there is a stranger. What leaves the Worker is caught and written down.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Request as Outbound, Response as Reply } from 'miniflare';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startResolver } from '../peers/doh.ts';
import { type HostedRegion, startHosted } from './hosted-region.ts';

const TOKEN = 'planted-collector-token';
const PUBLIC = ['93.184.216.34'];
const resolver = startResolver({
  'collector.example': PUBLIC,
  'other.example': PUBLIC,
  [`${TOKEN}.example`]: PUBLIC,
  'inside.example': ['10.0.0.7'],
  'both.example': [...PUBLIC, '169.254.169.254'],
  'inside6.example': ['fd00::1'],
  'mapped.example': ['::ffff:169.254.169.254'],
  'nat64.example': ['64:ff9b::a9fe:a9fe'],
  'six-to-four.example': ['2002:7f00:1::'],
});

/** What never ends, ends with the test file. */
const over = Promise.withResolvers<void>();
/** Parts of so many bytes, and then nothing, for ever: what hands it on takes all that there is, whether somebody reads or not. */
const endless = (part: number, parts: number) =>
  new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (parts-- > 0) return controller.enqueue(new Uint8Array(part).fill(32));
      await over.promise;
      controller.close();
    },
  });
const JSON_TYPE = { 'content-type': 'application/json' };
const LICENCE = JSON.stringify({ valid: true, tier: 'gold', features: [] });

/** By the first part of the path. */
const ANSWERS: Record<string, (path: string[], body: string) => Reply | Promise<Reply>> = {
  good: () => new Reply(LICENCE, { headers: JSON_TYPE }),
  never: async () => over.promise.then(() => new Reply('')),
  trickle: () => new Reply(endless(1, 1) as never, { headers: JSON_TYPE }),
  endless: () => new Reply(endless(64 * 1024, 256) as never, { headers: JSON_TYPE }),
  huge: () => new Reply(new Uint8Array(8 * 1024 * 1024), { headers: JSON_TYPE }),
  // Packed on its way: a few KB that become 64 MB.
  bomb: () => new Reply(new Uint8Array(64 * 1024 * 1024), { headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } }),
  page: () => new Reply('<script>alert(1)</script>', { headers: { 'content-type': 'text/html' } }),
  binary: () => new Reply(new Uint8Array([0xff, 0xfe, 0, 0xd8]), { headers: { 'content-type': 'image/png' } }),
  nested: () => new Reply(`{"valid":true,"features":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, { headers: JSON_TYPE }),
  odd: () => new Reply('{"valid":true,"tier":{"toString":1},"features":[{"toString":1}],"expires_at":null}', { headers: JSON_TYPE }),
  echo: (_, body) => new Reply(JSON.stringify({ valid: false, error: `I was sent ${body}` }), { headers: JSON_TYPE }),
  refused: (_, body) => new Reply(body, { status: 400 }),
  redirect: (path) => new Reply(null, { status: Number(path[1]), headers: { location: decodeURIComponent(path[2]!) } }),
};

interface Call {
  url: string;
  headers: Record<string, string>;
}
let called: Call[] = [];

async function outside(request: Outbound): Promise<Reply> {
  const url = new URL(request.url);
  if (url.hostname === 'dns.example') {
    const answer = await resolver.fetch(request.url, { headers: { accept: request.headers.get('accept') ?? '' } });
    return new Reply(await answer.text(), { status: answer.status, headers: { 'content-type': 'application/dns-json' } });
  }
  called.push({ url: request.url, headers: Object.fromEntries(request.headers) });
  const path = url.pathname.split('/').slice(1);
  const answer = ANSWERS[path[0]!] ?? ANSWERS.good!;
  return answer(path, await request.text());
}

let region: HostedRegion;
const api: HostedRegion['api'] = (...call) => region.api(...call);

beforeAll(async () => {
  region = await startHosted(outside, ['acme', 'globex']);
  expect((await api('PUT', '/secrets/TOKEN', { value: TOKEN })).status).toBeLessThan(300);
  expect((await api('PUT', '/secrets/BENT', { value: 'a\r\nX-Smuggled: yes' })).status).toBeLessThan(300);
});
afterAll(async () => {
  over.resolve();
  await region?.stop();
});

async function deploy(name: string, modules: string, path: string, tenant?: string): Promise<void> {
  const document = `name: ${name}
modules:
${modules}
pipelines:
  ask:
    trigger: { type: http, config: { method: GET, path: /ask, middlewares: [${path}] } }
    steps:
      - { name: answer, type: step.json_response, config: { status: 200, body: { license: "{{ .license }}" } } }
  run:
    trigger: { type: manual }
    steps:
      - { name: note, type: step.log, config: { message: ran } }
`;
  const stored = await api('POST', '/workflows?deploy=production', document, tenant);
  expect(stored.status, stored.text).toBe(201);
}

const collector = (endpoint: string, headers = '{}') =>
  `  - { name: tracing, type: observability.otel, config: { endpoint: ${JSON.stringify(endpoint)}, headers: ${headers} } }`;
const licence = (url: string, key = '${TOKEN}') =>
  `  - { name: license, type: license.validator, config: { server_url: ${JSON.stringify(url)}, license_key: ${JSON.stringify(key)} } }`;

interface Standing {
  waiting: number;
  spans_sent: number;
  given_up: number;
  error?: { message: string };
}

/** What came of the traces of one execution. */
async function exported(name: string, tenant?: string): Promise<Standing> {
  const { body } = await api('POST', '/executions?wait=10s', { workflow: name, pipeline: 'run', data: {} }, tenant);
  expect(body.status).toBe('completed');
  return standing(name, ({ spans_sent, given_up, error }) => spans_sent + given_up > 0 || error !== undefined, tenant);
}

async function standing(name: string, done: (standing: Standing) => boolean, tenant?: string): Promise<Standing> {
  const look = async () => (await api('GET', `/workflows/${name}/traces`, undefined, tenant)).body as Standing;
  await expect.poll(async () => done(await look()), { timeout: 50_000, interval: 200 }).toBe(true);
  return look();
}

async function visit(name: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${region.origin}/in/acme/${name}/ask`, { redirect: 'manual', headers: { connection: 'close' } });
  return { status: answer.status, text: await answer.text() };
}

/** What a place answers that may not be called, or that is another's. */
const INSIDE: readonly [what: string, url: string, code: string][] = [
  ['loopback', 'http://127.0.0.1:4318', 'address_refused'],
  ['loopback, short', 'http://127.1', 'address_refused'],
  ['loopback as a number', 'http://2130706433', 'address_refused'],
  ['loopback in hex', 'http://0x7f.1', 'address_refused'],
  ['loopback by name', 'http://localhost:4318', 'address_refused'],
  ['loopback of IPv6', 'http://[::1]:4318', 'address_refused'],
  ['no address', 'http://0.0.0.0', 'address_refused'],
  ['a private network', 'http://10.0.0.1:4318', 'address_refused'],
  ['another private network', 'https://192.168.1.1', 'address_refused'],
  ['a private network of IPv6', 'https://[fd00::1]', 'address_refused'],
  ['link-local', 'http://169.254.1.1', 'address_refused'],
  ['link-local of IPv6', 'http://[fe80::1]', 'address_refused'],
  ['metadata', 'http://169.254.169.254/latest/meta-data', 'address_refused'],
  ['metadata as a number', 'http://0xa9fea9fe', 'address_refused'],
  ['metadata by name', 'http://metadata.google.internal', 'address_refused'],
  ['metadata within IPv6', 'http://[::ffff:169.254.169.254]', 'address_refused'],
  ['metadata behind NAT64', 'http://[64:ff9b::a9fe:a9fe]', 'address_refused'],
  ['metadata behind 6to4', 'http://[2002:a9fe:a9fe::]', 'address_refused'],
  ['a private address behind a user', 'https://collector.example@10.0.0.1', 'address_refused'],
  ['full width digits', 'http://１２７.0.0.1', 'address_refused'],
  ['a name inside', 'https://inside.example', 'address_refused'],
  ['a name inside as well as outside', 'https://both.example', 'address_refused'],
  ['a name inside, in IPv6', 'https://inside6.example', 'address_refused'],
  ['a name inside, mapped', 'https://mapped.example', 'address_refused'],
  ['a name inside, behind NAT64', 'https://nat64.example', 'address_refused'],
  ['a name inside, behind 6to4', 'https://six-to-four.example', 'address_refused'],
  ['a port of mail', 'https://collector.example:25', 'port_refused'],
  ['another protocol', 'ftp://collector.example', 'invalid_url'],
];
const at = (kind: string, index: number) => `${kind}-${index}`;

it('sends no traces to places inside, and says so', async () => {
  called = [];
  await Promise.all(INSIDE.map(([, url], index) => deploy(at('traces', index), collector(url), '')));
  const came = await Promise.all(INSIDE.map(([what], index) => exported(at('traces', index)).then((standing) => [what, standing] as const)));
  expect(Object.fromEntries(came.map(([what, { spans_sent, error }]) => [what, [spans_sent, /\((\w+)\)\.$/.exec(error?.message ?? '')?.[1]]]))).toEqual(
    Object.fromEntries(INSIDE.map(([what, , code]) => [what, [0, code]])),
  );
  expect(called).toEqual([]);
});

it('asks for no licence inside', async () => {
  called = [];
  await Promise.all(INSIDE.map(([, url], index) => deploy(at('licence', index), licence(url), 'license')));
  const came = await Promise.all(
    INSIDE.map(([what], index) => visit(at('licence', index)).then(({ status, text }) => [what, [status, JSON.parse(text).code]])),
  );
  expect(Object.fromEntries(came)).toEqual(Object.fromEntries(INSIDE.map(([what]) => [what, [403, 'forbidden']])));
  expect(called).toEqual([]);
});

it('follows no collector inside, and no licence server anywhere', async () => {
  const targets = ['http://169.254.169.254/', '//10.0.0.1/', 'https://inside.example/', 'http://[::1]/', 'https://collector.example:25/'];
  const urls = [301, 302, 303, 307, 308].flatMap((status) => targets.map((to) => `https://collector.example/redirect/${status}/${encodeURIComponent(to)}`));
  called = [];
  await Promise.all(urls.map((url, index) => deploy(at('led', index), `${collector(url)}\n${licence(url)}`, 'license')));
  const standings = await Promise.all(urls.map((_, index) => exported(at('led', index))));
  for (const { spans_sent, error } of standings) expect([spans_sent, error?.message]).toEqual([0, expect.stringMatching(/\((address|port)_refused\)\.$/)]);
  for (const [index] of urls.entries()) expect((await visit(at('led', index))).status).toBe(403);
  expect(new Set(called.map(({ url }) => new URL(url).origin))).toEqual(new Set(['https://collector.example']));
  called = [];
  await deploy('led-away', licence(`https://collector.example/redirect/307/${encodeURIComponent('https://other.example/good')}`), 'license');
  expect((await visit('led-away')).status).toBe(403);
  expect(called.map(({ url }) => new URL(url).hostname)).toEqual(['collector.example']);
});

it('takes no credential along to another origin', async () => {
  called = [];
  await deploy(
    'carries',
    collector(
      `https://collector.example/redirect/307/${encodeURIComponent('https://other.example/good')}`,
      '{ Authorization: "Bearer ${TOKEN}", X-Api-Key: "${TOKEN}", Cookie: "a=${TOKEN}" }',
    ),
    '',
  );
  await exported('carries');
  const there = called.filter(({ url }) => new URL(url).hostname === 'other.example');
  expect(there).toHaveLength(1);
  expect(JSON.stringify(there)).not.toContain(TOKEN);
});

it('sends no header that breaks out of its line, and none that belongs to the connection', async () => {
  called = [];
  await deploy('bent', collector('https://collector.example/good', '{ X-Bent: "${BENT}" }'), '');
  await deploy('bent-name', collector('https://collector.example/good', '{ "X-A: b\\r\\nX-Smuggled": yes }'), '');
  const own =
    '{ Host: inside, Content-Length: "5", Transfer-Encoding: chunked, Connection: x-kept, X-Kept: no, Proxy-Authorization: x, Content-Type: text/evil, X-Fine: yes }';
  await deploy('hops', collector('https://collector.example/good', own), '');
  for (const name of ['bent', 'bent-name']) expect((await exported(name)).error?.message).toMatch(/\(step_config_invalid\)\.$/);
  expect(called).toEqual([]);
  expect((await exported('hops')).spans_sent).toBeGreaterThan(0);
  expect(called).toHaveLength(1);
  const { headers } = called[0]!;
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-fine': 'yes' });
  for (const name of ['x-kept', 'proxy-authorization', 'x-smuggled']) expect(headers).not.toHaveProperty(name);
  expect(headers.host ?? 'collector.example').toBe('collector.example');
});

/** What comes of it: of the traces, and of the licence. */
const STRANGE: readonly [kind: string, traces: RegExp | 'taken', status: number][] = [
  ['never', /step_timeout/, 403],
  ['trickle', /step_timeout/, 403],
  ['endless', /response_too_large/, 403],
  ['huge', /response_too_large/, 403],
  ['bomb', /response_too_large/, 403],
  ['page', 'taken', 403],
  ['binary', 'taken', 403],
  ['nested', 'taken', 403],
  ['odd', 'taken', 200],
  ['echo', 'taken', 403],
  ['refused', /answered 400/, 403],
];

it('bounds what strangers answer, and goes on', async () => {
  const url = (kind: string) => `https://collector.example/${kind}`;
  await Promise.all(STRANGE.map(([kind]) => deploy(`strange-${kind}`, `${collector(url(kind))}\n${licence(url(kind))}`, 'license')));
  const standings = await Promise.all(STRANGE.map(async ([kind]) => [kind, await exported(`strange-${kind}`)] as const));
  for (const [index, [kind, { spans_sent, error }]] of standings.entries()) {
    const [, traces] = STRANGE[index]!;
    if (traces === 'taken') expect([kind, spans_sent > 0, error]).toEqual([kind, true, undefined]);
    else expect([kind, spans_sent, error?.message]).toEqual([kind, 0, expect.stringMatching(traces)]);
  }
  const visits = await Promise.all(STRANGE.map(async ([kind]) => [kind, (await visit(`strange-${kind}`)).status] as const));
  expect(visits).toEqual(STRANGE.map(([kind, , status]) => [kind, status]));
});

it('asks a licence server that is away once, whoever comes', async () => {
  called = [];
  for (let i = 0; i < 10; i++) expect((await visit('strange-never')).status).toBe(403);
  // What others have let in before may still send its traces.
  expect(called.filter(({ url }) => url.startsWith('https://collector.example/never'))).toEqual([]);
});

it('tells nobody a secret, though it stands in the address and strangers say it', async () => {
  const bearer = '{ Authorization: "Bearer ${TOKEN}" }';
  const all = ['refused', 'echo', 'bomb', 'endless'];
  await Promise.all(
    all.map((kind) =>
      deploy(
        `says-${kind}`,
        `${collector(`https://collector.example/${kind}/\${TOKEN}`, bearer)}\n${licence(`https://collector.example/${kind}/\${TOKEN}`)}`,
        'license',
      ),
    ),
  );
  await deploy('says-host', `${collector('https://${TOKEN}.example:25/x', bearer)}\n${licence('https://${TOKEN}.example:25')}`, 'license');
  const names = [...all.map((kind) => `says-${kind}`), 'says-host'];
  const seen: unknown[] = [];
  for (const name of names) seen.push(await exported(name), await visit(name), (await api('GET', `/workflows/${name}/logs`)).text);
  seen.push((await api('GET', '/audit')).text, readFileSync(join(region.stateDir, 'logs', 'us.log'), 'utf8'));
  expect(JSON.stringify(seen)).toContain('I was sent');
  expect(JSON.stringify(seen)).not.toContain(TOKEN);
});

it('lets no company wait for the collector of another', async () => {
  const held = Promise.withResolvers<void>();
  ANSWERS.held = async () => held.promise.then(() => new Reply('{}'));
  for (let i = 0; i < 5; i++) await deploy(`holds-${i}`, collector('https://collector.example/held'), '');
  await deploy('swift', collector('https://other.example/good'), '', 'globex');
  called = [];
  for (let i = 0; i < 5; i++) await api('POST', '/executions?wait=10s', { workflow: `holds-${i}`, pipeline: 'run', data: {} });
  // Others before them are tried again meanwhile.
  const waiting = () => called.filter(({ url }) => url.includes('/held')).length;
  await expect.poll(waiting, { timeout: 30_000 }).toBe(5);
  // Five of acme are waited for, and none of them has an answer.
  expect((await exported('swift', 'globex')).spans_sent).toBeGreaterThan(0);
  for (let i = 0; i < 5; i++) expect((await api('GET', `/workflows/holds-${i}/traces`)).body.spans_sent).toBe(0);
  held.resolve();
});
