import { describe, expect, it } from 'vitest';
import { Problem } from '#contracts/problems';
import { parseHostAliases, resolveAlias } from '#workers/egress/host-aliases';
import { createHttp, type EgressSettings } from '#workers/egress/http';

type Seen = { url: string; method: string; headers: Record<string, string>; body?: string };

/** A network: each call is kept, and answered by what stands for its URL. */
function network(answers: Record<string, () => Response | Promise<Response>>) {
  const seen: Seen[] = [];
  const fake = (async (url: string, init: RequestInit) => {
    init.signal?.throwIfAborted();
    const body = init.body as string | undefined;
    seen.push({ url, method: init.method!, headers: Object.fromEntries(new Headers(init.headers)), ...(body === undefined ? {} : { body }) });
    const answer = answers[url];
    if (!answer) throw new TypeError(`nothing listens at ${url}`);
    return answer();
  }) as unknown as typeof fetch;
  return { seen, fetch: fake };
}

const never = new AbortController().signal;
const post = (url: string, more: object = {}) => ({ url, method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}', ...more });
const redirect = (status: number, location: string) => () => new Response(null, { status, headers: { location } });

function port(answers: Record<string, () => Response | Promise<Response>>, settings: Partial<EgressSettings> = {}, signal = never) {
  const { seen, fetch } = network(answers);
  return { seen, http: createHttp({ hosted: false, aliases: new Map(), fetch, ...settings }, signal) };
}

const codeOf = async (call: Promise<unknown>) => {
  try {
    await call;
    return 'no error';
  } catch (error) {
    return error instanceof Problem ? error.code : error;
  }
};

describe('a call', () => {
  it('gives status, headers and text', async () => {
    const { http, seen } = port({ 'http://a.example/x': () => new Response('{"a":1}', { status: 201, headers: { 'content-type': 'application/json' } }) });
    expect(await http.fetch(post('http://a.example/x'))).toEqual({ status: 201, headers: { 'content-type': 'application/json' }, body: '{"a":1}' });
    expect(seen).toEqual([{ url: 'http://a.example/x', method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }]);
  });

  it('gives bytes that are no text as base64', async () => {
    const { http } = port({ 'http://a.example/': () => new Response(new Uint8Array([0xff, 0xfe, 0x00])) });
    expect(await http.fetch(post('http://a.example/'))).toMatchObject({ body: '//4A', encoding: 'base64' });
  });

  it('says nobody’s address where it comes back to the platform', async () => {
    const home = 'flows.example';
    const answer = () => new Response('');
    const urls = ['http://flows.example/', 'http://a.acme.flows.example/', 'http://flows.example./', 'http://notflows.example/', 'http://a.example/'];
    const { http, seen } = port(Object.fromEntries(urls.map((url) => [url, answer])), { home });
    for (const url of urls) await http.fetch(post(url, { headers: { 'X-Real-IP': '203.0.113.9' } }));
    expect(seen.map(({ headers }) => headers['x-real-ip'])).toEqual([undefined, undefined, undefined, '203.0.113.9', '203.0.113.9']);
    const led = port({ 'http://a.example/': redirect(307, 'http://flows.example/'), 'http://flows.example/': answer }, { home });
    await led.http.fetch(post('http://a.example/', { headers: { 'x-real-ip': '203.0.113.9' } }));
    expect(led.seen.map(({ headers }) => headers['x-real-ip'])).toEqual(['203.0.113.9', undefined]);
  });

  it('sends credentials of the URL as a header', async () => {
    const { http, seen } = port({ 'http://a.example/': () => new Response('') });
    await http.fetch(post('http://us%C3%A9r:p%40ss@a.example/'));
    expect(seen[0]).toMatchObject({ url: 'http://a.example/', headers: { authorization: `Basic ${Buffer.from('usér:p@ss').toString('base64')}` } });
  });

  it('leaves the connection to the runtime', async () => {
    const { http, seen } = port({ 'http://a.example/': () => new Response('') });
    await http.fetch(post('http://a.example/', { headers: { host: 'evil.example', 'content-length': '9', 'transfer-encoding': 'chunked', 'x-ok': '1' } }));
    expect(seen[0]!.headers).toEqual({ 'x-ok': '1' });
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['all that is known as such', { 'Keep-Alive': 'x', TE: 'trailers', Trailer: 'x', Upgrade: 'h2c', Expect: '100-continue' }, []],
    ['proxy-*, with credentials or without', { 'Proxy-Authorization': 'Basic x', 'proxy-connection': 'close', 'Proxy-Anything': 'x' }, []],
    ['what Connection names', { Connection: 'close, X-Hop,x-other', 'x-hop': '1', 'X-Other': '2', 'x-hop-2': '3' }, ['x-hop-2']],
  ])('keeps headers of one connection from going out: %s', async (_name, headers, sent) => {
    const { http, seen } = port({ 'http://a.example/': () => new Response('') });
    await http.fetch(post('http://a.example/', { headers }));
    expect(Object.keys(seen[0]!.headers)).toEqual(sent);
  });

  it('keeps headers of one connection from coming back', async () => {
    const answer = { te: 'x', trailer: 'x', 'proxy-authenticate': 'Basic', connection: 'x-hop', 'x-hop': '1', etag: 'e', 'content-encoding': 'identity' };
    const { http } = port({ 'http://a.example/': () => new Response(null, { headers: answer }) });
    expect((await http.fetch(post('http://a.example/'))).headers).toEqual({ etag: 'e', 'content-encoding': 'identity' });
  });

  it('sends a header once, however its name is written, with its latest value', async () => {
    const { http, seen } = port({ 'http://a.example/': () => new Response('') });
    await http.fetch(post('http://a.example/', { headers: { accept: 'application/json', Accept: 'text/csv' } }));
    expect(seen[0]!.headers).toEqual({ accept: 'text/csv' });
  });

  it('goes to the alias of each address, and to no alias that another set of them has', async () => {
    const to = (base: string) => new Map([['orders', new URL(base)]]);
    for (const base of ['http://one.example', 'http://two.example', 'http://one.example']) {
      const { http, seen } = port({ [`${base}/x`]: () => new Response('') }, { aliases: to(base) });
      await http.fetch(post('http://orders/x'));
      expect(seen.map(({ url }) => url)).toEqual([`${base}/x`]);
    }
  });

  it.each<[string, object, string]>([
    ['no URL', post(''), 'invalid_url'],
    ['no URL at all', post('not a url'), 'invalid_url'],
    ['another scheme', post('file:///etc/passwd'), 'invalid_url'],
    ['a script', post('javascript:alert(1)'), 'invalid_url'],
    ['credentials that are no UTF-8', post('http://%ff:x@a.example/'), 'invalid_url'],
    ['a broken header', post('http://a.example/', { headers: { 'bad name': 'x' } }), 'step_config_invalid'],
    ['a large body', post('http://a.example/', { body: 'x'.repeat(8 * 1024 * 1024 + 1) }), 'body_too_large'],
    ['nobody there', post('http://b.example/'), 'connection_failed'],
  ])('fails with a code: %s', async (_name, request, code) => {
    const { http } = port({ 'http://a.example/': () => new Response('') });
    expect(await codeOf(http.fetch(request as never))).toBe(code);
  });

  it('does not repeat the credentials of a URL that is none', async () => {
    const { http } = port({});
    await expect(http.fetch(post('http://user:secret@[bad'))).rejects.toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }));
  });
});

