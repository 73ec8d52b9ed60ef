/**
 * A company that allows two hosts, in hosted mode, and everything of an application that calls out: what leaves the Worker
 * is caught and written down, so nothing gets out unseen.
 */
import { type Request as Outbound, Response as Reply } from 'miniflare';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startResolver } from '../peers/doh.ts';
import { type HostedRegion, startHosted } from './hosted-region.ts';

const RULES = { default: 'deny', allow: ['allowed.example:443', '*.partners.example'], deny: ['bad.partners.example', '198.51.99.7'] };
const PUBLIC = ['93.184.216.34'];
const resolver = startResolver({
  'allowed.example': PUBLIC,
  'a.partners.example': PUBLIC,
  'inside.partners.example': ['10.0.0.7'],
  'denied.partners.example': ['198.51.99.7'],
  'denied6.partners.example': ['64:ff9b::c633:6307'],
});

/** Where calls came to, beside the resolver. */
let called: string[] = [];
async function outside(request: Outbound): Promise<Reply> {
  const url = new URL(request.url);
  if (url.hostname === 'dns.example') {
    const answer = await resolver.fetch(request.url, { headers: { accept: request.headers.get('accept') ?? '' } });
    return new Reply(await answer.text(), { status: answer.status, headers: { 'content-type': 'application/dns-json' } });
  }
  called.push(url.origin);
  const to = url.searchParams.get('to');
  if (to !== null) return new Reply(null, { status: Number(url.pathname.split('/').at(-1)), headers: { location: to } });
  return new Reply('{"data":{}}', { headers: { 'content-type': 'application/json' } });
}

const STEPS: Record<string, string> = {
  'step.http_call': '{ url: "{{ .url }}", method: POST, body: { secret: plan } }',
  'step.webhook_send': '{ url: "{{ .url }}", payload: { secret: plan } }',
  'step.graphql': '{ url: "{{ .url }}", query: "{ plan }" }',
  'step.slack_message': '{ webhook_url: "{{ .url }}", text: plan }',
  'step.http_proxy': '{ backend_url: "{{ .url }}", method: POST }',
};
const PROXIES = ['proxy', 'simple', 'gateway', 'reverse'];
const name = (type: string) => type.replaceAll(/[._]/g, '-');

const APPLICATION = `name: leaky
modules:
  - { name: server, type: http.server }
  - { name: router, type: http.router, dependsOn: [server], config: { server: server } }
  - { name: proxy, type: http.proxy, config: { targets: { /proxy/allowed: "https://allowed.example", /proxy/other: "https://other.example" } } }
  - { name: simple, type: http.simple_proxy, config: { targets: { /simple/allowed: "https://allowed.example", /simple/other: "https://other.example" } } }
  - name: gateway
    type: api.gateway
    config:
      routes:
        - { pathPrefix: /gateway/allowed, backend: "https://allowed.example", stripPrefix: true }
        - { pathPrefix: /gateway/other, backend: "https://other.example", stripPrefix: true }
  - name: reverse
    type: reverseproxy
    config:
      backend_services: { allowed: "https://allowed.example", other: "https://other.example" }
      routes: { /reverse/allowed: allowed, /reverse/other: other }
workflows:
  http:
    router: router
    routes:
      - { method: GET, path: "/proxy/{rest...}", handler: proxy }
      - { method: GET, path: "/simple/{rest...}", handler: simple }
pipelines:
${Object.entries(STEPS)
  .map(
    ([type, config]) => `  ${name(type)}:
    trigger: { type: manual }
    steps:
      - { name: call, type: ${type}, retry: { max_attempts: 1 }, config: ${config} }`,
  )
  .join('\n')}
  in-a-lane:
    trigger: { type: manual }
    steps:
      - name: tries
        type: step.resilient
        config:
          step: { name: first, type: step.fail, config: { message: down } }
          fallback: { name: instead, type: step.http_call, retry: { max_attempts: 1 }, config: { url: "{{ .url }}" } }
  script:
    trigger: { type: manual }
    steps:
      - name: script
        type: step.js
        config: { code: "function transform() { return { has: [typeof fetch, typeof WebSocket, typeof XMLHttpRequest, typeof process, typeof require] }; }" }
`;

