/** What a company lets its applications call. */
import { describe, expect, it } from 'vitest';
import { type EgressRules, egressRule, egressRulesSchema } from '#contracts/egress';
import { admit } from '#workers/egress/admit';
import { createHttp } from '#workers/egress/http';
import { nameCheck } from '#workers/egress/names';
import { denialOf } from '#workers/egress/rules';
import { forwarder } from '#workers/ingress/doors/forward';
import { startResolver } from '../../peers/doh';
import { unbounded } from './unbounded.ts';

describe('a rule', () => {
  it.each([
    ['API.Example.com', 'api.example.com'],
    ['*.Example.com.', '*.example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['example.com:08443', 'example.com:8443'],
    ['0x7f.1', '127.0.0.1'],
    ['[2606:4700::0001]:443', '[2606:4700::1]:443'],
    ['*:5432', '*:5432'],
    ['inventory-service', 'inventory-service'],
  ])('%s is kept as %s', (text, kept) => {
    expect(egressRule(text)).toBe(kept);
  });

  it.each([
    '',
    '*',
    '*.',
    'https://a.example',
    'a.example/path',
    'user@a.example',
    'a.example:0',
    'a.example:70000',
    'a b',
    '*.*.example',
    'a.*.example',
    ':443',
    '[::1',
    'a?b',
  ])('is not: "%s"', (text) => {
    expect(egressRule(text)).toBeUndefined();
    expect(egressRulesSchema.safeParse({ default: 'deny', allow: [text] }).success).toBe(false);
  });
});

const rules = (more: Partial<EgressRules>): EgressRules => ({ default: 'deny', allow: [], deny: [], ...more });

describe('rules', () => {
  it.each<[string, EgressRules, boolean]>([
    ['https://api.example.com/x', rules({ allow: ['api.example.com'] }), true],
    ['https://api.example.com./x', rules({ allow: ['api.example.com'] }), true],
    ['https://other.example.com/', rules({ allow: ['api.example.com'] }), false],
    ['https://a.b.example.com/', rules({ allow: ['*.example.com'] }), true],
    ['https://example.com/', rules({ allow: ['*.example.com'] }), false],
    ['https://badexample.com/', rules({ allow: ['*.example.com'] }), false],
    ['https://example.com.evil.example/', rules({ allow: ['*.example.com', 'example.com'] }), false],
    ['https://api.example.com/', rules({ allow: ['api.example.com:443'] }), true],
    ['http://api.example.com/', rules({ allow: ['api.example.com:443'] }), false],
    ['https://api.example.com:8443/', rules({ allow: ['api.example.com:443'] }), false],
    ['http://api.example.com/', rules({ allow: ['api.example.com:80'] }), true],
    ['https://api.example.com/', rules({ allow: ['*.example.com'], deny: ['api.example.com'] }), false],
    ['https://x.example/', rules({ default: 'allow', deny: ['*.evil.example'] }), true],
    ['https://x.evil.example/', rules({ default: 'allow', deny: ['*.evil.example'] }), false],
    ['https://x.example:5432/', rules({ default: 'allow', deny: ['*:5432'] }), false],
    ['https://[2606:4700::1]/', rules({ allow: ['[2606:4700::1]'] }), true],
    ['https://1.1.1.1/', rules({ allow: ['1.1.1.1:443'] }), true],
    ['https://x.example/', rules({}), false],
    ['https://[::ffff:93.184.216.34]/', rules({ default: 'allow', deny: ['93.184.216.34'] }), false],
    ['https://[64:ff9b::5db8:d822]/', rules({ default: 'allow', deny: ['93.184.216.34'] }), false],
    ['https://[2002:5db8:d822::1]/', rules({ default: 'allow', deny: ['93.184.216.34:443'] }), false],
    ['https://[::ffff:93.184.216.34]:8443/', rules({ default: 'allow', deny: ['93.184.216.34:443'] }), true],
    ['https://[2002:5db8:d822::1]/', rules({ allow: ['93.184.216.34'] }), false],
    ['https://0x5db8d822/', rules({ default: 'allow', deny: ['93.184.216.34'] }), false],
    ['https://bad%2Eexample/', rules({ default: 'allow', deny: ['bad.example'] }), false],
    ['https://bad。example/', rules({ default: 'allow', deny: ['bad.example'] }), false],
  ])('%s by %j', (url, set, may) => {
    expect(denialOf(set, new URL(url)) === undefined).toBe(may);
  });
});

it.each([
  ['https://near.example/', undefined],
  ['https://other.example/', 'egress_denied'],
  ['https://other6.example/', 'egress_denied'],
  ['https://other.example:8443/', undefined],
])('a denied address is denied by every name: %s', async (url, code) => {
  const resolver = startResolver({ 'near.example': ['93.184.216.34'], 'other.example': ['198.51.99.7'], 'other6.example': ['::ffff:198.51.99.7'] });
  const names = nameCheck({ resolver: 'https://dns.example/dns-query', fetch: resolver.fetch });
  const set = async () => rules({ default: 'allow', deny: ['198.51.99.7:443'] });
  const admitted = admit(new URL(url), { hosted: true, names, rules: set });
  if (code)
    await expect(admitted).rejects.toMatchObject({ code, message: expect.stringContaining('the company denies 198.51.99.7:443, which is its address') });
  else await admitted;
});

it.each([true, false])('a redirect goes by the rules too (hosted: %s), and says which one holds', async (hosted) => {
  const called: string[] = [];
  const fetch = (async (url: string) => {
    called.push(url);
    return new Response(null, { status: 307, headers: { location: 'https://collector.evil.example/in' } });
  }) as unknown as typeof globalThis.fetch;
  const settings = { hosted, aliases: new Map(), rules: async () => rules({ default: 'allow', deny: ['*.evil.example'] }) };
  const http = createHttp({ ...settings, fetch }, new AbortController().signal);
  await expect(http.fetch({ url: 'https://api.example/', method: 'POST', headers: {}, body: 'x' })).rejects.toMatchObject({
    code: 'egress_denied',
    message: 'collector.evil.example cannot be called: the company denies *.evil.example.',
  });
  expect(called).toEqual(['https://api.example/']);
  const proxy = forwarder(settings, { fetch, passage: unbounded, log: () => undefined });
  const init = { method: 'GET', headers: new Headers(), body: null, timeout_ms: 1000 };
  await expect(proxy.forward('https://collector.evil.example/in', init)).rejects.toMatchObject({ code: 'egress_denied' });
  expect(called).toHaveLength(1);
});
