/** What a proxy sends on and gives back: headers, and bounds on the answer that streams. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { DoorContext, DoorRequest, ForwardInit } from '#modules/door';
import { httpSimpleProxy } from '#modules/http/http-simple-proxy';
import { reverseproxy } from '#modules/http/reverseproxy';
import { refused } from '#workers/door/refusal';
import { nameCheck } from '#workers/egress/names';
import { forwarder } from '#workers/ingress/doors/forward';
import { startResolver } from '../../peers/doh.ts';
import { unbounded } from '../egress/unbounded.ts';

/** Deadlines that pass when the test says so; `stopped` has those that were taken back. */
function clock() {
  const passes = new Map<number, () => void>();
  const stopped: number[] = [];
  const deadline = (ms: number) => {
    const controller = new AbortController();
    passes.set(ms, () => controller.abort());
    return { signal: controller.signal, stop: () => void stopped.push(ms) };
  };
  return { deadline, stopped, pass: (ms: number) => passes.get(ms)!() };
}

function world(answer: () => Response | Promise<Response>, mode: 'local' | 'hosted' = 'local', home?: string) {
  const time = clock();
  const logged: JsonObject[] = [];
  const sent: { url: string; headers: Record<string, string> }[] = [];
  const fake = (async (url: string, init: RequestInit) => {
    sent.push({ url, headers: Object.fromEntries(new Headers(init.headers)) });
    return answer();
  }) as unknown as typeof fetch;
  const http = forwarder(
    { hosted: mode === 'hosted', aliases: new Map(), ...(home === undefined ? {} : { home }) },
    {
      fetch: fake,
      deadline: time.deadline,
      passage: unbounded,
      log(level, message, fields) {
        logged.push({ level, message, ...fields });
        return undefined;
      },
    },
  );
  const ask = (url = 'http://a.example/x', init: Partial<ForwardInit> = {}) =>
    http.forward(url, { method: 'GET', headers: new Headers(), body: null, timeout_ms: 10, total_timeout_ms: 20, max_response_bytes: 100, ...init });
  return { ...time, http, logged, sent, ask };
}

/** A service that answers in parts, one at each read, and then stays silent unless it is `done`. */
function parts(sizes: number[], { done = true } = {}) {
  const left = [...sizes];
  const source = { cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const size = left.shift();
        if (size !== undefined) controller.enqueue(new Uint8Array(size).fill(97));
        else if (done) controller.close();
        else return new Promise<void>(() => undefined);
      },
      cancel() {
        source.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { source, answer: () => new Response(body) };
}

it('says nobody’s address where a request comes back to the platform', async () => {
  const { ask, sent } = world(() => new Response(''), 'local', 'flows.example');
  for (const url of ['http://other.acme.flows.example/', 'http://a.example/']) await ask(url, { headers: new Headers({ 'x-real-ip': '203.0.113.9' }) });
  expect(sent.map(({ headers }) => headers['x-real-ip'])).toEqual([undefined, '203.0.113.9']);
});

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (error) => (error instanceof Problem ? error.code : error),
  );

