/** Secrets of a guest come from its home. */
import { expect, it } from 'vitest';
import { passportOf } from '#workers/regions/passport';
import { homeSecrets } from '#workers/secrets/home-secrets';

const answering = (answer: (request: Request) => Promise<Response>) => ({ fetch: (request: Request) => answer(request) }) as unknown as Fetcher;

it('are asked for once in a moment, with a passport for the home', async () => {
  const asked: unknown[] = [];
  const env = {
    MODE: 'hosted' as const,
    REGION: 'eu',
    SESSION_SECRET: 'shared',
    ROUTER: answering(async (request) => {
      asked.push({
        to: request.headers.get('x-workflow-to'),
        ...(await passportOf(request, { REGION: 'us', SESSION_SECRET: 'shared' })),
        body: await request.json(),
      });
      return Response.json({ value: 'sk_1' });
    }),
  };
  const provider = homeSecrets(env, async (tenant) => (tenant === 'acme' ? 'us' : null), { get: async ({ tenant }) => `of ${tenant}` });
  const place = { tenant: 'acme', environment: 'production' };
  expect(await provider.get(place, 'TOKEN')).toBe('sk_1');
  expect(await provider.get(place, 'TOKEN')).toBe('sk_1');
  expect(await provider.get({ ...place, tenant: 'globex' }, 'TOKEN')).toBe('of globex');
  expect(await provider.get({ ...place, definition: 'd1' }, 'vault:a#b')).toBe('sk_1');
  expect(asked).toEqual([
    { to: 'us', tenant: 'acme', from: 'eu', body: { environment: 'production', name: 'TOKEN' } },
    { to: 'us', tenant: 'acme', from: 'eu', body: { environment: 'production', name: 'vault:a#b', definition: 'd1' } },
  ]);
});

it('make the effect fail for now when the home is away', async () => {
  const env = { MODE: 'hosted' as const, REGION: 'eu', SESSION_SECRET: 'shared', ROUTER: answering(() => Promise.reject(new Error('gone'))) };
  const asking = homeSecrets(env, async () => 'us', { get: async () => 'here' }).get({ tenant: 'acme', environment: 'production' }, 'OTHER');
  await expect(asking).rejects.toMatchObject({ code: 'region_unavailable' });
});
