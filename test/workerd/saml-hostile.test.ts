/** Answers that must not sign anybody in, each by what is wrong with it: none gets in, none breaks anything, and the audit log says why. */
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerFault } from '#workers/identity/saml/refused';
import type { AnswerWishes } from '../peers/saml-answer';
import { call, send } from './api-client';
import { twoCompanies } from './companies';
import { ProviderBrowser, path } from './provider-browser';
import { type Added, added, answer, type Begun, begin, decoded, encoded, enter, post, SAML, saml } from './saml-peer';
import { WRAPPINGS } from './saml-wrapping';

let here: Added;
let elsewhere: Added;
let beside: Added;

beforeAll(async () => {
  await twoCompanies();
  here = await added();
  beside = await added({ ...SAML, name: 'Another' });
  elsewhere = await added(SAML, 'globex');
});

const at = (ms: number) => new Date(Date.now() + ms).toISOString();
const MINUTE = 60_000;
const after = (...pairs: [string, string][]): Partial<AnswerWishes> => ({ after: pairs });
const before = (...pairs: [string, string][]): Partial<AnswerWishes> => ({ before: pairs });
const fields = (values: Record<string, string>): Partial<AnswerWishes> => ({ fields: values });
const ID = '</saml:NameID>';
const BOTH: AnswerWishes['sign'] = ['assertion', 'response'];

