/**
 * The answer of an identity provider: whom it names, once everything about it holds.
 *
 * 1. There is one Response with one Assertion in it, where they belong, and no second element of those names anywhere.
 * 2. The assertion is signed by itself; where the response is signed as well, that holds too.
 * 3. Everything about the person is read from the signed text, parsed anew, never from the document that came.
 * 4. It is for this company's address and entity, answers a request, and holds now; whether the request was ours, and whether it
 *    was answered before, its callers know.
 */
import type { KeyObject } from 'node:crypto';
import type { ServiceProvider } from '#workers/identity/saml/metadata';
import { BEARER, NAME_ID, type NS, SUCCESS } from '#workers/identity/saml/names';
import { type AnswerFault, AnswerRefused, XmlRefused } from '#workers/identity/saml/refused';
import { signedText } from '#workers/identity/saml/signature';
import { attributeOf, childElements, childrenOf, elementsOf, isNamed, readXml, textOf, type XmlElement } from '#workers/identity/saml/xml';

export const ANSWER_BYTES = 256 * 1024;
const BOUNDS = { bytes: ANSWER_BYTES, marks: 3000, depth: 32 };
const SKEW_MS = 60_000;
/** However long a provider lets its word hold: a request is answered within the time that it is waited for. */
const AGE_MS = 10 * 60_000;
const SUBJECT_CHARACTERS = 255;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const ENCRYPTED: readonly string[] = ['EncryptedAssertion', 'EncryptedID', 'EncryptedAttribute', 'EncryptedData'];

export interface Expected {
  provider: { entity_id: string; keys: readonly KeyObject[] };
  self: ServiceProvider;
  now: number;
}

export interface VerifiedAnswer {
  assertion_id: string;
  /** Of the request that it answers. */
  request_id: string;
  /** Ms since the epoch. */
  expires_at: number;
  name_id: { value: string; format: string };
  /** By name, and by friendly name where no attribute has it as its name. */
  attributes: ReadonlyMap<string, readonly string[]>;
}

/** Throws AnswerRefused. */
export function readAnswer(xml: string, expected: Expected): VerifiedAnswer {
  try {
    return read(xml, expected);
  } catch (error) {
    if (error instanceof XmlRefused) throw new AnswerRefused('unreadable', `The answer is not read: ${error.message}.`);
    throw error;
  }
}

function read(xml: string, expected: Expected): VerifiedAnswer {
  // Line ends are normalized before anything is parsed, as XML has it; the digest was made after that.
  const document = xml.replaceAll(/\r\n?/g, '\n');
  const response = readXml(document, BOUNDS);
  const assertion = onlyAssertion(response, expected);
  const { keys, entity_id } = expected.provider;
  const isResponseSigned = childrenOf(response, 'signature', 'Signature').length > 0;
  const text = signedText(document, assertion, keys);
  if (isResponseSigned) signedText(document, response, keys);
  const signed = readXml(text, BOUNDS);
  if (!isNamed(signed, 'assertion', 'Assertion') || attributeOf(signed, 'ID') !== attributeOf(assertion, 'ID')) {
    throw new AnswerRefused('structure', 'What is signed is not the assertion.');
  }
  const issuer = textOf(one(signed, 'assertion', 'Issuer'));
  if (issuer !== entity_id) throw new AnswerRefused('issuer', `The assertion is issued by ${issuer.slice(0, 200)}, not by this provider.`);
  const { request_id, until, name_id } = subjectOf(signed, expected);
  if (attributeOf(response, 'InResponseTo') !== request_id) throw new AnswerRefused('request', 'Response and assertion answer different requests.');
  const within = conditionsOf(signed, expected);
  const issued = instantOf(signed, 'IssueInstant', 'The assertion');
  if (issued > expected.now + SKEW_MS) throw new AnswerRefused('early', 'The assertion was issued in the future: a clock is wrong.');
  const expires_at = Math.min(until, within, issued + AGE_MS, sessionEnd(signed)) + SKEW_MS;
  if (expires_at <= expected.now) throw new AnswerRefused('expired', 'The assertion holds no more.');
  return { assertion_id: attributeOf(signed, 'ID')!, request_id, expires_at, name_id, attributes: attributesOf(signed) };
}

