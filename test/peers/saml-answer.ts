/** Answers of an identity provider as XML, right or wrong as they are wished, and signed by `samlify`. */
import { sign } from 'node:crypto';
import { createRequire } from 'node:module';
import type { KeyAndCertificate } from './certificate.ts';

export interface AnswerWishes {
  /** Of our side. */
  acs: string;
  audience: string;
  request: string;
  issuer: string;
  /** Who it is. */
  name_id: string;
  format?: string;
  attributes?: Record<string, string>;
  /** What differs from a good answer: fields of the template below, by name. */
  fields?: Record<string, string>;
  /** Text for text, before it is signed, and after. */
  before?: [from: string, to: string][];
  after?: [from: string, to: string][];
  sign?: ('assertion' | 'response')[];
  key?: string;
  algorithm?: string;
  transforms?: string[];
}

// Their types bring those of browsers along.
const require = createRequire(import.meta.url);
const { SamlLib } = require('samlify');
const { SignedXml } = require('xml-crypto');
const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';

export const TEMPLATE =
  `<samlp:Response xmlns:samlp="${PROTOCOL}" ID="{response_id}" Version="2.0" IssueInstant="{issued}" Destination="{destination}" InResponseTo="{response_request}">` +
  `<saml:Issuer xmlns:saml="${ASSERTION}">{response_issuer}</saml:Issuer>` +
  '<samlp:Status><samlp:StatusCode Value="{status}"/></samlp:Status>' +
  `<saml:Assertion xmlns:saml="${ASSERTION}" ID="{assertion_id}" Version="2.0" IssueInstant="{issued}"><saml:Issuer>{issuer}</saml:Issuer>` +
  '<saml:Subject><saml:NameID Format="{format}">{name_id}</saml:NameID><saml:SubjectConfirmation Method="{method}">' +
  '<saml:SubjectConfirmationData NotOnOrAfter="{subject_until}" Recipient="{recipient}" InResponseTo="{request}"/></saml:SubjectConfirmation></saml:Subject>' +
  '<saml:Conditions NotBefore="{not_before}" NotOnOrAfter="{not_on_or_after}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>' +
  '<saml:AuthnStatement AuthnInstant="{issued}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>' +
  '{attributes}</saml:Assertion></samlp:Response>';

/** Base64, as the form has it. */
export function answerOf(wishes: AnswerWishes, keys: Record<string, KeyAndCertificate>): string {
  let xml = replaced(filled(wishes), wishes.before);
  for (const what of wishes.sign ?? ['assertion']) xml = signed(xml, what, wishes, keys[wishes.key ?? 'own']!);
  return Buffer.from(replaced(xml, wishes.after)).toString('base64');
}

export function filled(wishes: AnswerWishes): string {
  const now = Date.now();
  const at = (ms: number) => new Date(now + ms).toISOString();
  const random = () => `_${crypto.randomUUID()}`;
  const { acs, audience, request, issuer, name_id } = wishes;
  const values: Record<string, string> = {
    response_id: random(),
    assertion_id: random(),
    issued: at(0),
    destination: acs,
    recipient: acs,
    audience,
    request,
    response_request: request,
    issuer,
    response_issuer: issuer,
    name_id,
    format: wishes.format ?? 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    status: 'urn:oasis:names:tc:SAML:2.0:status:Success',
    method: 'urn:oasis:names:tc:SAML:2.0:cm:bearer',
    not_before: at(-1000),
    not_on_or_after: at(300_000),
    subject_until: at(300_000),
    ...wishes.fields,
  };
  const attributes = Object.entries(wishes.attributes ?? {}).map(
    ([name, value]) => `<saml:Attribute Name="${escaped(name)}"><saml:AttributeValue>${escaped(value)}</saml:AttributeValue></saml:Attribute>`,
  );
  const statement = attributes.length > 0 ? `<saml:AttributeStatement>${attributes.join('')}</saml:AttributeStatement>` : '';
  return TEMPLATE.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === 'attributes' ? statement : escaped(values[name]!)));
}

function signed(xml: string, what: 'assertion' | 'response', { algorithm, transforms }: AnswerWishes, { privateKey, der }: KeyAndCertificate): string {
  const path = what === 'response' ? "/*[local-name(.)='Response']" : "/*[local-name(.)='Response']/*[local-name(.)='Assertion']";
  if (algorithm?.endsWith('#ecdsa-sha256')) return signedByCurve(xml, path, algorithm, privateKey);
  return SamlLib.constructSAMLSignature({
    rawSamlMessage: xml,
    referenceTagXPath: path,
    privateKey,
    signingCert: der,
    signatureAlgorithm: algorithm ?? 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    ...(transforms ? { transformationAlgorithms: transforms } : {}),
    isBase64Output: false,
    signatureConfig: { prefix: 'ds', location: { reference: `${path}/*[local-name(.)='Issuer']`, action: 'after' } },
  });
}

/** Which `samlify` does not do. */
function signedByCurve(xml: string, path: string, algorithm: string, privateKey: string): string {
  const signature = new SignedXml({ privateKey, signatureAlgorithm: algorithm, canonicalizationAlgorithm: EXCLUSIVE_C14N });
  signature.SignatureAlgorithms[algorithm] = class {
    getAlgorithmName = () => algorithm;
    verifySignature = () => false;
    getSignature = (info: string) => sign('sha256', Buffer.from(info), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64');
  };
  const transforms = ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', EXCLUSIVE_C14N];
  signature.addReference({ xpath: path, transforms, digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256' });
  signature.computeSignature(xml, { prefix: 'ds', location: { reference: `${path}/*[local-name(.)='Issuer']`, action: 'after' } });
  return signature.getSignedXml();
}

function replaced(text: string, pairs: [string, string][] = []): string {
  return pairs.reduce((done, [from, to]) => {
    if (!done.includes(from)) throw new Error(`there is no ${from}`);
    return done.replace(from, () => to);
  }, text);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
