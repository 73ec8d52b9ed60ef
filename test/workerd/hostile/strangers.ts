/** Who has spent what an address has without a credential, and tries to be somebody else, or to ask for something that costs more. */
import { bentKeys, forgedTokens } from './credentials';
import type { Hostile, World } from './world';

const API = '/api/v1';
const HERE = '203.0.113.77';
const ELSEWHERE = '198.51.100.77';
/** Where proxies write from where somebody comes. The runtime of the edge alone is believed. */
const SAID = [
  'x-forwarded-for',
  'x-forwarded',
  'forwarded',
  'forwarded-for',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'true-client-ip',
  'cf-connecting-ipv6',
  'cf-pseudo-ipv4',
  'fastly-client-ip',
  'client-ip',
  'x-host',
  'x-forwarded-host',
];

export async function spentAddress(world: World): Promise<Hostile[]> {
  const from = (address: string, headers: Record<string, string> = {}) => ({
    headers: { 'cf-connecting-ip': address, ...headers },
    bindings: { ADDRESS_RATE: '1' },
  });
  const refused = { refused: 429, code: 'rate_limited' } as const;
  const me = { path: `${API}/auth/me` };
  const credentials = { ...bentKeys(world), ...(await forgedTokens(world)) };
  const sameNetwork = ['2001:db8:77::2', '2001:db8:77:0:ffff:ffff:ffff:ffff', '2001:db8:77::cb00:714d'];
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  return [
    { what: 'what an address may ask', ...me, ...from(HERE), refused: 401 },
    { what: 'what a network may ask', ...me, ...from('2001:db8:77::1'), refused: 401 },
    { what: 'once more', ...me, ...from(HERE), ...refused },
    ...SAID.map((name): Hostile => ({ what: `an address of its own in ${name}`, ...me, ...from(HERE, { [name]: ELSEWHERE }), ...refused })),
    ...sameNetwork.map((address): Hostile => ({ what: `another address of the network: ${address}`, ...me, ...from(address), ...refused })),
    ...Object.entries(credentials)
      .filter(([, key]) => /^[\x21-\x7e]+$/.test(key))
      .map(([what, key]): Hostile => ({ what: `guessing on: ${what}`, ...me, ...from(HERE), key, ...refused })),
    { what: 'guessing on, as a cookie', ...me, ...from(HERE, { cookie: 'wf_session=a.b.c' }), ...refused },
    { what: 'guessing on, as a region', ...me, ...from(HERE, { 'x-workflow-passport': 'mine' }), ...refused },
    { what: 'guessing on, with a link', path: `/sign-in?key=wfk_acme_${'0'.repeat(32)}`, ...from(HERE), ...refused },
    { what: 'guessing on, with the form', method: 'POST', path: '/sign-in', body: 'key=x', ...from(HERE, form), ...refused },
    {
      what: 'guessing at passwords',
      method: 'POST',
      path: `${API}/auth/login`,
      body: { company: 'acme', email: 'a@b.example', password: 'x' },
      ...from(HERE),
      ...refused,
    },
    { what: 'guessing at companies', path: `${API}/auth/ways?company=globex`, ...from(HERE), ...refused },
    { what: 'guessing at invitations', path: `${API}/auth/invitation?company=acme&token=x`, ...from(HERE), ...refused },
    {
      what: 'having mails sent',
      method: 'POST',
      path: `${API}/auth/password/forgot`,
      body: { company: 'acme', email: 'a@b.example' },
      ...from(HERE),
      ...refused,
    },
    { what: 'going by way of an identity provider', path: '/sign-in/with/idp_0?company=acme', ...from(HERE), ...refused },
    { what: 'coming back from one', path: '/sign-in/callback/acme?code=x&state=y', ...from(HERE), ...refused },
    { what: 'asking for what there is not', path: `${API}/executions/none`, ...from(HERE), ...refused },
    { what: 'a body without end of sense', method: 'POST', path: `${API}/executions`, body: '{'.repeat(1000), ...from(HERE), ...refused },
  ];
}

/** What would call a function of a page, or write to one: pages are read. */
export function writtenPages(): Hostile[] {
  const places = ['/', '/executions', '/executions/x/q-data.json', '/sign-in/forgot', '/no-such-page', '/build/q-x.js'];
  const call = { 'x-qrl': 'abc', 'content-type': 'application/qwik-json' };
  const body = '{"_entry":"1","_objs":["\\u0002q-x.js#s_abc",["0"]]}';
  return places.flatMap((path): Hostile[] => [
    ...['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method): Hostile => ({ what: `${method} of a page`, method, path, refused: 405 })),
    { what: 'a function of a page', method: 'POST', path: `${path}?qfunc=abc`, headers: call, body, refused: 405 },
    {
      what: 'an action of a page',
      method: 'POST',
      path: `${path}?qaction=abc`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'a=b',
      refused: 405,
    },
  ]);
}