let region: HostedRegion;
const api: HostedRegion['api'] = (...call) => region.api(...call);

beforeAll(async () => {
  region = await startHosted(outside, ['acme']);
  const stored = await api('POST', '/workflows?deploy=production', APPLICATION);
  expect(stored.status, JSON.stringify(stored.body)).toBe(201);
  expect((await api('PUT', '/tenants/acme/egress', RULES)).status).toBe(200);
});
afterAll(async () => {
  await region?.stop();
});
beforeEach(() => {
  called = [];
  resolver.asked.length = 0;
});

/** What a call of the pipeline comes to: the code of its error, or its status. */
async function outcome(pipeline: string, url: string): Promise<string> {
  const { body } = await api('POST', '/executions?wait=10s', { workflow: 'leaky', pipeline, data: { url } });
  return body.error?.code ?? body.code ?? body.status;
}

const ALLOWED = ['https://allowed.example/', 'https://ALLOWED.example./', 'https://a.partners.example:8443/', 'https://user:pass@allowed.example/'];

/** By what would call the place otherwise, and what refuses it. */
const WAYS_OUT: readonly [what: string, url: string, code: string][] = [
  ['another host', 'https://other.example/', 'egress_denied'],
  ['another host in capitals, with a dot behind', 'https://OTHER.example./', 'egress_denied'],
  ['another port', 'https://allowed.example:8443/', 'egress_denied'],
  ['another scheme', 'http://allowed.example/', 'egress_denied'],
  ['the allowed host as a user', 'https://allowed.example@other.example/', 'egress_denied'],
  ['the allowed host as user and password', 'https://allowed.example:443@other.example/', 'egress_denied'],
  ['the allowed host behind a backslash', 'https://other.example\\@allowed.example/', 'egress_denied'],
  ['the allowed host behind a fragment', 'https://other.example#@allowed.example/', 'egress_denied'],
  ['the allowed host as the beginning of a longer one', 'https://allowed.example.other.example/', 'egress_denied'],
  ['the allowed host as the end of a longer one', 'https://notallowed.example/', 'egress_denied'],
  ['the parent of a wildcard', 'https://partners.example/', 'egress_denied'],
  ['a name that ends like a wildcard', 'https://badpartners.example/', 'egress_denied'],
  ['a look-alike of other letters', 'https://аllowed.example/', 'egress_denied'],
  ['a soft hyphen in a denied name', 'https://bad\u00ad.partners.example/', 'egress_denied'],
  ['full width dots in a denied name', 'https://bad。partners。example/', 'egress_denied'],
  ['percent signs in a denied name', 'https://%62ad.partners.example/', 'egress_denied'],
  ['a denied name within an allowed wildcard', 'https://bad.partners.example/', 'egress_denied'],
  ['a denied name with a dot behind', 'https://bad.partners.example./', 'egress_denied'],
  ['an allowed name that stands for a denied address', 'https://denied.partners.example/', 'egress_denied'],
  ['an allowed name that stands for it within another', 'https://denied6.partners.example/', 'egress_denied'],
  ['an allowed name that stands for a private address', 'https://inside.partners.example/', 'address_refused'],
  ['the address of an allowed name', 'https://93.184.216.34/', 'egress_denied'],
  ['the address as one number', 'https://1572395042/', 'egress_denied'],
  ['the address in hex', 'https://0x5db8d822/', 'egress_denied'],
  ['the address within IPv6', 'https://[::ffff:93.184.216.34]/', 'egress_denied'],
  ['a machine inside', 'https://127.0.0.1/', 'address_refused'],
  ['a machine inside, within IPv6', 'https://[::ffff:127.0.0.1]/', 'address_refused'],
  ['a port of mail at an allowed name', 'https://a.partners.example:25/', 'port_refused'],
  ['another protocol', 'ftp://allowed.example/', 'invalid_url'],
  ['no address at all', 'data:text/plain,x', 'invalid_url'],
];

/** What each came to, by what it was. */
async function outcomes(pipeline: string, calls: readonly (readonly [what: string, url: string])[]): Promise<Record<string, string>> {
  const came: Record<string, string> = {};
  for (const [what, url] of calls) came[what] = await outcome(pipeline, url);
  return came;
}

