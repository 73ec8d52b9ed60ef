/** A platform whose doors somebody hammers at without a credential: others go on, and what they hammer with makes no difference. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, type Started, started } from './started.ts';

/** Ten at once, and another one each second and a bit. */
const RATE = { ADDRESS_RATE: '50' };
const BURST = '10';

let platform: Started;
beforeAll(async () => {
  platform = await started({ secrets: RATE });
});
afterAll(() => platform.stop());

const random = () => Array.from({ length: 32 }, () => 'ABCDEFGHIJKLMNOP'[Math.floor(Math.random() * 16)]).join('');
const elsewhere = (n: number) => ({ 'cf-connecting-ip': `203.0.113.${n}`, 'x-forwarded-for': `203.0.113.${n}`, 'x-real-ip': `203.0.113.${n}` });

/** Each a hundred times at least. */
const FLOODS: Record<string, (n: number) => Promise<Answer>> = {
  'without a credential': () => platform.call('GET', '/api/v1/executions'),
  'with keys that are guessed': () => platform.call('GET', '/api/v1/executions', undefined, { authorization: `Bearer wfk_acme_${random()}` }),
  'with keys of companies that there are not': (n) =>
    platform.call('GET', '/api/v1/executions', undefined, { authorization: `Bearer wfk_none-${n}_${random()}` }),
  'with another address in every header': (n) => platform.call('GET', '/api/v1/auth/me', undefined, elsewhere(n)),
  'with passwords': (n) => platform.call('POST', '/api/v1/auth/login', { company: 'acme', email: `a${n}@b.example`, password: 'wrong' }, elsewhere(n)),
  'for companies': (n) => platform.call('GET', `/api/v1/auth/ways?company=none-${n}`),
  'with keys on the sign-in page': () => platform.call('GET', `/sign-in?key=wfk_acme_${random()}`),
};

it.each(Object.keys(FLOODS))('lets only so many in %s', async (kind) => {
  const answers = await Promise.all(Array.from({ length: 120 }, (_, n) => FLOODS[kind]!(n)));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  for (const { body, headers } of refused) {
    expect(body.code).toBe('rate_limited');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect([headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')]).toEqual([BURST, '0']);
  }
  // Nothing else comes of it than what one alone would have been told.
  for (const { status } of answers) expect([401, 404, 429]).toContain(status);
});

it('goes on for everybody else meanwhile', async () => {
  const flood = Promise.all(Array.from({ length: 300 }, () => FLOODS['with keys that are guessed']!(0)));
  for (let i = 0; i < 5; i++) {
    expect((await platform.api('GET', '/executions')).status).toBe(200);
    expect((await platform.call('GET', '/healthz')).status).toBe(200);
    expect((await platform.call('GET', '/openapi.json')).status).toBe(200);
    expect((await platform.call('GET', '/sign-in')).status).toBe(200);
  }
  expect((await flood).filter(({ status }) => status === 429).length).toBeGreaterThan(0);
  expect(platform.errors).toEqual([]);
});

it('has pages read, and no function of them called', async () => {
  const headers = { 'x-qrl': 'abc', 'content-type': 'application/qwik-json' };
  const call = await platform.call('POST', '/executions?qfunc=abc', { _entry: '0', _objs: [[]] }, headers);
  expect([call.status, call.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  const plain = await platform.call('GET', '/sign-in');
  const named = await platform.call('GET', '/sign-in?qfunc=abc', undefined, headers);
  expect([named.status, named.headers.get('content-type')]).toEqual([plain.status, plain.headers.get('content-type')]);
});

it('leaves addresses of applications alone', async () => {
  await FLOODS['without a credential']!(0);
  for (let i = 0; i < 30; i++) expect((await platform.call('GET', '/in/acme/no-such-application/x')).status).toBe(404);
});
