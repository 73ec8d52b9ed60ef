/** Two companies in this region, so that a test can say what the one sees of the other: nothing. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { call } from './api-client';

/** `acme`, which is asked where nothing is said, and `globex`, on a D1 that has its tables. */
export async function twoCompanies(): Promise<void> {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  for (const slug of ['acme', 'globex']) await call('POST', '/companies', { body: { name: slug, slug, region: 'us' } });
}

/** A new key of the company that has this role. */
export async function keyOf(tenant: string, role: string): Promise<string> {
  return (await call('POST', '/api-keys', { body: { tenant, role, name: `${tenant} ${role}` } })).body.key;
}
