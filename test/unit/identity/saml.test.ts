/** What SAML is read from: XML within bounds, certificates with keys that count, metadata of identity providers; and what is asked. */
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readCertificate } from '#workers/identity/saml/certificates';
import { readProviderMetadata, serviceProviderMetadata } from '#workers/identity/saml/metadata';
import { newRequestId, requestAddress } from '#workers/identity/saml/request';
import { readXml, textOf } from '#workers/identity/saml/xml';
import { type CertificateWishes, selfSigned } from '../../peers/certificate';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const YEAR_MS = 365 * 24 * 3_600_000;
const BOUNDS = { bytes: 10_000, marks: 100, depth: 5 };
const own = selfSigned({ from: NOW - YEAR_MS, until: NOW + YEAR_MS });

describe('XML', () => {
  it.each([
    ['<a>text</a>', 'text'],
    ['<?xml version="1.0" encoding="UTF-8"?>\n<a> text\n</a>', 'text'],
    ['\ufeff<a>&lt;&#97;&amp;</a>', '<a&'],
  ])('is read: %s', (text, found) => {
    expect(textOf(readXml(text, BOUNDS))).toBe(found);
  });

  it.each([
    ['<!DOCTYPE a><a/>', 'document type'],
    ['<!doctype a><a/>', 'document type'],
    ['<a><![CDATA[x]]></a>', 'document type'],
    ['<a><!-- x --></a>', 'comment'],
    ['<a><?x y?></a>', 'processing instruction'],
    ['<?xml-stylesheet href="x"?><a/>', 'processing instruction'],
    ['<?xml version="1.0"?><?xml version="1.0"?><a/>', 'processing instruction'],
    ['', 'well-formed'],
    ['text', 'well-formed'],
    ['<a>', 'well-formed'],
    ['<a></b>', 'well-formed'],
    ['<a/><a/>', 'well-formed'],
    ['<a b=c/>', 'well-formed'],
    ['<a b="1" b="2"/>', 'well-formed'],
    ['<a>&nbsp;</a>', 'well-formed'],
    ['<a/>text', 'well-formed'],
    ['<a>'.repeat(6) + '</a>'.repeat(6), 'nested too deep'],
  ])('is refused: %s', (text, why) => {
    expect(() => readXml(text, BOUNDS)).toThrow(why);
  });

  it('is refused with too many elements, and beyond its size', () => {
    expect(() => readXml(`<a>${'<b/>'.repeat(300)}</a>`, BOUNDS)).toThrow('too many elements');
    expect(() => readXml(`<a>${' '.repeat(10_000)}</a>`, BOUNDS)).toThrow('KB');
  });

  it('gives no text of what holds elements as well', () => {
    expect(() => textOf(readXml('<a>ada<b/>@corp.example</a>', BOUNDS))).toThrow('more than text');
  });
});