describe('headers', () => {
  const HOPS = {
    'keep-alive': 'timeout=5',
    te: 'trailers',
    trailer: 'x-sum',
    'transfer-encoding': 'chunked',
    upgrade: 'h2c',
    'proxy-authorization': 'Basic x',
    'proxy-authenticate': 'Basic',
    'proxy-authentication-info': 'x',
    'proxy-connection': 'close',
    connection: 'close, X-Hop',
    'x-hop': '1',
  };

  it('of one connection are not sent on', async () => {
    const { ask, sent } = world(() => new Response('ok'));
    await ask('http://a.example/', { headers: new Headers({ ...HOPS, host: 'x', 'content-length': '9', expect: 'x', authorization: 'Bearer kept' }) });
    expect(sent[0]!.headers).toEqual({ authorization: 'Bearer kept' });
  });

  it('of one connection, and of how the answer was packed, are not passed back', async () => {
    const headers = new Headers({ ...HOPS, 'content-encoding': 'gzip', 'content-length': '2', etag: 'e' });
    headers.append('set-cookie', 'a=1');
    headers.append('set-cookie', 'b=2');
    const answer = await world(() => new Response('ok', { headers })).ask();
    expect([...answer.headers].filter(([name]) => name !== 'content-type')).toEqual([
      ['etag', 'e'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
  });

  it.each([
    ['http.simple_proxy', httpSimpleProxy, { targets: { '/': 'http://a.example' } }, ['x-kept', 'x-hop-2']],
    ['reverseproxy', reverseproxy, { backend_services: { a: 'http://a.example' }, default_backend: 'a', forward_headers: ['X-Hop', 'x-kept'] }, ['x-kept']],
  ])('that Connection names are dropped by %s, but none of its own', async (_name, module, settings, kept) => {
    const { http, sent } = world(() => new Response('ok'));
    const headers = new Headers({ connection: 'x-hop, x-forwarded-for', 'x-hop': '1', 'x-forwarded-for': 'forged', 'x-kept': '2', 'x-hop-2': '3' });
    const request = { method: 'GET', url: new URL('http://app.example/x'), path: '/x', headers, client: '9.9.9.9', body: null } as unknown as DoorRequest;
    await module.door!.serve(request, { module: 'proxy', settings: module.config.parse(settings), http } as unknown as DoorContext);
    const { 'x-forwarded-for': client, 'x-forwarded-host': host, 'x-forwarded-proto': proto, ...rest } = sent[0]!.headers;
    expect([client, host, proto]).toEqual(['9.9.9.9', 'app.example', 'http']);
    expect(Object.keys(rest).sort()).toEqual([...kept].sort());
  });
});

describe('the size of an answer', () => {
  it.each([
    ['at the bound', [60, 40], 'no error'],
    ['over the bound in a later part', [60, 41], 'response_too_large'],
    ['over the bound at once', [101], 'response_too_large'],
  ])('%s', async (_name, sizes, code) => {
    const { ask, logged, stopped } = world(parts(sizes).answer);
    expect(await codeOf((await ask()).text())).toBe(code);
    expect(logged.map(({ level, code, host, bytes }) => [level, code, host, bytes])).toEqual(code === 'no error' ? [] : [['error', code, 'a.example', 101]]);
    expect(stopped).toEqual([10, 20]);
  });

  it('lets go of an answer without end', async () => {
    const { source, answer } = parts(Array<number>(1000).fill(30), { done: false });
    expect(await codeOf((await world(answer).ask()).text())).toBe('response_too_large');
    expect(source.cancelled).toBe(true);
  });

  it('is refused before it begins where its length is announced', async () => {
    const { ask, logged, stopped } = world(() => new Response('x', { headers: { 'content-length': '101' } }));
    expect(await codeOf(ask())).toBe('response_too_large');
    expect(logged).toMatchObject([{ code: 'response_too_large', host: 'a.example' }]);
    expect(stopped).toEqual([10, 20]);
  });

  it('is announced, not sent, to HEAD', async () => {
    const { ask } = world(() => new Response(null, { headers: { 'content-length': '101' } }));
    expect((await ask('http://a.example/', { method: 'HEAD' })).status).toBe(200);
  });
});

describe('the time of an answer', () => {
  const silent = () => new Promise<Response>(() => undefined);

  it.each([10, 20])('ends before its head after %i ms', async (ms) => {
    const waiting = ((_url: string, init: RequestInit) =>
      new Promise((_resolve, reject) => init.signal!.addEventListener('abort', () => reject(init.signal!.reason)))) as unknown as typeof fetch;
    const { deadline, pass, stopped } = clock();
    const http = forwarder({ hosted: false, aliases: new Map() }, { fetch: waiting, deadline, passage: unbounded, log: () => undefined });
    const call = codeOf(http.forward('http://a.example/', { method: 'GET', headers: new Headers(), body: null, timeout_ms: 10, total_timeout_ms: 20 }));
    pass(ms);
    expect(await call).toBe('step_timeout');
    expect(stopped).toEqual([10, 20]);
  });

  it('ends in the middle of an answer that has stopped coming', async () => {
    const { source, answer } = parts([30], { done: false });
    const { ask, pass, logged } = world(answer);
    const text = codeOf((await ask()).text());
    pass(20);
    expect(await text).toBe('step_timeout');
    expect(source.cancelled).toBe(true);
    expect(logged).toMatchObject([{ level: 'error', code: 'step_timeout', message: 'The answer of a.example was not through within 20 ms.' }]);
  });

  it('ends for a client that does not read', async () => {
    const { source, answer } = parts([30]);
    const { ask, pass, logged } = world(answer);
    const response = await ask();
    pass(20);
    expect(source.cancelled).toBe(true);
    expect(logged).toHaveLength(1);
    expect(await codeOf(response.text())).toBe('step_timeout');
  });

  it('until the head does not count for the rest', async () => {
    const { ask, pass } = world(parts([30, 30]).answer);
    const response = await ask();
    pass(10);
    expect((await response.text()).length).toBe(60);
  });

  it('is over when the client goes away, and that is no error', async () => {
    const { source, answer } = parts([30, 30]);
    const { ask, stopped, logged, pass } = world(answer);
    const reader = (await ask()).body!.getReader();
    await reader.read();
    await reader.cancel();
    pass(20);
    expect(source.cancelled).toBe(true);
    expect(stopped).toEqual([10, 20]);
    expect(logged).toEqual([]);
  });

  it('is not asked for where the address is refused', async () => {
    for (const [url, code] of [
      ['http://127.0.0.1/', 'address_refused'],
      ['http://a.example:25/', 'port_refused'],
    ] as const) {
      const { ask, sent } = world(silent, 'hosted');
      expect(await codeOf(ask(url))).toBe(code);
      expect(sent).toEqual([]);
    }
  });
});

it('an answer that the other side breaks off is broken off, and the log says so', async () => {
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) }, { highWaterMark: 0 });
  const { ask, logged } = world(() => new Response(body));
  expect(await codeOf((await ask()).text())).toBe('connection_failed');
  expect(logged).toMatchObject([{ code: 'connection_failed', message: 'a.example broke its answer off.' }]);
});

