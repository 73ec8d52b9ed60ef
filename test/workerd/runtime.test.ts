/** The ground the other workerd tests stand on: D1 with its migrations, R2, and a SQLite object. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';

it('has D1 with the migrations of the router', async () => {
  await applyD1Migrations(env.DIRECTORY, env.TEST_ROUTER_MIGRATIONS);
  await env.DIRECTORY.prepare('INSERT INTO tenants (slug, region) VALUES (?, ?)').bind('acme', 'us').run();
  expect(await env.DIRECTORY.prepare('SELECT slug, region FROM tenants').all()).toMatchObject({ results: [{ slug: 'acme', region: 'us' }] });
});

it('has R2', async () => {
  await env.STORE.put('a/b', 'text');
  expect(await (await env.STORE.get('a/b'))?.text()).toBe('text');
});

it('has objects with SQLite that keep what was written', async () => {
  const probe = env.PROBE.get(env.PROBE.idFromName('one'));
  expect(await probe.write('first')).toBe(1);
  expect(await probe.write('second')).toBe(2);
});