describe('bounds', () => {
  const chunks = (...sizes: number[]) =>
    new Response(
      new ReadableStream({
        start(controller) {
          for (const size of sizes) controller.enqueue(new Uint8Array(size).fill(97));
          controller.close();
        },
      }),
    );

  it.each([
    ['at the bound', [60, 40], 'no error'],
    ['over the bound in a later part', [60, 41], 'response_too_large'],
    ['over the bound at once', [101], 'response_too_large'],
  ])('a body %s', async (_name, sizes, code) => {
    const { http } = port({ 'http://a.example/': () => chunks(...sizes) });
    expect(await codeOf(http.fetch(post('http://a.example/', { max_response_bytes: 100 })))).toBe(code);
  });

  it.each([
    ['an endless answer', {}],
    ['one in chunks that says it has an end', { 'content-length': '10', 'transfer-encoding': 'chunked' }],
  ])('stops reading %s', async (_name, headers) => {
    let cancelled = false;
    const endless = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(1000));
      },
      cancel() {
        cancelled = true;
      },
    });
    const { http } = port({ 'http://a.example/': () => new Response(endless, { headers }) });
    expect(await codeOf(http.fetch(post('http://a.example/', { max_response_bytes: 5000 })))).toBe('response_too_large');
    expect(cancelled).toBe(true);
  });

  it('believes a length that is announced', async () => {
    const { http } = port({ 'http://a.example/': () => new Response('x', { headers: { 'content-length': '999' } }) });
    expect(await codeOf(http.fetch(post('http://a.example/', { max_response_bytes: 100 })))).toBe('response_too_large');
  });
});

