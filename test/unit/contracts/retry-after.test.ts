/** Who is told 429 or 503 is told when to come again, by whichever door. */
import { describe, expect, it } from 'vitest';
import { PROBLEMS, Problem, type ProblemCode, type ProblemKind } from '#contracts/problems';
import { problemResponse } from '#workers/api/problem-response';
import { refused } from '#workers/door/refusal';
import { health } from '#workers/router/health';

const REQUEST = new Request('http://a.example/');
const DOORS: [string, (problem: Problem) => Response][] = [
  ['the API', (problem) => problemResponse(problem, 'r-1')],
  ['applications and the router', (problem) => refused(REQUEST, problem)],
];
const COME_AGAIN = (Object.entries(PROBLEMS) as [ProblemCode, ProblemKind][]).filter(([, { status }]) => status === 429 || status === 503);

describe.each(DOORS)('%s', (_name, answer) => {
  it.each(COME_AGAIN.map(([code]) => code))('%s', (code) => {
    expect(answer(new Problem(code)).headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  });

  it('says what is known better than usual', () => {
    expect(answer(new Problem('quota_exceeded', 'x', { extra: { retry_after: 17 } })).headers.get('retry-after')).toBe('17');
    expect(answer(new Problem('rate_limited', 'x', { extra: { headers: { 'Retry-After': '900' } } })).headers.get('retry-after')).toBe('900');
  });

  it('says nothing where coming again would not help', async () => {
    const other = answer(new Problem('invalid_request', 'x', { extra: { headers: { allow: 'GET' } } }));
    expect([other.headers.get('retry-after'), other.headers.get('allow'), (await other.json()) as object]).toEqual([
      null,
      'GET',
      expect.not.objectContaining({ headers: expect.anything() }),
    ]);
  });

  it('goes by the status that is answered', () => {
    expect(answer(new Problem('not_deployed', 'x', { extra: { status: 503 } })).headers.get('retry-after')).toBe('5');
  });
});

it('a platform that is not well says so, too', async () => {
  const env = { REGION_US: { fetch: () => Promise.reject(new Error('down')) } };
  const answer = await health(REQUEST, env as never);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
});
