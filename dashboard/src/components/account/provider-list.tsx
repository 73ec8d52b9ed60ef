import { component$ } from '@builder.io/qwik';
import { ProviderDialog } from '~/components/account/provider-dialog';
import { Removal } from '~/components/ui/removal';
import type { IdentityProviderItem } from '~/lib/api-types';

const KINDS = { oidc: 'OpenID Connect', access: 'Cloudflare Access' };

export const ProviderList = component$<{ providers: IdentityProviderItem[]; redirectUri: string }>(({ providers, redirectUri }) => (
  <ul>
    {providers.map((provider) => (
      <li key={provider.id} class="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-3 py-3 sm:px-4">
        <div class="min-w-0 flex-1 basis-64">
          <p class="text-14 font-medium">
            {provider.name}
            {!provider.enabled && <span class="ml-2 rounded bg-sunken px-1.5 text-12 font-normal text-text-2">switched off</span>}
          </p>
          <p class="text-12 text-text-2 break-all">
            {KINDS[provider.kind]} at <span class="mono">{provider.issuer}</span>
          </p>
          <p class="text-12 text-text-3">
            {provider.email_domains.length > 0 ? `Addresses of ${provider.email_domains.join(', ')}` : 'Addresses of any domain'};{' '}
            {provider.auto_join_role ? `others join as ${provider.auto_join_role}` : 'by invitation only'}
          </p>
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
