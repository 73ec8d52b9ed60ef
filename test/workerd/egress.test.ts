/** The way out over the runtime's own fetch. Nothing listens on the port; that is enough to see what goes out, and what not. */
import { expect, it } from 'vitest';
import { createHttp } from '#workers/egress/http';

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
