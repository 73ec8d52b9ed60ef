/** What the form of an identity provider sends, by its kind and by what is typed. */
import { expect, it } from 'vitest';
import { providerSettings } from '../../../dashboard/src/components/account/provider-settings';
import type { FormValues } from '../../../dashboard/src/components/ui/form-values';
import type { IdentityProviderItem } from '../../../dashboard/src/lib/api-types';

const form = (fields: Record<string, string>): FormValues =>
  ({ text: (name: string) => fields[name] ?? '', isOn: (name: string) => name in fields }) as FormValues;
const shared = { name: 'Corp', enabled: true, email_domains: ['corp.example', 'corp.org'], auto_join_role: null };
const typed = { name: 'Corp', enabled: 'on', email_domains: 'corp.example, corp.org' };
const saml = { ...typed, kind: 'saml' };
const known = { kind: 'saml', issuer: 'https://idp.example' } as IdentityProviderItem;

it.each<[string, Record<string, string>, object, IdentityProviderItem?]>([
  [
    'OpenID Connect',
    { ...typed, kind: 'oidc', issuer: 'https://idp', client_id: 'c', client_secret: 's' },
    { ...shared, kind: 'oidc', issuer: 'https://idp', client_id: 'c', client_secret: 's' },
  ],
  [
    'OpenID Connect whose secret stays',
    { ...typed, kind: 'oidc', issuer: 'https://idp', client_id: 'c', client_secret: '' },
    { ...shared, kind: 'oidc', issuer: 'https://idp', client_id: 'c' },
  ],
  ['Access', { ...typed, kind: 'access', issuer: 'https://team', audience: 'a' }, { ...shared, kind: 'access', issuer: 'https://team', audience: 'a' }],
  ['SAML that waits for its metadata, whatever box is ticked', saml, { ...shared, enabled: false, kind: 'saml' }],
  [
    'SAML by metadata, which says what the fields would',
    { ...saml, metadata: '<x/>', issuer: 'y', sso_url: 'z' },
    { ...shared, kind: 'saml', metadata: '<x/>' },
  ],
  [
    'SAML by fields, with two certificates',
    {
      ...saml,
      issuer: 'x',
      sso_url: 'https://x',
      email_attribute: 'mail',
      certificates: '-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n\n-----BEGIN CERTIFICATE-----\nB\n-----END CERTIFICATE-----',
    },
    {
      ...shared,
      kind: 'saml',
      issuer: 'x',
      sso_url: 'https://x',
      email_attribute: 'mail',
      certificates: ['-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----', '-----BEGIN CERTIFICATE-----\nB\n-----END CERTIFICATE-----'],
    },
  ],
  ['a certificate without its lines', { ...saml, issuer: 'x', certificates: 'MIIC' }, { ...shared, kind: 'saml', issuer: 'x', certificates: ['MIIC'] }],
  ['SAML that is changed, and keeps what it knows', typed, { ...shared, kind: 'saml' }, known],
])('of %s', (_name, fields, sent, provider) => {
  expect(providerSettings(form(fields), provider)).toEqual(sent);
});