/** Of a response that is in order by itself. */
function onlyAssertion(response: XmlElement, { self, provider }: Expected): XmlElement {
  if (!isNamed(response, 'protocol', 'Response')) throw new AnswerRefused('structure', 'It is no Response of SAML 2.0.');
  assertNames(response);
  if (attributeOf(response, 'Version') !== '2.0') throw new AnswerRefused('structure', 'It is not of SAML 2.0.');
  assertSuccess(response);
  const issuers = childrenOf(response, 'assertion', 'Issuer');
  if (issuers.length > 1 || (issuers[0] && textOf(issuers[0]) !== provider.entity_id)) {
    throw new AnswerRefused('issuer', 'The response is issued by somebody else than this provider.');
  }
  if (attributeOf(response, 'Destination') !== self.acs_url) throw new AnswerRefused('destination', 'The response is for another address.');
  const [assertion, ...more] = childrenOf(response, 'assertion', 'Assertion');
  if (!assertion || more.length > 0) throw new AnswerRefused('structure', 'The response has not exactly one assertion.');
  return assertion;
}

/** What names or wraps something stands where it belongs, once: in no extension, attribute, advice or signature. Ids are different. */
function assertNames(response: XmlElement): void {
  const ids = new Set<string>();
  const found = new Set<string>();
  for (const element of elementsOf(response)) {
    const { localName } = element;
    if (ENCRYPTED.includes(localName)) {
      throw new AnswerRefused(
        'encrypted',
        'The assertion is encrypted, which is not read here. Switch its encryption off at the provider: it comes over https.',
      );
    }
    if (localName === 'Response' || localName === 'Assertion') {
      if (found.has(localName)) throw new AnswerRefused('structure', `There is more than one ${localName}.`);
      found.add(localName);
    }
    if (localName === 'Signature' && !['Response', 'Assertion'].includes((element.parentNode as XmlElement).localName)) {
      throw new AnswerRefused('structure', 'A signature stands where none belongs.');
    }
    for (const { localName: name, value } of Array.from(element.attributes)) {
      if (name.toLowerCase() !== 'id') continue;
      if (ids.has(value)) throw new AnswerRefused('structure', 'An id stands there twice.');
      ids.add(value);
    }
  }
}

function assertSuccess(response: XmlElement): void {
  const code = one(one(response, 'protocol', 'Status'), 'protocol', 'StatusCode');
  if (attributeOf(code, 'Value') === SUCCESS) return;
  const codes = [code, ...childrenOf(code, 'protocol', 'StatusCode')].map((each) =>
    (attributeOf(each, 'Value') ?? '').replace(/^.*:/, '').replaceAll(/\W/g, ''),
  );
  throw new AnswerRefused('status', `The provider did not sign anybody in (${codes.join(', ').slice(0, 100)}).`);
}

function subjectOf(assertion: XmlElement, { self, now }: Expected): { request_id: string; until: number; name_id: VerifiedAnswer['name_id'] } {
  const subject = one(assertion, 'assertion', 'Subject');
  const confirmation = one(subject, 'assertion', 'SubjectConfirmation');
  if (attributeOf(confirmation, 'Method') !== BEARER) throw new AnswerRefused('subject', 'The subject is confirmed in another way than by bearer.');
  const data = one(confirmation, 'assertion', 'SubjectConfirmationData');
  if (attributeOf(data, 'Recipient') !== self.acs_url) throw new AnswerRefused('recipient', 'The assertion is for another address.');
  const request_id = attributeOf(data, 'InResponseTo');
  if (!request_id) throw new AnswerRefused('unsolicited', 'The assertion answers no request. Let people begin at the address of the sign-in page.');
  assertBegun(data, now);
  const nameId = one(subject, 'assertion', 'NameID');
  const value = textOf(nameId);
  const format = attributeOf(nameId, 'Format') ?? '';
  if (value === '' || value.length > SUBJECT_CHARACTERS || /\p{Cc}/u.test(value))
    throw new AnswerRefused('subject', 'The NameID is empty, too long, or no text.');
  if (format === NAME_ID.transient) {
    throw new AnswerRefused('subject', 'The NameID is another one each time (transient). Set it to the e-mail address or a persistent id at the provider.');
  }
  return { request_id, until: endOf(data, now, true), name_id: { value, format } };
}

