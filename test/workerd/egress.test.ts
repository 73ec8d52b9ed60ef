/** The way out on the real runtime. Nothing listens on the port; that is enough to see what goes out, and what not. Streams are the runtime’s own. */
import { expect, it } from 'vitest';
import { createHttp } from '#workers/egress/http';
import { forwarder } from '#workers/ingress/doors/forward';

const never = new AbortController().signal;
const get = (url: string) => ({ url, method: 'GET', headers: {} });
const aliases = new Map([['inventory-service', new URL('http://127.0.0.1:1/inventory')]]);

it('reaches for the address, through an alias too, and says that nobody is there', async () => {
  const http = createHttp({ hosted: false, aliases }, never);
  await expect(http.fetch(get('http://127.0.0.1:1/'))).rejects.toMatchObject({
    code: 'connection_failed',
    message: expect.stringMatching(/^GET 127\.0\.0\.1:1 could not be reached/),
  });
  await expect(http.fetch(get('http://inventory-service/api'))).rejects.toMatchObject({
    code: 'connection_failed',
    message: expect.not.stringContaining('Illegal'),
  });
});

it.each(['http://127.0.0.1:1/', 'http://0x7f.1/', 'http://[::ffff:127.0.0.1]/', 'http://inventory-service/api'])(
  'in hosted mode does not even reach for %s',
  async (url) => {
    const http = createHttp({ hosted: true, aliases }, never);
    await expect(http.fetch(get(url))).rejects.toMatchObject({ code: 'address_refused' });
  },
);

it('ends a call with the reason of its signal', async () => {
  const http = createHttp({ hosted: false, aliases }, AbortSignal.abort('over'));
  await expect(http.fetch(get('http://127.0.0.1:1/'))).rejects.toBe('over');
});

it.each<[string, number, string | undefined]>([
  ['within its bound, is whole', 64 * 1024, undefined],
  ['over its bound, is broken off', 64 * 1024 - 1, 'response_too_large'],
])('an answer that streams through, %s', async (_name, max_response_bytes, code) => {
  const logged: unknown[] = [];
  const pair = new TransformStream<Uint8Array, Uint8Array>();
  const writer = pair.writable.getWriter();
  const written = (async () => {
    for (let part = 0; part < 64; part++) await writer.write(new Uint8Array(1024));
    await writer.close();
  })().catch(() => undefined);
  const fetched = (async () => new Response(pair.readable)) as typeof fetch;
  const http = forwarder({ hosted: false, aliases: new Map() }, { fetch: fetched, log: (_level, _message, fields) => logged.push(fields.code) });
  const answer = await http.forward('http://a.example/', { method: 'GET', headers: new Headers(), body: null, timeout_ms: 60_000, max_response_bytes });
  const read = new Response(answer.body, answer).arrayBuffer();
  if (code) await expect(read).rejects.toMatchObject({ message: expect.stringContaining('a.example answered more than') });
  else expect((await read).byteLength).toBe(64 * 1024);
  await written;
  expect(logged).toEqual(code ? [code] : []);
});
