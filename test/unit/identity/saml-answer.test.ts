/** Answers that neither our library nor one built on it has signed: its canonicalization is held against another one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAnswer } from '#workers/identity/saml/answer';
import { publicKeyOf, readCertificate } from '#workers/identity/saml/certificates';
import { personOf } from '#workers/identity/saml/person';

interface Foreign {
  name: string;
  certificate: string;
  /** Base64. */
  answer: string;
}

const { answers } = JSON.parse(readFileSync(join(import.meta.dirname, 'saml-answers.json'), 'utf8')) as { answers: Foreign[] };
const NOW = Date.parse('2026-11-27T12:01:00Z');
const acs_url = 'https://flows.example/sign-in/saml/acme/idp_1';
const MAIL = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress';

const expected = ({ certificate }: Foreign, now = NOW) => ({
  provider: { entity_id: 'https://idp.example/saml', keys: [publicKeyOf(readCertificate(certificate).der)] },
  self: { acs_url, entity_id: `${acs_url}/metadata` },
  now,
});
const text = ({ answer }: Foreign) => Buffer.from(answer, 'base64').toString();

describe.each(answers)('an answer signed elsewhere by $name', (foreign) => {
  it('is read', () => {
    const answer = readAnswer(text(foreign), expected(foreign));
    expect(answer).toMatchObject({ assertion_id: '_a1', request_id: '_request', name_id: { value: 'Jürgen & Söhne <1>' } });
    // The subject holds for five minutes.
    expect(answer.expires_at).toBe(Date.parse('2026-11-27T12:06:00Z'));
    expect(answer.attributes.get('groups')).toEqual(['a', 'b\nc']);
    expect(personOf(answer, MAIL)).toEqual({ subject: 'Jürgen & Söhne <1>', email: 'ada@corp.example' });
    expect(personOf(answer, 'mail').email).toBe('ada@corp.example');
    expect(() => personOf(answer, 'groups')).toThrow('exactly one address');
  });

  it('is refused by another certificate, changed, and after its time', () => {
    const other = answers.find(({ certificate }) => certificate !== foreign.certificate)!;
    expect(() => readAnswer(text(foreign), expected(other))).toThrow('none of the certificates');
    expect(() => readAnswer(text(foreign).replace('>ada@', '>eve@'), expected(foreign))).toThrow('none of the certificates');
    expect(() => readAnswer(text(foreign), expected(foreign, NOW + 5 * 60_000))).toThrow('holds no more');
    expect(() => readAnswer(text(foreign), expected(foreign, NOW - 10 * 60_000))).toThrow('does not hold yet');
  });
});