/** When they end. */
function conditionsOf(assertion: XmlElement, { self, now }: Expected): number {
  const conditions = one(assertion, 'assertion', 'Conditions');
  const restrictions = childrenOf(conditions, 'assertion', 'AudienceRestriction');
  const isForUs = (restriction: XmlElement) => childrenOf(restriction, 'assertion', 'Audience').some((audience) => textOf(audience) === self.entity_id);
  if (restrictions.length === 0 || !restrictions.every(isForUs)) throw new AnswerRefused('audience', 'The assertion is for another audience.');
  const known = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'];
  for (const condition of childElements(conditions)) {
    if (!known.some((name) => isNamed(condition, 'assertion', name)))
      throw new AnswerRefused('structure', 'The assertion has a condition that is not known here.');
  }
  assertBegun(conditions, now);
  return endOf(conditions, now, false);
}

/** Of the session at the provider: one that is over there begins none here. */
function sessionEnd(assertion: XmlElement): number {
  const statements = childrenOf(assertion, 'assertion', 'AuthnStatement');
  if (statements.length === 0) throw new AnswerRefused('structure', 'The assertion does not say that anybody signed in (AuthnStatement).');
  return Math.min(
    ...statements.map((statement) =>
      statement.hasAttribute('SessionNotOnOrAfter') ? instantOf(statement, 'SessionNotOnOrAfter', 'The session') : Number.MAX_SAFE_INTEGER - SKEW_MS,
    ),
  );
}

function attributesOf(assertion: XmlElement): Map<string, string[]> {
  const byName = new Map<string, string[]>();
  const byFriendlyName = new Map<string, string[]>();
  for (const statement of childrenOf(assertion, 'assertion', 'AttributeStatement')) {
    for (const attribute of childrenOf(statement, 'assertion', 'Attribute')) {
      const values = childrenOf(attribute, 'assertion', 'AttributeValue').flatMap((value) => (childElements(value).length === 0 ? [textOf(value)] : []));
      const name = attributeOf(attribute, 'Name') ?? '';
      byName.set(name, [...(byName.get(name) ?? []), ...values]);
      const friendly = attributeOf(attribute, 'FriendlyName');
      if (friendly) byFriendlyName.set(friendly, values);
    }
  }
  return new Map([...byFriendlyName, ...byName]);
}

function assertBegun(element: XmlElement, now: number): void {
  if (element.hasAttribute('NotBefore') && instantOf(element, 'NotBefore', 'It') > now + SKEW_MS) {
    throw new AnswerRefused('early', 'The assertion does not hold yet: a clock is wrong.');
  }
}

function endOf(element: XmlElement, now: number, isRequired: boolean): number {
  if (!isRequired && !element.hasAttribute('NotOnOrAfter')) return Number.MAX_SAFE_INTEGER - SKEW_MS;
  const end = instantOf(element, 'NotOnOrAfter', 'It');
  if (end + SKEW_MS <= now) throw new AnswerRefused('expired', 'The assertion holds no more.');
  return end;
}

function instantOf(element: XmlElement, name: string, what: string): number {
  const text = attributeOf(element, name) ?? '';
  const at = INSTANT.test(text) ? Date.parse(text.replace(/(\.\d{3})\d*Z$/, '$1Z')) : Number.NaN;
  if (Number.isNaN(at)) throw new AnswerRefused('structure', `${what} has no ${name} that is an instant in UTC.`);
  return at;
}

function one(parent: XmlElement, namespace: keyof typeof NS, name: string): XmlElement {
  const [first, ...more] = childrenOf(parent, namespace, name);
  if (!first || more.length > 0) throw new AnswerRefused(faultOf(name), `${parent.localName} has not exactly one ${name}.`);
  return first;
}

function faultOf(name: string): AnswerFault {
  return ['NameID', 'Subject', 'SubjectConfirmation'].includes(name) ? 'subject' : 'structure';
}
