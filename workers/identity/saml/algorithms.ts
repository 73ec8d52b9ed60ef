/**
 * The algorithms of signatures that count, and no others: an answer names its own, so whatever stands on a list here is what an
 * attacker may choose from. No SHA-1, no HMAC (whoever knows the certificate could sign), one canonicalization.
 */
import { createHash, type KeyObject, verify } from 'node:crypto';
import type { HashAlgorithm, SignatureAlgorithm } from '#xml-crypto';

export const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

const SIGNATURES: Readonly<Record<string, { key: 'rsa' | 'ec'; hash: string }>> = {
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': { key: 'rsa', hash: 'sha256' },
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384': { key: 'rsa', hash: 'sha384' },
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': { key: 'rsa', hash: 'sha512' },
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256': { key: 'ec', hash: 'sha256' },
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384': { key: 'ec', hash: 'sha384' },
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512': { key: 'ec', hash: 'sha512' },
};

const HASHES: Readonly<Record<string, string>> = {
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384': 'sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
};

export const isSignatureAlgorithm = (name: string): boolean => Object.hasOwn(SIGNATURES, name);
export const isHashAlgorithm = (name: string): boolean => Object.hasOwn(HASHES, name);

/** As the library takes them, in place of its own. */
export const SIGNATURE_ALGORITHMS = mapped(SIGNATURES, (name, { key, hash }) => {
  return class implements SignatureAlgorithm {
    readonly getAlgorithmName = () => name;
    readonly getSignature = (): never => {
      throw new Error('nothing is signed here');
    };
    readonly verifySignature = (material: string, publicKey: unknown, value: string): boolean => {
      const object = publicKey as KeyObject;
      // A key of one kind says nothing about signatures of another.
      if (object.asymmetricKeyType !== key) return false;
      const signature = Buffer.from(value.replaceAll(/\s/g, ''), 'base64');
      return verify(hash, Buffer.from(material), object, key === 'ec' ? derOf(signature) : signature);
    };
  };
});

export const HASH_ALGORITHMS = mapped(HASHES, (name, hash) => {
  return class implements HashAlgorithm {
    readonly getAlgorithmName = () => name;
    readonly getHash = (xml: string): string => createHash(hash).update(xml, 'utf8').digest('base64');
  };
});

/**
 * XML has the two numbers of a curve's signature side by side, the runtime takes them as DER alone (`dsaEncoding` it does not know).
 * Of whatever is no such pair, something is made that no key has signed.
 */
function derOf(pair: Buffer): Buffer {
  const half = Math.floor(pair.length / 2);
  const numbers = [pair.subarray(0, half), pair.subarray(half)].map((number) => {
    const first = number.findIndex((byte) => byte !== 0);
    const digits = first === -1 ? Buffer.of(0) : number.subarray(first);
    const positive = digits[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits;
    return Buffer.concat([Buffer.of(0x02, positive.length), positive]);
  });
  const content = Buffer.concat(numbers);
  return Buffer.concat([content.length < 128 ? Buffer.of(0x30, content.length) : Buffer.of(0x30, 0x81, content.length), content]);
}

function mapped<T, R>(table: Readonly<Record<string, T>>, make: (name: string, entry: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, make(name, entry)]));
}