describe('time', () => {
  const stuck = () => new Promise<Response>(() => undefined);
  /** Answers nothing until its signal aborts. */
  const waiting = ((_url: string, init: RequestInit) =>
    new Promise((_resolve, reject) => {
      init.signal!.addEventListener('abort', () => reject(init.signal!.reason), { once: true });
    })) as unknown as typeof fetch;

  it('ends a call at its own timeout', async () => {
    const own = new AbortController();
    const stopped: string[] = [];
    const { http } = port({ 'http://a.example/': stuck }, { fetch: waiting, deadline: () => ({ signal: own.signal, stop: () => stopped.push('own') }) });
    const call = codeOf(http.fetch(post('http://a.example/', { timeout_ms: 50 })));
    own.abort();
    expect(await call).toBe('step_timeout');
    expect(stopped).toEqual(['own']);
  });

  it('ends a call when the step is over, for the reason that the step was', async () => {
    const step = new AbortController();
    const { http } = port({ 'http://a.example/': stuck }, { fetch: waiting }, step.signal);
    const call = codeOf(http.fetch(post('http://a.example/')));
    step.abort('the reason');
    expect(await call).toBe('the reason');
  });
});

describe('redirects', () => {
  const ok = () => new Response('done');
  const secret = { authorization: 'Bearer x', 'x-api-key': 'y', cookie: 'z', 'content-type': 'application/json', accept: '*/*' };

  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [301, 'PUT', 'PUT'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
    [303, 'HEAD', 'HEAD'],
  ])('%i of %s becomes %s', async (status, method, after) => {
    const { http, seen } = port({ 'http://a.example/1': redirect(status, '/2'), 'http://a.example/2': ok });
    await http.fetch({ ...post('http://a.example/1'), method, ...(method === 'HEAD' ? { body: undefined } : {}) });
    expect(seen.map((one) => one.method)).toEqual([method, after]);
    expect(seen[1]!.body).toBe(after === 'GET' || after === 'HEAD' ? undefined : '{}');
  });

  it('takes credentials along on the same origin only', async () => {
    const { http, seen } = port({
      'http://a.example/1': redirect(307, '/2'),
      'http://a.example/2': redirect(307, 'http://b.example/3'),
      'http://b.example/3': ok,
    });
    await http.fetch(post('http://a.example/1', { headers: secret }));
    expect(seen[1]!.headers).toEqual(secret);
    expect(seen[2]!.headers).toEqual({ 'content-type': 'application/json', accept: '*/*' });
  });

  it('counts another port and another scheme as another origin', async () => {
    for (const target of ['http://a.example:81/', 'https://a.example/']) {
      const { http, seen } = port({ 'http://a.example/': redirect(307, target), [target]: ok });
      await http.fetch(post('http://a.example/', { headers: secret }));
      expect(seen[1]!.headers.authorization).toBeUndefined();
    }
  });

  it('follows five and no more', async () => {
    const chain = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`http://a.example/${i}`, redirect(307, `/${i + 1}`)]));
    const { http, seen } = port({ ...chain, 'http://a.example/7': ok });
    expect(await codeOf(http.fetch(post('http://a.example/0')))).toBe('upstream_status');
    expect(seen).toHaveLength(6);
    expect(await codeOf(port({ ...chain, 'http://a.example/7': ok }).http.fetch(post('http://a.example/2')))).toBe('no error');
  });

  it('gives a redirect without a target as it is', async () => {
    const { http } = port({ 'http://a.example/': () => new Response(null, { status: 302 }) });
    expect(await http.fetch(post('http://a.example/'))).toMatchObject({ status: 302 });
  });

  it.each(['http://127.0.0.1/', 'http://[::ffff:a00:1]/', 'http://metadata.google.internal/', '//10.0.0.1/'])(
    'in hosted mode refuses to be led to %s',
    async (target) => {
      const { http, seen } = port({ 'http://a.example/': redirect(302, target) }, { hosted: true });
      expect(await codeOf(http.fetch(post('http://a.example/')))).toBe('address_refused');
      expect(seen).toHaveLength(1);
    },
  );

  it('that proves who is asking goes over https alone in hosted mode, wherever it is led', async () => {
    const answers = { 'https://a.example/': redirect(307, 'http://a.example/'), 'http://a.example/': () => new Response('') };
    const { http, seen } = port(answers, { hosted: true, secure: true });
    for (const url of ['https://a.example/', 'http://a.example/', 'HTTP://a.example/']) expect(await codeOf(http.fetch(post(url)))).toBe('address_refused');
    expect(seen.map(({ url }) => url)).toEqual(['https://a.example/']);
    expect(await codeOf(port(answers, { hosted: true }).http.fetch(post('https://a.example/')))).toBe('no error');
    expect(await codeOf(port(answers, { secure: true }).http.fetch(post('https://a.example/')))).toBe('no error');
  });

  it('in hosted mode refuses to be led to a port of another protocol', async () => {
    const { http, seen } = port({ 'http://a.example/': redirect(302, 'http://b.example:25/') }, { hosted: true });
    expect(await codeOf(http.fetch(post('http://a.example/')))).toBe('port_refused');
    expect(seen).toHaveLength(1);
  });

  it('refuses to be led to another scheme', async () => {
    const { http } = port({ 'http://a.example/': redirect(302, 'file:///etc/passwd') });
    expect(await codeOf(http.fetch(post('http://a.example/')))).toBe('invalid_url');
  });
});

