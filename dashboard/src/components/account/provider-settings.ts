/** What is sent of the form of an identity provider. */
import type { FormValues } from '~/components/ui/form-values';
import type { IdentityProviderItem } from '~/lib/api-types';

const CERTIFICATE = /-----BEGIN [^-]*-----[\s\S]*?-----END [^-]*-----/g;

/** `provider`: the one that is changed. */
export function providerSettings({ text, isOn }: FormValues, provider: IdentityProviderItem | undefined) {
  const kind = provider?.kind ?? text('kind');
  const shared = {
    kind,
    name: text('name'),
    enabled: isOn('enabled'),
    email_domains: text('email_domains')
      .split(/[\s,]+/)
      .filter(Boolean),
    auto_join_role: text('auto_join_role') || null,
  };
  if (kind === 'access') return { ...shared, issuer: text('issuer'), audience: text('audience') };
  if (kind === 'oidc') return { ...shared, issuer: text('issuer'), client_id: text('client_id'), ...given({ client_secret: text('client_secret') }) };
  const said = samlFields(text);
  // Before it knows its provider it cannot sign anybody in.
  const enabled = shared.enabled && (provider?.issuer !== undefined || 'metadata' in said || 'issuer' in said);
  return { ...shared, enabled, ...said, ...given({ email_attribute: text('email_attribute') }) };
}

/** The metadata says what the fields would. */
function samlFields(text: FormValues['text']) {
  const metadata = text('metadata');
  if (metadata) return { metadata };
  const certificates = text('certificates');
  return {
    ...given({ issuer: text('issuer'), sso_url: text('sso_url') }),
    ...(certificates ? { certificates: certificates.match(CERTIFICATE) ?? [certificates] } : {}),
  };
}

function given<T extends Record<string, string>>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')) as Partial<T>;
}
