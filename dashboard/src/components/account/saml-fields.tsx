/** What a SAML provider is told of us, and what we are told of it. */

import { ServiceProviderAddresses } from '~/components/account/service-provider-addresses';
import type { IdentityProviderItem } from '~/lib/api-types';

const label = 'mb-3 block text-12 text-text-3';

export const SamlFields = ({ provider }: { provider?: IdentityProviderItem }) => (
  <>
    {provider?.service_provider ? (
      <div class="mb-3">
        <ServiceProviderAddresses addresses={provider.service_provider} />
      </div>
    ) : (
      <p class="mb-3 text-12 text-text-3">
        The provider asks for addresses of ours first? Save with the name alone: they are shown then, and it waits for the metadata, switched off.
      </p>
    )}
    <label class={label}>
      {provider?.issuer ? 'New metadata, when its certificates or addresses change' : 'Metadata of the provider'}
      <textarea
        name="metadata"
        class="field schema-text mono mt-1 block w-full"
        rows={5}
        placeholder="<EntityDescriptor …"
        autocomplete="off"
        spellcheck={false}
      />
    </label>
    <details class="mb-3 text-12 text-text-3">
      <summary class="mb-3 cursor-pointer">Enter it field by field instead</summary>
      <label class={label}>
        Entity id of the provider
        <input
          name="issuer"
          class="field mono mt-1 block w-full"
          value={provider?.issuer}
          readOnly={provider?.issuer !== undefined}
          autoComplete="off"
          spellcheck={false}
        />
      </label>
      <label class={label}>
        Sign-in address (HTTP-Redirect)
        <input name="sso_url" type="url" class="field mono mt-1 block w-full" value={provider?.sso_url} autoComplete="off" spellcheck={false} />
      </label>
      <label class={label}>
        Certificates, PEM
        <textarea
          name="certificates"
          class="field schema-text mono mt-1 block w-full"
          rows={4}
          placeholder={provider?.certificates?.length ? 'stay as they are' : '-----BEGIN CERTIFICATE-----'}
          autocomplete="off"
          spellcheck={false}
        />
      </label>
    </details>
    <label class={label}>
      Attribute with the e-mail address
      <input
        name="email_attribute"
        class="field mono mt-1 block w-full"
        value={provider?.email_attribute}
        placeholder="none: the NameID is the address"
        autoComplete="off"
        spellcheck={false}
      />
    </label>
  </>
);
