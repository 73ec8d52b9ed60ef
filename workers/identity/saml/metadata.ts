/** Metadata: what an identity provider says of itself, and what it is told of us. */
import { readCertificate, type SigningCertificate } from '#workers/identity/saml/certificates';
import { NAME_ID, NS, POST_BINDING, REDIRECT_BINDING } from '#workers/identity/saml/names';
import { XmlRefused } from '#workers/identity/saml/refused';
import { attributeOf, childElements, childrenOf, escapeXml, isNamed, readXml, textOf, type XmlElement } from '#workers/identity/saml/xml';

const BOUNDS = { bytes: 256 * 1024, marks: 10_000, depth: 40, comments: true };

export interface ProviderMetadata {
  entity_id: string;
  sso_url: string;
  /** Those that sign now or later: who has expired is left out where others have not. */
  certificates: SigningCertificate[];
}

/** Throws XmlRefused, which says what is missing. Its own signature is not looked at: an owner vouches for it by pasting it. */
export function readProviderMetadata(text: string, now: number): ProviderMetadata {
  const root = readXml(text, BOUNDS);
  if (isNamed(root, 'metadata', 'EntitiesDescriptor')) throw new XmlRefused('it describes several entities: paste the EntityDescriptor of your provider alone');
  if (!isNamed(root, 'metadata', 'EntityDescriptor')) throw new XmlRefused('it is no SAML metadata: an EntityDescriptor is expected');
  const roles = childrenOf(root, 'metadata', 'IDPSSODescriptor').filter((role) => protocolsOf(role).includes(NS.protocol));
  if (roles.length === 0) {
    const isServiceProvider = childrenOf(root, 'metadata', 'SPSSODescriptor').length > 0;
    throw new XmlRefused(
      isServiceProvider
        ? 'it is the metadata of a service provider, not of an identity provider: they may have been exchanged'
        : 'it describes no identity provider that speaks SAML 2.0 (IDPSSODescriptor)',
    );
  }
  if (roles.length > 1) throw new XmlRefused('it has more than one IDPSSODescriptor');
  const entity_id = attributeOf(root, 'entityID')?.trim();
  if (!entity_id) throw new XmlRefused('it has no entityID');
  const service = childrenOf(roles[0]!, 'metadata', 'SingleSignOnService').find((each) => attributeOf(each, 'Binding') === REDIRECT_BINDING);
  const sso_url = service && attributeOf(service, 'Location')?.trim();
  if (!sso_url) throw new XmlRefused('it names no SingleSignOnService with the binding HTTP-Redirect');
  const certificates = signingCertificates(roles[0]!);
  if (certificates.length === 0) throw new XmlRefused('it has no certificate that signs');
  const valid = certificates.filter(({ not_after }) => not_after > now);
  if (valid.length === 0) throw new XmlRefused('all of its certificates have expired');
  return { entity_id, sso_url, certificates: valid };
}

function protocolsOf(role: XmlElement): string[] {
  return (attributeOf(role, 'protocolSupportEnumeration') ?? '').split(/\s+/);
}

function signingCertificates(role: XmlElement): SigningCertificate[] {
  const found = new Map<string, SigningCertificate>();
  for (const descriptor of childrenOf(role, 'metadata', 'KeyDescriptor')) {
    if ((attributeOf(descriptor, 'use') ?? 'signing') !== 'signing') continue;
    for (const info of childrenOf(descriptor, 'signature', 'KeyInfo')) {
      for (const element of childrenOf(info, 'signature', 'X509Data').flatMap(childElements)) {
        if (!isNamed(element, 'signature', 'X509Certificate')) continue;
        const certificate = read(textOf(element));
        found.set(certificate.sha256, certificate);
      }
    }
  }
  return [...found.values()];
}

function read(text: string): SigningCertificate {
  try {
    return readCertificate(text);
  } catch (cause) {
    throw new XmlRefused(`one of its certificates is not taken: ${(cause as Error).message}`, { cause });
  }
}

export interface ServiceProvider {
  entity_id: string;
  acs_url: string;
}

/** What is given to the admin of the provider. */
export function serviceProviderMetadata({ entity_id, acs_url }: ServiceProvider): string {
  const formats = [NAME_ID.email, NAME_ID.persistent].map((format) => `    <md:NameIDFormat>${format}</md:NameIDFormat>\n`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="${NS.metadata}" entityID="${escapeXml(entity_id)}">
  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="${NS.protocol}">
${formats}    <md:AssertionConsumerService Binding="${POST_BINDING}" Location="${escapeXml(acs_url)}" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
`;
}