/** Asked of the peer: what differs from a good answer. */
const WISHED: Record<string, [AnswerFault, () => Partial<AnswerWishes>]> = {
  'nothing is signed': ['unsigned', () => ({ sign: [] })],
  'the response is signed, the assertion is not': ['unsigned', () => ({ sign: ['response'] })],
  'it is signed by another key': ['signature', () => ({ key: 'stranger' })],
  'the signature is SHA-1': ['algorithm', () => ({ algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' })],
  'the digest is SHA-1': ['algorithm', () => after(['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2000/09/xmldsig#sha1'])],
  'the signature is an HMAC': ['algorithm', () => after(['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'http://www.w3.org/2000/09/xmldsig#hmac-sha1'])],
  'it is canonicalized with comments': [
    'algorithm',
    () => ({ transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments'] }),
  ],
  'there is a third transform': [
    'algorithm',
    () =>
      after([
        '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>',
        '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"/>',
      ]),
  ],
  'the signature refers to the whole document': ['structure', () => ({ after: [['<ds:Reference URI="#', '<ds:Reference URI="" x="#']] })],
  'the name was changed': ['signature', () => after(['ada@corp.example', 'eve@corp.example'])],
  'the audience was changed': ['signature', () => ({ ...fields({ audience: 'https://other.example' }), after: [['https://other.example', here.audience]] })],
  'an attribute was added': ['signature', () => after(['</saml:Assertion>', '<saml:AttributeStatement/></saml:Assertion>'])],
  'the signed response was changed': ['signature', () => ({ sign: BOTH, after: [['</samlp:Status>', '<samlp:StatusDetail/></samlp:Status>']] })],
  'the value of the signature is none': ['signature', () => after(['<ds:SignatureValue>', '<ds:SignatureValue>AAAA'])],
  'there are two signatures': ['structure', () => after(['<ds:Signature ', '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/><ds:Signature '])],
  'it is of another provider': ['issuer', () => fields({ issuer: 'https://other.example', response_issuer: 'https://other.example' })],
  'response and assertion are of different providers': ['issuer', () => fields({ issuer: 'https://other.example' })],
  'it is for another audience': ['audience', () => fields({ audience: 'https://other.example' })],
  'it is for the same provider of another company': ['audience', () => fields({ audience: elsewhere.audience })],
  'it is for another provider of the company': ['audience', () => fields({ audience: beside.audience })],
  'it has no audience': [
    'audience',
    () => before(['<saml:AudienceRestriction>', ''], ['</saml:AudienceRestriction>', ''], [`<saml:Audience>${here.audience}</saml:Audience>`, '']),
  ],
  'one of two audiences is another': [
    'audience',
    () => before(['</saml:Conditions>', '<saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction></saml:Conditions>']),
  ],
  'it is for another recipient': ['recipient', () => fields({ recipient: 'https://other.example/acs' })],
  'it is for the address of another company': ['recipient', () => fields({ recipient: elsewhere.acs })],
  'it is for another destination': ['destination', () => fields({ destination: 'https://other.example/acs' })],
  'it has no destination': ['destination', () => before([` Destination="${here.acs}"`, ''])],
  'it answers no request': ['unsolicited', () => before([' InResponseTo="', ' x="'], [' InResponseTo="', ' x="'])],
  'response and assertion answer different requests': ['request', () => fields({ response_request: '_other' })],
  'it has expired': ['expired', () => fields({ not_on_or_after: at(-2 * MINUTE), subject_until: at(-2 * MINUTE) })],
  'its subject has expired': ['expired', () => fields({ subject_until: at(-2 * MINUTE) })],
  'its conditions have expired': ['expired', () => fields({ not_on_or_after: at(-2 * MINUTE) })],
  'it is of an hour ago, and holds for a year': [
    'expired',
    () => fields({ issued: at(-60 * MINUTE), not_before: at(-60 * MINUTE), not_on_or_after: at(525_600 * MINUTE) }),
  ],
  'the session at the provider is over': ['expired', () => before(['<saml:AuthnStatement ', `<saml:AuthnStatement SessionNotOnOrAfter="${at(-2 * MINUTE)}" `])],
  'it holds from tomorrow': ['early', () => fields({ not_before: at(1440 * MINUTE), not_on_or_after: at(1500 * MINUTE) })],
  'it is issued tomorrow': ['early', () => fields({ issued: at(1440 * MINUTE) })],
  'its time is none': ['structure', () => fields({ not_on_or_after: 'tomorrow' })],
  'its time is in another zone': ['structure', () => fields({ subject_until: '2999-01-01T00:00:00+14:00' })],
  'the subject holds without end': ['structure', () => before([' NotOnOrAfter="', ' x="'])],
  'the provider says that nobody signed in': ['status', () => fields({ status: 'urn:oasis:names:tc:SAML:2.0:status:Responder' })],
  'it is confirmed by somebody else': ['subject', () => fields({ method: 'urn:oasis:names:tc:SAML:2.0:cm:sender-vouches' })],
  'there are two confirmations': ['subject', () => before(['<saml:SubjectConfirmation ', '<saml:SubjectConfirmation Method="x"/><saml:SubjectConfirmation '])],
  'there are two names': ['subject', () => before([ID, `${ID}<saml:NameID>eve@corp.example</saml:NameID>`])],
  'there is no name': ['subject', () => ({ name_id: '' })],
  'the name is another one each time': ['subject', () => ({ format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' })],
  'the name holds an element': ['unreadable', () => before([ID, `<x xmlns="urn:x"/>.evil.example${ID}`])],
  'the name holds a comment, when it is signed': ['unreadable', () => before([ID, `<!---->.evil.example${ID}`])],
  'the name holds a comment, put there later': ['unreadable', () => after(['@corp.example</saml:NameID>', '@corp.example<!---->.evil.example</saml:NameID>'])],
  'the name holds CDATA': ['unreadable', () => after(['ada@', '<![CDATA[eve]]>@'])],
  'there is a processing instruction': ['unreadable', () => after(['<samlp:Status>', '<?php x?><samlp:Status>'])],
  'nobody signed in at the provider': ['structure', () => before(['<saml:AuthnStatement ', '<saml:Advice '], ['</saml:AuthnStatement>', '</saml:Advice>'])],
  'there is a condition that nobody knows': ['structure', () => before(['</saml:Conditions>', '<saml:Condition/></saml:Conditions>'])],
  'an id stands there twice': [
    'structure',
    () => before(['<samlp:Status>', '<samlp:Extensions><x xmlns="urn:x" ID="_1"/><x xmlns="urn:x" id="_1"/></samlp:Extensions><samlp:Status>']),
  ],
  'there is an encrypted attribute': [
    'encrypted',
    () => before(['</saml:Assertion>', '<saml:AttributeStatement><saml:EncryptedAttribute/></saml:AttributeStatement></saml:Assertion>']),
  ],
  'it is of SAML 1.1': ['structure', () => before(['Version="2.0"', 'Version="1.1"'])],
};

/** What does not come from a provider at all, and what was made of a good answer. */
const MADE: Record<string, [AnswerFault, (good: string, both: string) => string]> = {
  'is no base64': ['unreadable', () => '<samlp:Response>'],
  'is no XML': ['unreadable', () => encoded('{"user": "eve"}')],
  'is not UTF-8': ['unreadable', () => btoa('\xff\xfe<\0')],
  'is empty': ['unreadable', () => ''],
  'is something else': ['structure', () => encoded('<html/>')],
  'is a Response of no namespace': ['structure', () => encoded('<Response Version="2.0"/>')],
  'has an assertion of another namespace': ['structure', (good) => encoded(decoded(good).replaceAll('urn:oasis:names:tc:SAML:2.0:assertion', 'urn:x'))],
  'is encrypted': [
    'encrypted',
    (good) =>
      encoded(
        decoded(good).replace(/<saml:Assertion [\s\S]*<\/saml:Assertion>/, '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>'),
      ),
  ],
  'has no assertion': ['structure', (good) => encoded(decoded(good).replace(/<saml:Assertion [\s\S]*<\/saml:Assertion>/, ''))],
  'reads a file (XXE)': ['unreadable', (good) => encoded(`<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>${decoded(good).replace('ada@', '&f;')}`)],
  'calls an address (XXE)': ['unreadable', (good) => encoded(`<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1/dtd">${decoded(good)}`)],
  'is a billion laughs': [
    'unreadable',
    () =>
      encoded(`<!DOCTYPE l [<!ENTITY a "lol">${[...'bcdefghij'].map((n, i) => `<!ENTITY ${n} "${`&${'abcdefghi'[i]};`.repeat(10)}">`).join('')}]><l>&j;</l>`),
  ],
  'uses an entity that there is not': ['unreadable', (good) => encoded(decoded(good).replace('ada@', '&bomb;@'))],
  'is nested a thousand deep': ['unreadable', () => encoded('<a>'.repeat(1000) + '</a>'.repeat(1000))],
  'is nested sixty thousand deep': ['unreadable', () => encoded('<a>'.repeat(30_000) + '</a>'.repeat(30_000))],
  'has twenty thousand attributes': ['unreadable', () => encoded(`<a ${Array.from({ length: 20_000 }, (_, n) => `a${n}=""`).join(' ')}/>`)],
  'has more than 256 KB': ['unreadable', (good) => encoded(decoded(good).replace('<samlp:Status>', `${' '.repeat(260_000)}<samlp:Status>`))],
  'has two roots': ['unreadable', (good) => encoded(decoded(good).repeat(2))],
  'is cut off': ['unreadable', (good) => encoded(decoded(good).slice(0, -30))],
};

async function refusal(make: (begun: Begun) => Promise<string>): Promise<{ status: number; reason: string; where: string | null }> {
  const browser = new ProviderBrowser();
  const begun = await begin(browser, here);
  const made = await make(begun);
  const form = { method: 'POST', body: new URLSearchParams({ SAMLResponse: made, RelayState: begun.state }).toString() };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const reply = await send('POST', new URL(here.acs).pathname, { key: null, headers, body: form.body });
  const where = path(await post(browser, here, made, begun.state));
  expect(browser.cookie('wf_session')).toBeUndefined();
  return { status: reply.status, reason: ((await reply.json()) as { reason: string }).reason, where };
}

const REFUSED = '/sign-in?company=acme&error=answer_refused';

describe('an answer gets nobody in where', () => {
  it.each(Object.entries(WISHED))('%s', async (_name, [fault, wishes]) => {
    expect(await refusal((begun) => answer(here, begun, wishes()))).toEqual({ status: 401, reason: fault, where: REFUSED });
  });

  it.each(Object.entries(MADE))('it %s', async (_name, [fault, make]) => {
    expect(await refusal(async (begun) => make(await answer(here, begun), await answer(here, begun, { sign: BOTH })))).toEqual({
      status: 401,
      reason: fault,
      where: REFUSED,
    });
  });
});

describe('signature wrapping', () => {
  it.each(Object.entries(WRAPPINGS))('%s', async (name, wrap) => {
    const sign: AnswerWishes['sign'] = /^XSW[12]/.test(name) ? BOTH : ['assertion'];
    const { status, reason, where } = await refusal(async (begun) => encoded(wrap(decoded(await answer(here, begun, { sign })))));
    expect([status, where]).toEqual([401, REFUSED]);
    expect(['structure', 'signature', 'unsigned', 'algorithm']).toContain(reason);
  });
});

describe('a good answer', () => {
  it('counts once, whether it comes again or another one answers the request', async () => {
    const browser = new ProviderBrowser();
    const begun = await begin(browser, here);
    const good = await answer(here, begun);
    expect(path(await post(browser, here, good, begun.state))).toMatch(/return\?code=/);
    expect(path(await post(browser, here, good, begun.state))).toBe(REFUSED);
    expect(path(await post(new ProviderBrowser(), here, await answer(here, begun), begun.state))).toBe(REFUSED);
  });

  it('of one company or provider counts at no other', async () => {
    const browser = new ProviderBrowser();
    const begun = await begin(browser, here);
    const good = await answer(here, begun);
    expect(path(await post(browser, elsewhere, good, begun.state))).toBe('/sign-in?company=globex&error=answer_refused');
    expect(path(await post(browser, beside, good, begun.state))).toBe(REFUSED);
    const led = path(await post(browser, here, good, begun.state))!;
    expect(path(await browser.open(`http://localhost:8787${led.replace('/acme/', '/globex/')}`))).toMatch(/error=unknown_provider$/);
    expect(path(await browser.open(`http://localhost:8787${led.replace(here.id, beside.id)}`))).toMatch(/error=sign_in_failed$/);
  });

  it('signed by the certificate of another company gets nobody in here', async () => {
    const own = {
      kind: 'saml',
      name: 'Own',
      issuer: saml.issuer,
      sso_url: saml.sso,
      certificates: [saml.certificates.stranger],
      email_domains: ['corp.example'],
    };
    const globex = await added({ ...own, auto_join_role: 'viewer' }, 'globex');
    expect(await enter(new ProviderBrowser(), globex, { key: 'stranger' })).toBe('/executions');
    const browser = new ProviderBrowser();
    const begun = await begin(browser, here);
    expect(path(await post(browser, here, await answer(here, begun, { key: 'stranger' }), begun.state))).toBe(REFUSED);
  });
});

it.each<[string, Record<string, string>, string, number]>([
  ['as JSON', { 'content-type': 'application/json' }, '{}', 415],
  ['without a form', { 'content-type': 'application/x-www-form-urlencoded' }, '', 401],
  ['twice in one form', { 'content-type': 'application/x-www-form-urlencoded' }, 'SAMLResponse=AAAA&SAMLResponse=AAAA', 401],
  ['as a megabyte', { 'content-type': 'application/x-www-form-urlencoded' }, `SAMLResponse=${'A'.repeat(1_000_000)}`, 413],
])('an answer is not taken %s', async (_name, headers, body, status) => {
  expect((await send('POST', new URL(here.acs).pathname, { key: null, headers, body })).status).toBe(status);
});

afterAll(async () => {
  // What globex let in above is its own.
  expect((await env.DB.prepare("SELECT count(*) AS n FROM users WHERE tenant = 'acme'").first())?.n).toBe(0);
  const { items } = (await call('GET', '/audit?action=answer-refused&limit=100')).body as { items: { target: string; after: { reason: string } }[] };
  const told = new Set(items.filter(({ target }) => target === `identity-providers/${here.id}`).map(({ after }) => after.reason));
  const expected = new Set(['replayed', ...[...Object.values(WISHED), ...Object.values(MADE)].map(([fault]) => fault)]);
  expect(told).toEqual(expected);
  // However many there were.
  expect(items.length).toBeLessThan(expected.size + 5);
});
