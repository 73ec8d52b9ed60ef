/**
 * A tenant's data is in its region's stores and nowhere else: bodies, definitions and keys of the one region are
 * searched for, byte by byte, in every file of the other one and of the router.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Started, started } from './started.ts';
import { filesWith } from './stored-files.ts';

const TENANTS = [
  { tenant: 'acme', region: 'us', other: 'eu' },
  { tenant: 'globex', region: 'eu', other: 'us' },
] as const;
/** Above the size that goes to R2. */
const LARGE = 100_000;

let platform: Started;

beforeAll(async () => {
  platform = await started();
  for (const { tenant } of TENANTS) await leaveMarks(tenant);
});
afterAll(() => platform?.stop());

/** Everything by which data of a tenant comes in, each with a mark of its own. */
async function leaveMarks(tenant: string): Promise<void> {
  const operator = { 'x-tenant': tenant };
  const order = { product_id: 'SKU-001', quantity: 1, customer_id: mark(tenant, 'body') };
  const small = await platform.call('POST', `/in/${tenant}/orders/api/orders`, order, { 'x-request-id': mark(tenant, 'header') });
  expect(small.status).toBe(201);
  const large = await platform.call('POST', `/in/${tenant}/orders/api/orders`, { ...order, note: mark(tenant, 'large') + 'x'.repeat(LARGE) });
  expect(large.status).toBe(201);
  const started = await platform.api(
    'POST',
    '/executions?wait=10s',
    { workflow: 'orders', pipeline: 'process-order', data: { note: mark(tenant, 'data') } },
    operator,
  );
  expect(started.status).toBe(200);
  const yaml = `name: ${tenant}-only\npipelines:\n  p:\n    trigger: { type: manual }\n    steps:\n      - { name: s, type: step.set, config: { values: { v: ${mark(tenant, 'definition')} } } }\n`;
  expect((await platform.api('POST', '/workflows', yaml, operator)).status).toBe(201);
  expect((await platform.api('POST', '/api-keys', { tenant, role: 'viewer', name: mark(tenant, 'key') })).status).toBe(201);
}

function mark(tenant: string, what: string): string {
  return `mark-${what}-of-${tenant}-7f3a`;
}

describe.each(TENANTS)('data of $tenant', ({ tenant, region, other }) => {
  it.each(['body', 'large', 'data', 'definition', 'key'])('is found in its region: %s', (what) => {
    expect(filesWith(platform.regions[region].dir, mark(tenant, what))).not.toEqual([]);
  });

  it.each(['body', 'header', 'large', 'data', 'definition', 'key'])('is not in the other region, nor in the router: %s', (what) => {
    expect(filesWith(platform.regions[other].dir, mark(tenant, what))).toEqual([]);
    expect(filesWith(platform.router.dir, mark(tenant, what))).toEqual([]);
  });

  it('is not in what the other region or the router logged', () => {
    const logs = filesWith(platform.logDir, `of-${tenant}-7f3a`).filter((path) => path.endsWith(`${other}.log`) || path.endsWith('router.log'));
    expect(logs).toEqual([]);
  });
});

it('would find what lies in the wrong place', () => {
  const stray = join(platform.regions.us.dir, 'stray');
  writeFileSync(stray, `{"v":"${mark('globex', 'planted')}"}`);
  expect(filesWith(platform.regions.us.dir, mark('globex', 'planted'))).toEqual([stray]);
});
