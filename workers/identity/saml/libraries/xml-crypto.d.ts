/** As much of `xml-crypto` as is used. Its own types bring those of browsers along, which are not what the runtime has. */
import type { KeyObject } from 'node:crypto';

export interface SignatureAlgorithm {
  getAlgorithmName(): string;
  getSignature(signedInfo: string, key: unknown): string;
  /** `key`: what was given as `publicCert`. */
  verifySignature(signedInfo: string, key: unknown, value: string): boolean;
}

export interface HashAlgorithm {
  getAlgorithmName(): string;
  getHash(xml: string): string;
}

export class SignedXml {
  constructor(options: { publicCert: KeyObject; getCertFromKeyInfo: () => null });
  SignatureAlgorithms: Record<string, new () => SignatureAlgorithm>;
  HashAlgorithms: Record<string, new () => HashAlgorithm>;
  CanonicalizationAlgorithms: Record<string, new () => unknown>;
  /** `node`: the element of the signature. */
  loadSignature(node: unknown): void;
  /** Also throws of one that is not right. */
  checkSignature(document: string): boolean;
  /** What the digests were made of, once the signature was right. */
  getSignedReferences(): string[];
}
