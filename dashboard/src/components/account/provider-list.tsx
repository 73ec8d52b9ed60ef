import { component$ } from '@builder.io/qwik';
import { ProviderDialog } from '~/components/account/provider-dialog';
import { ServiceProviderAddresses } from '~/components/account/service-provider-addresses';
import { Removal } from '~/components/ui/removal';
import type { IdentityProviderItem } from '~/lib/api-types';

const KINDS = { oidc: 'OpenID Connect', access: 'Cloudflare Access', saml: 'SAML 2.0' };

export const ProviderList = component$<{ providers: IdentityProviderItem[]; redirectUri: string; now: number }>(({ providers, redirectUri, now }) => (
  <ul>
    {providers.map((provider) => (
      <li key={provider.id} class="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-3 py-3 sm:px-4">
        <div class="min-w-0 flex-1 basis-64">
          <p class="text-14 font-medium">
            {provider.name}
            {!provider.enabled && <span class="ml-2 rounded bg-sunken px-1.5 text-12 font-normal text-text-2">switched off</span>}
          </p>
          <p class="text-12 text-text-2 break-all">
            {KINDS[provider.kind]}
            {provider.issuer === undefined ? (
              ', waits for the metadata of the provider'
            ) : (
              <>
                {' at '}
                <span class="mono">{provider.issuer}</span>
              </>
            )}
          </p>
          <p class="text-12 text-text-3">
            {provider.email_domains.length > 0 ? `Addresses of ${provider.email_domains.join(', ')}` : 'Addresses of any domain'};{' '}
            {provider.auto_join_role ? `others join as ${provider.auto_join_role}` : 'by invitation only'}
          </p>
          {provider.certificates && provider.certificates.length > 0 && <Certificates certificates={provider.certificates} now={now} />}
          {provider.service_provider && (
            <div class="mt-2">
              <ServiceProviderAddresses addresses={provider.service_provider} />
            </div>
          )}
        </div>
        <span class="flex gap-2">
          <ProviderDialog provider={provider} redirectUri={redirectUri} />
          <Removal verb="Remove" what="provider" name={provider.name} path={`/api/v1/identity-providers/${provider.id}`} page="/identity-providers">
            <p>Accounts that came this way stay. Who has no password sets one by the link for a forgotten one.</p>
          </Removal>
        </span>
      </li>
    ))}
  </ul>
));

const DAY_MS = 24 * 3_600_000;
/** Time enough to ask for the next one. */
const SOON_MS = 30 * DAY_MS;

/** The latest of them counts: others may be on their way out. */
const Certificates = ({ certificates, now }: { certificates: NonNullable<IdentityProviderItem['certificates']>; now: number }) => {
  const until = Math.max(...certificates.map(({ expires_at }) => Date.parse(expires_at)));
  const left = until - now;
  const what = certificates.length === 1 ? 'Certificate' : `${certificates.length} certificates`;
  return (
    <p
      class={['text-12', left < SOON_MS ? 'text-bad' : 'text-text-3']}
      title={certificates.map(({ sha256, subject }) => `${subject}, SHA-256 ${sha256}`).join('\n')}
    >
      {what} {left < 0 ? 'expired on' : 'until'} {new Date(until).toISOString().slice(0, 10)}
      {left < SOON_MS && ': ask the provider for its new metadata'}
    </p>
  );
};