describe('aliases', () => {
  const aliases = parseHostAliases('{"inventory-service":"http://127.0.0.1:9000/inventory","Payment-Gateway:8082":"http://127.0.0.1:9000/payment/"}');

  it.each([
    ['http://inventory-service/api/reserve?x=1', 'http://127.0.0.1:9000/inventory/api/reserve?x=1'],
    ['http://inventory-service:8081/api/check', 'http://127.0.0.1:9000/inventory/api/check'],
    ['http://payment-gateway:8082/charge', 'http://127.0.0.1:9000/payment/charge'],
    ['http://payment-gateway/charge', 'http://payment-gateway/charge'],
    ['http://inventory-service.example/', 'http://inventory-service.example/'],
  ])('%s goes to %s', (url, target) => {
    expect(resolveAlias(new URL(url), aliases).href).toBe(target);
  });

  it('hold locally', async () => {
    const { http, seen } = port({ 'http://127.0.0.1:9000/inventory/api/reserve': () => new Response('ok') }, { aliases });
    await http.fetch(post('http://inventory-service/api/reserve'));
    expect(seen[0]!.url).toBe('http://127.0.0.1:9000/inventory/api/reserve');
  });

  it('do not hold in hosted mode', async () => {
    const { http, seen } = port({}, { aliases: new Map([['api.example.com', new URL('http://127.0.0.1:9000')]]), hosted: true });
    expect(await codeOf(http.fetch(post('http://inventory-service/api/reserve')))).toBe('address_refused');
    expect(await codeOf(http.fetch(post('https://api.example.com/x')))).toBe('connection_failed');
    expect(seen.map((one) => one.url)).toEqual(['https://api.example.com/x']);
  });

  it.each(['{', '[]', '{"a":1}', '{"a":"nowhere"}'])('says what is wrong with %s', (text) => {
    expect(() => parseHostAliases(text)).toThrow(/^HOST_ALIASES/);
  });

  it('are none when nothing is set', () => {
    expect(parseHostAliases(undefined).size).toBe(0);
  });
});