/** Everything for the first; all have one way out, so a few for each of the others show that it is theirs, too. */
const some = <T>(type: string, all: readonly T[]) => (type === 'step.http_call' ? all : all.filter((_, at) => at % 6 === 0));

describe.each(Object.keys(STEPS))('%s', (type) => {
  it('calls what is allowed, however it is written', async () => {
    const urls = some(type, ALLOWED);
    const calls = urls.map((url) => [url, url] as const);
    expect(await outcomes(name(type), calls)).toEqual(Object.fromEntries(urls.map((url) => [url, 'completed'])));
    expect(called).toHaveLength(urls.length);
  });

  it('calls nothing else', async () => {
    const ways = some(type, WAYS_OUT);
    const calls = ways.map(([what, url]) => [what, url] as const);
    expect(await outcomes(name(type), calls)).toEqual(Object.fromEntries(ways.map(([what, , code]) => [what, code])));
    expect(called).toEqual([]);
  });

  it('does not follow an allowed host out', async () => {
    const targets = ['https://other.example/', '//other.example/', 'http://allowed.example/', 'https:\\\\other.example', 'https://169.254.169.254/'];
    const answers = [301, 302, 303, 307, 308].flatMap((status) => targets.map((to) => ({ status, to })));
    const calls = some(type, answers).map(
      ({ status, to }) => [`${status} to ${to}`, `https://allowed.example/${status}?to=${encodeURIComponent(to)}`] as const,
    );
    for (const code of Object.values(await outcomes(name(type), calls))) expect(code).toMatch(/^(egress_denied|address_refused)$/);
    expect(called).toEqual(calls.map(() => 'https://allowed.example'));
  });
});

it('asks no resolver for a name that may not be called: it would tell what stands in it', async () => {
  expect(await outcome('step-http-call', 'https://what-is-known.other.example/')).toBe('egress_denied');
  expect(resolver.asked).toEqual([]);
});

it('goes by the rules in the fallback of a block, too', async () => {
  expect(await outcome('in-a-lane', 'https://other.example/')).toBe('egress_denied');
  expect(called).toEqual([]);
  expect(await outcome('in-a-lane', 'https://allowed.example/')).toBe('completed');
});

it('leaves a script nothing to call with', async () => {
  const { body } = await api('POST', '/executions?wait=10s', { workflow: 'leaky', pipeline: 'script', data: {} });
  expect([body.status, JSON.stringify(body)]).toEqual(['completed', expect.stringContaining(JSON.stringify(Array(5).fill('undefined')))]);
});

it.each(PROXIES)('the proxy `%s` hands nothing on to another host, whatever its path is', async (proxy) => {
  const ask = async (path: string) => (await fetch(`${region.origin}/in/acme/leaky/${proxy}/${path}`, { redirect: 'manual' })).status;
  expect(await ask('allowed/x')).toBe(200);
  expect(called).toEqual(['https://allowed.example']);
  for (const path of ['other/x', 'other', 'allowed@other.example/', 'allowed/..//other.example/', 'allowed/%2e%2e/other/x']) {
    called = [];
    expect(await ask(path)).toBeGreaterThanOrEqual(400);
    expect(called).toEqual([]);
  }
  // A redirect is the client's to follow.
  called = [];
  expect(await ask('allowed/302?to=https://other.example/')).toBe(302);
  expect(called).toEqual(['https://allowed.example']);
});

it.each([
  ['https://other.example', 'not among the hosts that the company allows'],
  ['http://allowed.example', 'reached over https only'],
  ['https://allowed.example', undefined],
])('goes by the rules with stores of secrets: %s', async (address, refused) => {
  const store = { name: 'vault', kind: 'vault', auth: { method: 'token' }, credential: 'hvs.token', address };
  expect((await api('POST', '/secret-providers', store)).status).toBe(201);
  const { health } = (await api('POST', '/secret-providers/vault/check')).body;
  await api('DELETE', '/secret-providers/vault');
  if (refused === undefined) expect(health.status).toBe('ok');
  else expect(health).toMatchObject({ status: 'failing', detail: expect.stringContaining(refused) });
  expect(called.length > 0).toBe(refused === undefined);
});
