/** Stores of secrets elsewhere, over the guarded way out, against stand-ins that speak their wire formats. */
import { describe, expect, it } from 'vitest';
import { createHttp } from '#workers/egress/http';
import { LeasedToken } from '#workers/secrets/stores/lease';
import { type OpenStore, StoreReader } from '#workers/secrets/stores/reader';
import { valueIn } from '#workers/secrets/stores/store';
import { describeSecretStoreClient, type StoreWorld } from '../../conformance/secret-store-client';
import { AwsStandIn } from '../../peers/secret-stores/aws';
import { GoogleStandIn } from '../../peers/secret-stores/google';
import type { SecretServer } from '../../peers/secret-stores/server';
import { VaultStandIn } from '../../peers/secret-stores/vault';

const ADDRESS = 'https://store.example';

function world<S extends SecretServer>(make: (now: () => number) => S, { hosted = true }: { hosted?: boolean } = {}): StoreWorld & { server: S } {
  let now = Date.UTC(2026, 1, 3, 4, 5, 6);
  const server = make(() => now);
  const fetch = ((url: string, init: RequestInit) => server.answer(new Request(url, init))) as typeof globalThis.fetch;
  const http = () => createHttp({ hosted, secure: true, aliases: new Map(), fetch }, new AbortController().signal);
  return {
    server,
    reader: new StoreReader({ http, now: () => now }),
    pass: (ms) => {
      now += ms;
    },
  };
}

describeSecretStoreClient('Vault, by token', () => world((now) => new VaultStandIn(ADDRESS, now)));
describeSecretStoreClient('Vault, by AppRole, in a namespace', () =>
  world((now) => new VaultStandIn(ADDRESS, now, { method: 'approle', namespace: 'team/a' })),
);
describeSecretStoreClient('AWS Secrets Manager', () => world((now) => new AwsStandIn(ADDRESS, now)));
describeSecretStoreClient('Google Secret Manager', () => world((now) => new GoogleStandIn(ADDRESS, now)));

const openOf = (server: SecretServer): OpenStore => ({
  tenant: 'acme',
  name: 'there',
  key: 'k',
  settings: server.settings,
  credential: async () => server.credential,
});

describe('Vault', () => {
  it.each(['<html>Sign in</html>', '{"data":null}', '[]'])('is none where something else answers 200: %s', async (body) => {
    const { server, reader } = world((now) => new VaultStandIn(ADDRESS, now));
    server.answer = async () => new Response(body);
    await expect(reader.check(openOf(server))).rejects.toMatchObject({ code: 'secret_store_refused' });
  });

  it.each(['token', 'approle'] as const)('renews what it was lent by %s in time, and signs in anew when that is over', async (method) => {
    const { server, reader, pass } = world((now) => new VaultStandIn(ADDRESS, now, { method }));
    server.put('a', 'one');
    const read = async () => valueIn((await reader.read(openOf(server), 'a'))!, undefined);
    await read();
    pass(40_000);
    await read();
    expect(server.asked.filter((line) => line.includes('/auth/'))).toHaveLength(1);
    pass(800_000);
    expect(await read()).toBe('one');
    expect(server.asked.filter((line) => line.includes('/auth/')).at(-1)).toBe('POST /v1/auth/token/renew-self');
    if (method === 'token') return;
    pass(2_000_000);
    expect(await read()).toBe('one');
    expect(server.asked.filter((line) => line.includes('/auth/')).at(-1)).toBe('POST /v1/auth/approle/login');
  });

  it('keeps a secret with several values from being taken for one', async () => {
    const { server, reader } = world((now) => new VaultStandIn(ADDRESS, now));
    server.put('a', { x: '1', y: '2' });
    expect(valueIn((await reader.read(openOf(server), 'a'))!, undefined)).toBeUndefined();
    server.put('b', { x: '1', value: '2' });
    expect(valueIn((await reader.read(openOf(server), 'b'))!, undefined)).toBe('2');
  });

  it('is not asked outside of its mount, whatever the path says', async () => {
    const { server, reader } = world((now) => new VaultStandIn(ADDRESS, now));
    for (const path of ['a/../../../sys/mounts', '..', 'a/./b', '../x'])
      await expect(reader.read(openOf(server), path)).rejects.toMatchObject({ code: 'secret_store_refused' });
    expect(server.asked).toEqual([]);
  });
});

describe('the way there', () => {
  it.each<[string, string, string]>([
    ['is not inside of a private network', 'https://10.1.2.3', 'secret_store_refused'],
    ['is not without TLS', 'http://store.example', 'secret_store_refused'],
    ['is not without TLS, in capitals', 'HTTP://store.example', 'secret_store_refused'],
  ])('in hosted mode %s', async (_name, address, code) => {
    const { server, reader } = world((now) => new VaultStandIn(address, now));
    await expect(reader.read(openOf(server), 'a')).rejects.toMatchObject({ code });
    expect(server.asked).toEqual([]);
  });

  it('may be closed for now', async () => {
    const http = () =>
      createHttp({ hosted: false, aliases: new Map(), fetch: (() => Promise.reject(new TypeError('refused'))) as typeof fetch }, new AbortController().signal);
    const reader = new StoreReader({ http, now: () => 0 });
    const { server } = world((now) => new VaultStandIn(ADDRESS, now));
    await expect(reader.read(openOf(server), 'a')).rejects.toMatchObject({ code: 'secret_store_unavailable' });
  });

  it('ends when nobody answers in time', async () => {
    const http = () => createHttp({ hosted: false, aliases: new Map() }, AbortSignal.abort(new DOMException('over', 'TimeoutError')));
    const reader = new StoreReader({ http, now: () => 0 });
    const { server } = world((now) => new VaultStandIn('http://127.0.0.1:9', now));
    await expect(reader.read(openOf(server), 'a')).rejects.toMatchObject({ code: 'secret_store_unavailable' });
  });
});

it('what is lent for ever is asked for once', async () => {
  let asked = 0;
  const token = new LeasedToken({ obtain: async () => ({ token: `t${++asked}`, lasts: 0, renewable: false }) }, () => 0);
  expect([await token.get(), await token.get(), asked]).toEqual(['t1', 't1', 1]);
  token.forget();
  expect(await token.get()).toBe('t2');
});
