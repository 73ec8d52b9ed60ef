/** File stores over R2: each in a folder of its own. */
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { createArtifacts } from '#workers/performer/artifacts';

const of = (tenant: string, workflow = 'shop', environment = 'production') => createArtifacts(env.STORE, { tenant, workflow, environment });
const text = (value: string) => new TextEncoder().encode(value);

it('keeps a file with its type, lists by prefix and page, and removes', async () => {
  const files = of('acme');
  for (const key of ['a/1.txt', 'a/2.txt', 'b/1.txt']) await files.put('exports', key, text(key), 'text/plain');
  expect(await files.get('exports', 'a/1.txt')).toMatchObject({ bytes: text('a/1.txt'), content_type: 'text/plain', etag: expect.any(String) });
  expect((await files.list('exports', { prefix: 'a/', limit: 10 })).items.map((item) => item.key)).toEqual(['a/1.txt', 'a/2.txt']);
  const first = await files.list('exports', { prefix: '', limit: 2 });
  expect(first.next).toEqual(expect.any(String));
  const rest = await files.list('exports', { prefix: '', limit: 2, cursor: first.next! });
  expect([...first.items, ...rest.items].map((item) => item.key)).toEqual(['a/1.txt', 'a/2.txt', 'b/1.txt']);
  await files.delete('exports', 'a/1.txt');
  expect(await files.get('exports', 'a/1.txt')).toBeNull();
  await files.delete('exports', 'a/1.txt');
});

it('a tenant, an application, an environment and a store see only their own, whatever their names look like', async () => {
  await of('acme').put('exports', 'secret', text('x'), 'text/plain');
  for (const [files, store] of [
    [of('globex'), 'exports'],
    [of('acme', 'other'), 'exports'],
    [of('acme', 'shop', 'staging'), 'exports'],
    [of('acme'), 'export'],
    [of('acme'), 'exports/'],
    [of('acme', 'shop', 'production/exports'), ''],
  ] as const) {
    expect(await files.get(store, 'secret')).toBeNull();
    expect((await files.list(store, { prefix: '', limit: 10 })).items).toEqual([]);
  }
});
