/** How the people of a company sign in beside their passwords: OpenID Connect, SAML, Cloudflare Access. */
import { type IdentityProviderSettings, identityProviderList, identityProviderRequest, identityProviderSchema } from '#contracts/api-identity-providers';
import { newId } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { IdentityProvider, KeptSamlSettings } from '#storage/identity-ports';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { redirectUri } from '#workers/api/provider-routes';
import { serviceProvider } from '#workers/api/saml-routes';
import { instant } from '#workers/api/views';
import type { SigningCertificate } from '#workers/identity/saml/certificates';
import { clientSecretPlace, sealed } from '#workers/identity/sealed';
import { isHosted } from '#workers/mode';

const TAG = 'Sign-in';

const list = endpoint({
  route: 'GET /identity-providers',
  tag: TAG,
  summary: 'List identity providers',
  answer: identityProviderList,
  answers: { 200: { description: 'Without their secrets', schema: identityProviderList } },
  async handle(call) {
    const providers = await call.stores.identityProviders.list(call.tenant);
    return { body: { items: await Promise.all(providers.map((provider) => view(provider, call))) } };
  },
});

const create = endpoint({
  route: 'POST /identity-providers',
  tag: TAG,
  summary: 'Add an identity provider',
  description:
    'Of OpenID Connect, the discovery document is read once now, so that a mistake in the issuer shows at once. A SAML provider that waits for its metadata is added with `enabled: false`: the answer has the addresses that its admin needs.',
  body: identityProviderRequest,
  answer: identityProviderSchema,
  answers: { 201: { description: 'Added', schema: identityProviderSchema } },
  problems: ['too_many_providers', 'provider_failed', 'secrets_unavailable', 'invalid_json'],
  async handle(call) {
    const { stores, tenant, body, now, note } = call;
    if ((await stores.identityProviders.list(tenant)).length >= LIMITS.identityProviders) {
      throw new Problem('too_many_providers', `A company has at most ${LIMITS.identityProviders} identity providers.`);
    }
    const provider = await made(call, body, { id: newId('idp'), secret: null, created_at: now });
    await stores.identityProviders.put(tenant, provider);
    note.after = await shownOf(provider);
    return { body: await view(provider, call) };
  },
});

const change = endpoint({
  route: 'PUT /identity-providers/{provider}',
  tag: TAG,
  summary: 'Change an identity provider',
  description:
    'Its kind and issuer stay: another issuer would get its secret, and name the people who came by this one. Without `client_secret` the one that is there stays; so do the fields that the metadata of a SAML provider has said. New `certificates`, or new `metadata`, replace them.',
  body: identityProviderRequest,
  answer: identityProviderSchema,
  answers: { 200: { description: 'Changed', schema: identityProviderSchema } },
  problems: ['unknown_provider', 'provider_failed', 'secrets_unavailable', 'invalid_json'],
  async handle(call) {
    const { stores, tenant, body, params, note } = call;
    const known = await stores.identityProviders.get(tenant, params.provider!);
    if (!known) throw new Problem('unknown_provider');
    if (known.settings.kind !== body.kind) throw new Problem('invalid_request', `kind: this one is ${known.settings.kind}. Add another provider instead.`);
    assertSameIssuer(known, body.issuer);
    const provider = await made(call, body, known);
    // The metadata of a SAML provider says its own.
    assertSameIssuer(known, provider.settings.issuer);
    await stores.identityProviders.put(tenant, provider);
    note.before = await shownOf(known);
    note.after = await shownOf(provider);
    return { body: await view(provider, call) };
  },
});

const remove = endpoint({
  route: 'DELETE /identity-providers/{provider}',
  tag: TAG,
  summary: 'Remove an identity provider',
  description: 'Accounts that came by it stay; who has no password sets one by the link for a forgotten one.',
  answers: { 204: { description: 'Removed' } },
  problems: ['unknown_provider'],
  async handle({ stores, tenant, params, note }) {
    const known = await stores.identityProviders.get(tenant, params.provider!);
    if (known) note.before = await shownOf(known);
    if (!(await stores.identityProviders.remove(tenant, params.provider!))) throw new Problem('unknown_provider');
    return {};
  },
});

export const identityProviderEndpoints: AnyEndpoint[] = [list, create, change, remove];

function assertSameIssuer({ settings: { issuer } }: IdentityProvider, entered: string | undefined): void {
  if (issuer === undefined || entered === undefined || entered === issuer) return;
  const message = `this one is ${issuer}. Add another provider instead`;
  throw new Problem('invalid_request', `issuer: ${message}.`, { errors: [{ code: 'fixed', message, path: 'issuer' }] });
}

async function made(
  { env, tenant, now }: Call,
  body: IdentityProviderSettings,
  known: Pick<IdentityProvider, 'id' | 'secret' | 'created_at'> & Partial<Pick<IdentityProvider, 'settings'>>,
): Promise<IdentityProvider> {
  if (body.auto_join_role !== null && body.email_domains.length === 0) {
    const message = 'name the domains whose people may join by themselves';
    throw new Problem('invalid_request', `email_domains: ${message}`, { errors: [{ code: 'required', message, path: 'email_domains' }] });
  }
  const { id, created_at } = known;
  if (body.kind === 'access') return { id, settings: body, secret: null, created_at, updated_at: now };
  if (body.kind === 'saml') {
    const { keptSamlSettings } = await import('#workers/identity/saml/settings');
    const settings = keptSamlSettings(body, known.settings?.kind === 'saml' ? known.settings : undefined, { now, hosted: isHosted(env) });
    return { id, settings, secret: null, created_at, updated_at: now };
  }
  const { client_secret, ...settings } = body;
  const { serverOf } = await import('#workers/identity/oidc');
  await serverOf(settings.issuer, env);
  const secret = client_secret === undefined ? known.secret : await sealed(env, client_secret, clientSecretPlace(tenant, id));
  return { id, settings, secret, created_at, updated_at: now };
}

async function view({ id, settings, secret, created_at, updated_at }: IdentityProvider, { env, request, tenant }: Pick<Call, 'env' | 'request' | 'tenant'>) {
  return {
    id,
    ...settings,
    certificates: settings.kind === 'saml' ? (await certificatesOf(settings)).map(certificateView) : undefined,
    has_secret: secret !== null,
    ...(settings.kind === 'oidc' ? { redirect_uri: redirectUri(env, request, tenant) } : {}),
    ...(settings.kind === 'saml' ? { service_provider: serviceProvider(env, request, tenant, id) } : {}),
    created_at: instant(created_at),
    updated_at: instant(updated_at),
  };
}

async function shownOf({ settings, secret }: IdentityProvider) {
  const { name, kind, issuer, enabled, email_domains, auto_join_role } = settings;
  const shown = { name, kind, ...(issuer === undefined ? {} : { issuer }), enabled, email_domains, auto_join_role, has_secret: secret !== null };
  if (settings.kind !== 'saml') return shown;
  const { sso_url } = settings;
  return { ...shown, ...(sso_url === undefined ? {} : { sso_url }), certificates: (await certificatesOf(settings)).map(({ sha256 }) => sha256) };
}

async function certificatesOf({ certificates = [] }: KeptSamlSettings): Promise<SigningCertificate[]> {
  if (certificates.length === 0) return [];
  const { readCertificate } = await import('#workers/identity/saml/certificates');
  return certificates.map(readCertificate);
}

function certificateView({ sha256, subject, not_after }: SigningCertificate) {
  return { sha256, subject, expires_at: instant(not_after) };
}
