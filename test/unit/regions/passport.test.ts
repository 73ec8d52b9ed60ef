/** Who may speak as a region. */
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { PASSPORT_HEADER } from '#contracts/peer';
import { passportFor, passportOf } from '#workers/regions/passport';

const us = { REGION: 'us', SESSION_SECRET: 'shared' };
const eu = { REGION: 'eu', SESSION_SECRET: 'shared' };
const actor = {
  kind: 'key' as const,
  id: 'key_1',
  tenant: 'acme',
  by: 'key:key_1',
  grants: { company: 'editor' as const, organizations: {}, projects: {} },
  scopes: null,
  key_id: 'key_1',
  platform: true,
};
const asked = (token: string, method = 'POST', path = '/peer/v1/executions') =>
  new Request(`https://region.internal${path}`, { method, headers: { [PASSPORT_HEADER]: token } });

describe('a passport', () => {
  it('names tenant, region and person to the region that it is for', async () => {
    const token = await passportFor('eu', 'POST', '/peer/v1/executions', { tenant: 'acme', actor }, us);
    expect(await passportOf(asked(token), eu)).toEqual({ tenant: 'acme', from: 'us', actor: { ...actor, platform: false } });
  });

  it('is not needed by those who do not speak as a region', async () => {
    expect(await passportOf(new Request('https://region.internal/'), eu)).toBeNull();
  });

  const claims = { tenant: 'acme', call: 'POST /peer/v1/executions' };
  const sign = (key: string, { typ = 'passport', audience = 'eu', expires = '60s' } = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ })
      .setIssuer('us')
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(new TextEncoder().encode(key));

  it.each([
    ['for another region', () => passportFor('ap', 'POST', '/peer/v1/executions', { tenant: 'acme' }, us)],
    ['for another path', () => passportFor('eu', 'POST', '/peer/v1/secrets', { tenant: 'acme' }, us)],
    ['for another method', () => passportFor('eu', 'GET', '/peer/v1/executions', { tenant: 'acme' }, us)],
    ['of another platform', () => passportFor('eu', 'POST', '/peer/v1/executions', { tenant: 'acme' }, { ...us, SESSION_SECRET: 'other' })],
    ['for no tenant', () => passportFor('eu', 'POST', '/peer/v1/executions', { tenant: '../x' }, us)],
    ['that is over', () => sign('between regions shared', { expires: '-2m' })],
    ['signed as sessions are', () => sign('shared')],
    ['that is another kind of token', () => sign('between regions shared', { typ: 'JWT' })],
    ['that is none', async () => 'a.b.c'],
  ])('%s is refused', async (_what, make) => {
    await expect(passportOf(asked(await make()), eu)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