describe('a certificate', () => {
  it.each<[string, string]>([
    ['PEM', own.certificate],
    ['base64', own.der],
    ['base64 in lines', own.der.replaceAll(/(.{40})/g, '$1\r\n ')],
  ])('is read from %s', (_name, text) => {
    expect(readCertificate(text)).toMatchObject({ der: own.der, subject: 'CN=idp', not_after: NOW + YEAR_MS, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it.each<[string, CertificateWishes['key'] & string]>([
    ['P-256', 'P-256'],
    ['P-384', 'P-384'],
    ['P-521', 'P-521'],
  ])('may have a key on %s', (_name, key) => {
    expect(readCertificate(selfSigned({ key }).certificate).subject).toBe('CN=idp');
  });

  it.each<[string, () => string, string]>([
    ['nothing', () => '', 'no certificate'],
    ['other text', () => 'not base64!', 'no certificate'],
    ['base64 of something else', () => btoa('something else'), 'no X.509'],
    ['a private key', () => own.privateKey, 'a key or something else'],
    ['a certificate and a key', () => own.certificate + own.privateKey, 'a key or something else'],
    ['two certificates', () => own.certificate + own.certificate, 'no certificate'],
    ['1024 bits', () => selfSigned({ key: 1024 }).certificate, '1024 bits'],
    ['another curve', () => selfSigned({ key: 'secp256k1' }).certificate, 'neither RSA'],
    ['Ed25519', () => selfSigned({ key: 'ed25519' }).certificate, 'neither RSA'],
    ['20 KB', () => own.der.repeat(30), 'too long'],
  ])('is not: %s', (_name, text, why) => {
    expect(() => readCertificate(text())).toThrow(why);
  });
});

describe('metadata of an identity provider', () => {
  const key = (der: string, use = ' use="signing"') =>
    `<md:KeyDescriptor${use}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n${der}\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
  const metadata = (keys = key(own.der), role = 'IDPSSODescriptor', protocol = 'urn:oasis:names:tc:SAML:2.0:protocol') =>
    `<?xml version="1.0"?><!-- made by hand --><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.example">
<md:${role} protocolSupportEnumeration="${protocol}">${keys}
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/post"/>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso?tenant=1"/></md:${role}></md:EntityDescriptor>`;

  it('says who it is, where it takes requests, and with what it signs', () => {
    const next = selfSigned({ name: 'next', until: NOW + YEAR_MS });
    const old = selfSigned({ name: 'old', from: NOW - 2 * YEAR_MS, until: NOW - 1 });
    const encrypting = selfSigned({ name: 'encrypts', until: NOW + YEAR_MS });
    const found = readProviderMetadata(
      metadata(key(own.der) + key(next.der, '') + key(old.der) + key(own.der) + key(encrypting.der, ' use="encryption"')),
      NOW,
    );
    expect(found).toMatchObject({ entity_id: 'https://idp.example', sso_url: 'https://idp.example/sso?tenant=1' });
    expect(found.certificates.map(({ subject }) => subject)).toEqual(['CN=idp', 'CN=next']);
  });

  it.each<[string, string, string]>([
    ['of a service provider', metadata(key(own.der), 'SPSSODescriptor'), 'service provider'],
    ['of SAML 1.1', metadata(key(own.der), 'IDPSSODescriptor', 'urn:oasis:names:tc:SAML:1.1:protocol'), 'SAML 2.0'],
    ['of our own', serviceProviderMetadata({ entity_id: 'https://x', acs_url: 'https://x/acs' }), 'service provider'],
    ['without a key', metadata(''), 'no certificate'],
    ['with a key that is none', metadata(key('AAAA')), 'no X.509'],
    ['whose keys have expired', metadata(key(selfSigned({ from: NOW - 2, until: NOW - 1 }).der)), 'have expired'],
    ['without an address', metadata().replaceAll('HTTP-Redirect', 'SOAP'), 'HTTP-Redirect'],
    ['without a name', metadata().replace('entityID', 'id'), 'entityID'],
    ['of a federation', '<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"/>', 'several entities'],
    ['of another namespace', '<EntityDescriptor entityID="x"/>', 'no SAML metadata'],
  ])('is not taken %s', (_name, text, why) => {
    expect(() => readProviderMetadata(text, NOW)).toThrow(why);
  });
});

describe('a request', () => {
  it('keeps what the address of the provider says, and says who asks', async () => {
    const self = { entity_id: 'https://flows.example/sign-in/saml/acme/idp_1/metadata', acs_url: 'https://flows.example/sign-in/saml/acme/idp_1' };
    const url = new URL(await requestAddress('https://idp.example/sso?tenant=1&x=<', self, { id: '_1', relayState: 'state', now: NOW }));
    expect([url.searchParams.get('tenant'), url.searchParams.get('RelayState')]).toEqual(['1', 'state']);
    const xml = inflateRawSync(Buffer.from(url.searchParams.get('SAMLRequest')!, 'base64')).toString();
    const request = readXml(xml, { bytes: 5000, marks: 100, depth: 5 });
    expect(request.getAttribute('Destination')).toBe('https://idp.example/sso?tenant=1&x=<');
    expect(request.getAttribute('IssueInstant')).toBe('2026-11-27T12:00:00.000Z');
  });

  it('has an id of its own, which XML takes for one', () => {
    expect(newRequestId()).toMatch(/^_[\w-]{43}$/);
    expect(newRequestId()).not.toBe(newRequestId());
  });
});