describe('what the caller of a proxy is told', () => {
  const names = nameCheck({ resolver: 'https://dns.example/', fetch: startResolver({ 'inside.example': ['10.9.8.7'], 'a.example': ['93.184.216.34'] }).fetch });
  const rules = async () => ({ default: 'allow' as const, allow: [], deny: ['denied.example'] });
  const fails = (message: string) => () => Promise.reject(new TypeError(message));

  it.each<[string, { url?: string; answer?: () => Response | Promise<Response>; late?: true }, number, string, refused?: true]>([
    ['a private address', { url: 'http://10.0.0.5' }, 502, 'address_refused', true],
    ['an address of metadata', { url: 'http://169.254.169.254' }, 502, 'address_refused', true],
    ['a name that leads inside', { url: 'http://inside.example' }, 502, 'address_refused', true],
    ['a port of another protocol', { url: 'http://a.example:25' }, 502, 'port_refused', true],
    ['a host that the company denies', { url: 'http://denied.example' }, 502, 'egress_denied', true],
    ['no URL', { url: 'http://[bad' }, 502, 'invalid_url'],
    ['a name that is not there', { answer: fails('internal error; reference = 0k1') }, 502, 'connection_failed'],
    ['a refused connection', { answer: fails('Network connection lost from 10.9.8.7.') }, 502, 'connection_failed'],
    ['a certificate that is not good', { answer: fails('TLS peer 10.9.8.7: certificate has expired') }, 502, 'connection_failed'],
    ['a service that does not answer in time', { late: true }, 504, 'step_timeout'],
    ['an answer that is too large', { answer: () => new Response('x', { headers: { 'content-length': '101' } }) }, 502, 'response_too_large'],
  ])('of %s', async (_what, { url = 'http://a.example', answer = () => new Response(''), late }, status, code, isRefused) => {
    const { deadline, pass } = clock();
    const logged: JsonObject[] = [];
    const told: string[] = [];
    const fetched = ((_url: string, init: RequestInit) =>
      late
        ? new Promise((_resolve, reject) => {
            init.signal!.addEventListener('abort', () => reject(init.signal!.reason));
            pass(30_000);
          })
        : answer()) as unknown as typeof fetch;
    const http = forwarder(
      { hosted: true, aliases: new Map(), names, rules, refused: async (problem, host) => void told.push(`${problem.code} ${host}`) },
      { fetch: fetched, deadline, passage: unbounded, log: (level, message, fields) => void logged.push({ level, message, ...fields }) as undefined },
    );
    const request = { method: 'GET', url: new URL('http://app.example/x'), path: '/x', headers: new Headers(), client: '9.9.9.9', body: null };
    const settings = { targets: { '/': url }, max_response_mb: 0.001 };
    const config = { ...(httpSimpleProxy.config.parse(settings) as JsonObject), max_response_mb: 100 / 1024 / 1024 };
    const asked = httpSimpleProxy.door!.serve(request as unknown as DoorRequest, { module: 'proxy', settings: config, http } as unknown as DoorContext);
    const problem = await asked.then(
      () => new Problem('internal', 'it was answered'),
      (error: unknown) => error as Problem,
    );
    const reply = refused(new Request('http://app.example/x'), problem);
    const text = await reply.text();
    expect([reply.status, reply.headers.get('content-type'), JSON.parse(text).code]).toEqual([status, 'application/problem+json', code]);
    expect(text).not.toMatch(/10\.9\.8\.7|internal error/);
    expect(logged.map((line) => line.code)).toEqual(code === 'invalid_url' ? [] : [code]);
    expect(told).toEqual(isRefused ? [`${code} ${new URL(url).host}`] : []);
  });
});
