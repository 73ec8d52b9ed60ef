/** Certificates of identity providers: what they are here is a public key, that an owner has vouched for, and a date. */
import { type KeyObject, X509Certificate } from 'node:crypto';

export interface SigningCertificate {
  /** As it is kept: base64 of DER, without lines. */
  der: string;
  sha256: string;
  subject: string;
  /** Ms since the epoch. */
  not_after: number;
}

const MAX_CHARACTERS = 16 * 1024;
const PEM = /^\s*-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----\s*$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const RSA_BITS = 2048;
const CURVES: readonly string[] = ['prime256v1', 'secp384r1', 'secp521r1'];

/** `text`: PEM, or its base64 alone as metadata has it. Throws Error that says what it is not. */
export function readCertificate(text: string): SigningCertificate {
  if (text.length > MAX_CHARACTERS) throw new Error('it is too long for a certificate');
  if (/-----BEGIN (?!CERTIFICATE-----)/.test(text)) throw new Error('it is a key or something else, not a certificate');
  const der = (PEM.exec(text)?.[1] ?? text).replaceAll(/\s/g, '');
  if (!BASE64.test(der)) throw new Error('it is no certificate in PEM or base64');
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(Buffer.from(der, 'base64'));
  } catch (cause) {
    throw new Error('it is no X.509 certificate', { cause });
  }
  assertStrong(keyOf(certificate));
  return {
    der,
    sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    subject: certificate.subject.replaceAll('\n', ', ').slice(0, 200),
    not_after: Date.parse(certificate.validTo),
  };
}

export function publicKeyOf(der: string): KeyObject {
  return new X509Certificate(Buffer.from(der, 'base64')).publicKey;
}

/** The runtime reads no keys of kinds that it does not know. */
function keyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    return undefined;
  }
}

function assertStrong(key: KeyObject | undefined): void {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key ?? {};
  if (type === 'rsa') {
    const bits = details?.modulusLength ?? 0;
    if (bits < RSA_BITS) throw new Error(`its RSA key has ${bits} bits, and needs ${RSA_BITS}`);
  } else if (type !== 'ec' || !CURVES.includes(details?.namedCurve ?? '')) {
    throw new Error('its key is neither RSA nor of the curves P-256, P-384 and P-521');
  }
}
