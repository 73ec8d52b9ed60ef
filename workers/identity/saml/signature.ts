/**
 * The signature of an element, verified by `xml-crypto`, and the very bytes that were signed.
 *
 * 1. A signature is a child of the element that it signs, refers to it by its id, and has the one shape that SAML gives it:
 *    everything else is refused before a key is used.
 * 2. Only keys that the owner has entered count; what a signature says of its own key is not looked at.
 * 3. What is given back is the canonical text that the digest was made of. Whoever reads anything else has verified nothing:
 *    that is how signatures are wrapped.
 */
import type { KeyObject } from 'node:crypto';
import { ENVELOPED, EXCLUSIVE_C14N, HASH_ALGORITHMS, isHashAlgorithm, isSignatureAlgorithm, SIGNATURE_ALGORITHMS } from '#workers/identity/saml/algorithms';
import { AnswerRefused } from '#workers/identity/saml/refused';
import { attributeOf, childElements, childrenOf, isNamed, type XmlElement } from '#workers/identity/saml/xml';
import { SignedXml } from '#xml-crypto';

/** `document`: the text that the element was read from. Throws AnswerRefused: unsigned, structure, algorithm, signature. */
export function signedText(document: string, element: XmlElement, keys: readonly KeyObject[]): string {
  const [signature, ...more] = childrenOf(element, 'signature', 'Signature');
  if (!signature) throw new AnswerRefused('unsigned', `The ${element.localName} is not signed.`);
  if (more.length > 0) throw new AnswerRefused('structure', `The ${element.localName} has more than one signature.`);
  assertPlain(signature, attributeOf(element, 'ID') ?? '');
  for (const key of keys) {
    const text = verified(document, signature, key);
    if (text !== undefined) return text;
  }
  throw new AnswerRefused(
    'signature',
    `The signature of the ${element.localName} is by none of the certificates of this provider, or what it signed was changed.`,
  );
}

function verified(document: string, signature: XmlElement, key: KeyObject): string | undefined {
  const check = new SignedXml({ publicCert: key, getCertFromKeyInfo: () => null });
  check.SignatureAlgorithms = SIGNATURE_ALGORITHMS;
  check.HashAlgorithms = HASH_ALGORITHMS;
  const { [EXCLUSIVE_C14N]: exclusive, [ENVELOPED]: enveloped } = check.CanonicalizationAlgorithms;
  check.CanonicalizationAlgorithms = { [EXCLUSIVE_C14N]: exclusive!, [ENVELOPED]: enveloped! };
  try {
    check.loadSignature(signature);
    if (!check.checkSignature(document)) return undefined;
  } catch {
    // Also what it throws of a signature that is not right.
    return undefined;
  }
  const [text, ...more] = check.getSignedReferences();
  return more.length === 0 ? text : undefined;
}

/** SignedInfo, SignatureValue and perhaps KeyInfo; of the first, one reference, to this element, by algorithms that count. */
function assertPlain(signature: XmlElement, id: string): void {
  const parts = childElements(signature);
  const [info] = parts;
  if (!isSequence(parts, ['SignedInfo', 'SignatureValue', 'KeyInfo'], 2)) throw strange('parts');
  const inside = childElements(info!);
  if (!isSequence(inside, ['CanonicalizationMethod', 'SignatureMethod', 'Reference'], 3)) throw strange('SignedInfo');
  const [canonicalization, method, reference] = inside as [XmlElement, XmlElement, XmlElement];
  const of = childElements(reference);
  if (!isSequence(of, ['Transforms', 'DigestMethod', 'DigestValue'], 3)) throw strange('Reference');
  if (id === '' || attributeOf(reference, 'URI') !== `#${id}`) throw strange('Reference to something else');
  const transforms = childElements(of[0]!).map(algorithmOf);
  if (transforms.join(' ') !== `${ENVELOPED} ${EXCLUSIVE_C14N}`)
    throw unknown(transforms.find((name) => name !== ENVELOPED && name !== EXCLUSIVE_C14N) ?? 'transforms');
  if (algorithmOf(canonicalization) !== EXCLUSIVE_C14N) throw unknown(algorithmOf(canonicalization));
  if (!isSignatureAlgorithm(algorithmOf(method))) throw unknown(algorithmOf(method));
  if (!isHashAlgorithm(algorithmOf(of[1]!))) throw unknown(algorithmOf(of[1]!));
}

function isSequence(elements: XmlElement[], names: string[], least: number): boolean {
  return elements.length >= least && elements.length <= names.length && elements.every((element, at) => isNamed(element, 'signature', names[at]!));
}

function algorithmOf(element: XmlElement): string {
  return attributeOf(element, 'Algorithm') ?? '';
}

function strange(what: string): AnswerRefused {
  return new AnswerRefused('structure', `The signature does not have the shape that SAML gives it (${what}).`);
}

function unknown(algorithm: string): AnswerRefused {
  const isWeak = /sha1$|md5$/.test(algorithm);
  const name = algorithm
    .replace(/^.*[/#](?=.)/, '')
    .replaceAll(/[^\w-]/g, '')
    .slice(0, 60);
  return new AnswerRefused(
    'algorithm',
    isWeak
      ? 'The signature is made with SHA-1, which does not count. Set it to SHA-256 at the provider.'
      : `The signature is made with ${name}, which does not count here.`,
  );
}
