/** Names are looked up before they are called, in hosted mode. */
import { describe, expect, it } from 'vitest';
import { createHttp } from '#workers/egress/http';
import { nameCheck } from '#workers/egress/names';
import { startResolver } from '../../peers/doh';

const ZONE = {
  'api.example': ['93.184.216.34', '2606:2800:220:1::1'],
  'inside.example': ['10.0.0.7'],
  'half.example': ['93.184.216.34', '10.0.0.7'],
  'inside6.example': ['fd00::7'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'metadata.example': ['169.254.169.254'],
};

function world() {
  const resolver = startResolver(structuredClone(ZONE));
  let now = 0;
  const names = nameCheck({ resolver: 'https://dns.example/dns-query', fetch: resolver.fetch, now: () => now });
  return {
    resolver,
    names,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('a name', () => {
  it.each(['inside.example', 'half.example', 'inside6.example', 'mapped.example', 'metadata.example', 'INSIDE.example'.toLowerCase(), 'inside.example.'])(
    'that points inside is refused: %s',
    async (name) => {
      await expect(world().names.check(name)).rejects.toMatchObject({
        code: 'address_refused',
        message: `${name} cannot be called from here: its name leads to an address that is not public.`,
      });
    },
  );

  it.each(['api.example', 'nowhere.example', '93.184.216.34', '[2606:2800:220:1::1]'])('that does not may be called: %s', async (name) => {
    await world().names.check(name);
  });

  it('is asked for once in its time, which has bounds', async () => {
    const { names, resolver, pass } = world();
    await names.check('api.example');
    await names.check('api.example');
    expect(resolver.asked).toEqual(['api.example A', 'api.example AAAA']);
    resolver.zone['api.example'] = ['10.0.0.1'];
    resolver.ttl = 1;
    pass(59_000);
    await names.check('api.example');
    pass(1_001);
    await expect(names.check('api.example')).rejects.toMatchObject({ code: 'address_refused' });
    // A time of nothing is half a minute, so that no name costs a question for each call.
    pass(29_000);
    await expect(names.check('api.example')).rejects.toMatchObject({ code: 'address_refused' });
    expect(resolver.asked).toHaveLength(4);
  });

  it('that cannot be looked up is not called now', async () => {
    const { names, resolver } = world();
    resolver.down = true;
    await expect(names.check('api.example')).rejects.toMatchObject({ code: 'connection_failed' });
    resolver.down = false;
    await names.check('api.example');
  });

  it.each(['A', 'AAAA'])('of which the resolver could not find out all is not called now: %s', async (type) => {
    const { names, resolver } = world();
    resolver.failing = [type];
    await expect(names.check('api.example')).rejects.toMatchObject({ code: 'connection_failed' });
    resolver.failing = [];
    await names.check('api.example');
  });
});

it('names of redirects are looked up as well', async () => {
  const { names } = world();
  const called: string[] = [];
  const fetch = (async (url: string) => {
    called.push(url);
    return new Response(null, { status: 302, headers: { location: 'https://inside.example/secret' } });
  }) as unknown as typeof globalThis.fetch;
  const http = createHttp({ hosted: true, aliases: new Map(), fetch, names }, new AbortController().signal);
  await expect(http.fetch({ url: 'https://api.example/', method: 'GET', headers: {} })).rejects.toMatchObject({ code: 'address_refused' });
  expect(called).toEqual(['https://api.example/']);
  // Locally nothing is looked up: names are of this machine.
  const local = createHttp({ hosted: false, aliases: new Map(), fetch: (async () => new Response('ok')) as never, names }, new AbortController().signal);
  await local.fetch({ url: 'https://inside.example/', method: 'GET', headers: {} });
});
