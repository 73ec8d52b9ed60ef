/** Lists that the operator reads over all regions, while one of them is lost. */
import { describe, expect, it } from 'vitest';
import { Problem } from '#contracts/problems';
import { listOverRegions } from '#workers/router/companies';
import type { RouterEnv } from '#workers/router/env';

type Answer = () => Response;

const lost: Answer = () => {
  throw new Error('Network connection lost.');
};
const failing: Answer = () => new Response(null, { status: 500 });
const of =
  (slug: string): Answer =>
  () =>
    Response.json({ items: [{ slug }], next_cursor: null });

function list(us: Answer, eu: Answer): Promise<Response> {
  const service = (answer: Answer) => ({ fetch: async () => answer() });
  const env = { MODE: 'hosted', REGION_US: service(us), REGION_EU: service(eu) } as unknown as RouterEnv;
  return listOverRegions(new Request('http://127.0.0.1:8787/api/v1/companies'), env);
}

describe('a list over all regions', () => {
  it.each([
    ['the first one is lost', lost, of('globex'), ['globex'], ['unavailable', 'ok']],
    ['the last one is lost', of('acme'), lost, ['acme'], ['ok', 'unavailable']],
    ['one fails', failing, of('globex'), ['globex'], ['unavailable', 'ok']],
    ['all answer', of('acme'), of('globex'), ['acme', 'globex'], ['ok', 'ok']],
  ])('%s: those of the others are there, and it says so', async (_what, us, eu, slugs, [first, second]) => {
    const response = await list(us, eu);
    expect(await response.json()).toEqual({
      items: slugs.map((slug) => ({ slug })),
      next_cursor: null,
      regions: [
        { region: 'us', status: first },
        { region: 'eu', status: second },
      ],
    });
  });

  it('nobody answers: a problem, and no empty list', async () => {
    const error = await list(lost, lost).catch((caught) => caught);
    expect(error).toBeInstanceOf(Problem);
    expect(error.code).toBe('region_unavailable');
  });

  it('who may not read it is told so', async () => {
    const refusing: Answer = () => Response.json({ code: 'unauthenticated' }, { status: 401 });
    expect((await list(refusing, of('globex'))).status).toBe(401);
  });
});
