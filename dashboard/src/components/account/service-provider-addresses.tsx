/** What the admin of a SAML provider is given, to be copied. */
import { Copy } from '~/components/ui/copy';
import type { IdentityProviderItem } from '~/lib/api-types';

export const ServiceProviderAddresses = ({ addresses }: { addresses: NonNullable<IdentityProviderItem['service_provider']> }) => (
  <dl class="grid grid-cols-[minmax(0,1fr)] gap-1 text-12 text-text-3">
    <div>
      <dt>Metadata address, which is the entity id (audience)</dt>
      <dd class="min-w-0">
        <Copy text={addresses.metadata_url} label="metadata address" class="mono max-w-full" always />
      </dd>
    </div>
    <div>
      <dt>Answers are posted to (ACS, single sign-on URL)</dt>
      <dd class="min-w-0">
        <Copy text={addresses.acs_url} label="address for answers" class="mono max-w-full" always />
      </dd>
    </div>
  </dl>
);
