/** What an owner enters of a SAML provider, checked at the door: every mistake is told at the field that has it. */
import type { IdentityProviderSettings } from '#contracts/api-identity-providers';
import { Problem } from '#contracts/problems';
import type { KeptSamlSettings } from '#storage/identity-ports';
import { readCertificate } from '#workers/identity/saml/certificates';
import { readProviderMetadata } from '#workers/identity/saml/metadata';

type Entered = IdentityProviderSettings & { kind: 'saml' };
type Said = Pick<KeptSamlSettings, 'issuer' | 'sso_url' | 'certificates'>;

/** `known`: what is there already, of which stays what is not entered. Throws Problem('invalid_request'). */
export function keptSamlSettings(entered: Entered, known: KeptSamlSettings | undefined, { now, hosted }: { now: number; hosted: boolean }): KeptSamlSettings {
  const { metadata, issuer, sso_url, certificates, ...rest } = entered;
  const said = metadata === undefined ? fieldsOf({ issuer, sso_url, certificates }, now) : metadataOf(metadata, { issuer, sso_url, certificates }, now);
  const all: Said = {
    issuer: said.issuer ?? known?.issuer,
    sso_url: said.sso_url ?? known?.sso_url,
    certificates: said.certificates ?? known?.certificates,
  };
  if (all.sso_url !== undefined) assertAddress(all.sso_url, hosted, metadata === undefined ? 'sso_url' : 'metadata');
  const missing = (['issuer', 'sso_url', 'certificates'] as const).filter((field) => all[field] === undefined);
  if (missing.length === 3 && rest.enabled) {
    throw refused('metadata', 'paste the metadata of the provider, or add it switched off first (enabled: false): its addresses are known then');
  }
  if (missing.length > 0 && missing.length < 3) throw refused(missing[0]!, 'issuer, sso_url and certificates belong together');
  if (rest.enabled && rest.email_domains.length === 0) {
    throw refused('email_domains', 'name the domains that the provider speaks for: SAML does not say whether an address is verified');
  }
  return { ...rest, ...(missing.length === 0 ? all : {}) };
}

function metadataOf(text: string, fields: Said, now: number): Said {
  for (const field of ['issuer', 'sso_url', 'certificates'] as const) {
    if (fields[field] !== undefined) throw refused(field, 'it is in the metadata: send the one or the other');
  }
  try {
    const { entity_id, sso_url, certificates } = readProviderMetadata(text, now);
    return { issuer: entity_id, sso_url, certificates: certificates.map(({ der }) => der) };
  } catch (cause) {
    throw refused('metadata', (cause as Error).message, cause);
  }
}

function fieldsOf({ certificates, ...fields }: Said, now: number): Said {
  return { ...fields, ...(certificates ? { certificates: certificates.map((text, at) => entered(text, `certificates.${at}`, now)) } : {}) };
}

function entered(text: string, path: string, now: number): string {
  let certificate: ReturnType<typeof readCertificate>;
  try {
    certificate = readCertificate(text);
  } catch (cause) {
    throw refused(path, (cause as Error).message, cause);
  }
  if (certificate.not_after <= now) throw refused(path, `it has expired, on ${new Date(certificate.not_after).toISOString().slice(0, 10)}`);
  return certificate.der;
}

/** The browser is led there, with nothing secret; a page without TLS would be anybody's to answer. */
function assertAddress(text: string, hosted: boolean, path: string): void {
  if (!URL.canParse(text)) throw refused(path, 'the address of its sign-in is none');
  const { protocol, username, hash } = new URL(text);
  const allowed = hosted ? ['https:'] : ['https:', 'http:'];
  if (!allowed.includes(protocol)) throw refused(path, `the address of its sign-in begins with ${protocol}, and https: is needed`);
  if (username !== '' || hash !== '') throw refused(path, 'the address of its sign-in has a name of a user or a fragment');
}

function refused(path: string, message: string, cause?: unknown): Problem {
  return new Problem('invalid_request', `${path}: ${message}.`, { errors: [{ code: 'saml', message, path }], cause });
}
