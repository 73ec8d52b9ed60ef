/** Adds an identity provider, or changes one. */
import { $, component$, useSignal } from '@builder.io/qwik';
import { ROLES } from '#contracts/access';
import { providerSettings } from '~/components/account/provider-settings';
import { SamlFields } from '~/components/account/saml-fields';
import { Choice } from '~/components/ui/choice';
import { FormDialog } from '~/components/ui/form-dialog';
import type { FormValues } from '~/components/ui/form-values';
import { send } from '~/lib/api';
import type { IdentityProviderItem } from '~/lib/api-types';
import { toastNext } from '~/lib/toast';

const JOINS = [['', 'is turned away'] as const, ...ROLES.map((role) => [role, `joins as ${role}`] as const)];

export const ProviderDialog = component$<{ provider?: IdentityProviderItem; redirectUri: string }>(({ provider, redirectUri }) => {
  const kind = useSignal<string>(provider?.kind ?? 'oidc');

  const save = $(async (values: FormValues) => {
    const settings = providerSettings(values, provider);
    const failed = provider
      ? await send('PUT', `/api/v1/identity-providers/${provider.id}`, settings)
      : await send('POST', '/api/v1/identity-providers', settings);
    if (failed) return failed;
    toastNext({ text: `${settings.name} is saved.` });
    location.assign('/identity-providers');
  });

  return (
    <FormDialog
      label={provider ? 'Change' : 'Add provider'}
      describe={provider && `Change ${provider.name}`}
      title={provider ? `Change ${provider.name}` : 'Add an identity provider'}
      button={provider ? 'btn btn-small' : 'btn btn-primary'}
      width={520}
      verb="Save provider"
      save={save}
    >
      <div>
        {!provider && (
          <label class="mb-3 block text-12 text-text-3">
            Kind
            <select name="kind" class="field mt-1 block w-full" value={kind.value} onChange$={(_, select) => (kind.value = select.value)}>
              <option value="oidc">OpenID Connect</option>
              <option value="saml">SAML 2.0</option>
              <option value="access">Cloudflare Access</option>
            </select>
          </label>
        )}
        <label class="mb-3 block text-12 text-text-3">
          Name
          <input name="name" class="field mt-1 block w-full" required maxLength={60} value={provider?.name} placeholder="Google" autoComplete="off" />
        </label>
        {kind.value === 'saml' ? <SamlFields provider={provider} /> : <IssuerField kind={kind.value} provider={provider} />}
        {kind.value === 'oidc' && (
          <>
            <p class="mb-3 text-12 text-text-3">
              Redirect address, to be registered at the provider: <code class="mono break-all">{redirectUri}</code>
            </p>
            <label class="mb-3 block text-12 text-text-3">
              Client id
              <input name="client_id" class="field mono mt-1 block w-full" required value={provider?.client_id} autoComplete="off" spellcheck={false} />
            </label>
            <label class="mb-3 block text-12 text-text-3">
              Client secret
              <input
                name="client_secret"
                type="password"
                class="field mono mt-1 block w-full"
                placeholder={provider?.has_secret ? 'stays as it is' : ''}
                autoComplete="new-password"
              />
            </label>
          </>
        )}
        {kind.value === 'access' && (
          <label class="mb-3 block text-12 text-text-3">
            Audience tag
            <input name="audience" class="field mono mt-1 block w-full" required value={provider?.audience} autoComplete="off" spellcheck={false} />
          </label>
        )}
        <label class="mb-3 block text-12 text-text-3">
          E-mail domains
          <input
            name="email_domains"
            class="field mt-1 block w-full"
            value={provider?.email_domains.join(', ')}
            placeholder="example.com, example.org"
            autoComplete="off"
            spellcheck={false}
          />
          <span class="mt-1 block">Only addresses of these domains sign in this way, and accounts that exist are taken over by their address.</span>
        </label>
        <label class="mb-3 block text-12 text-text-3">
          Whoever comes without an invitation
          <Choice name="auto_join_role" value={provider?.auto_join_role ?? ''} options={JOINS} />
        </label>
        <label class="flex items-center gap-2 text-13">
          <input name="enabled" type="checkbox" checked={provider?.issuer === undefined || provider.enabled} />
          Shown on the sign-in page
        </label>
      </div>
    </FormDialog>
  );
});

const IssuerField = ({ kind, provider }: { kind: string; provider?: IdentityProviderItem }) => (
  <label class="mb-3 block text-12 text-text-3">
    {kind === 'oidc' ? 'Issuer' : 'Team domain'}
    <input
      name="issuer"
      type="url"
      class="field mono mt-1 block w-full"
      required
      value={provider?.issuer}
      readOnly={provider !== undefined}
      title={provider && 'The issuer of a provider stays. Add another provider for another one.'}
      placeholder={kind === 'oidc' ? 'https://accounts.google.com' : 'https://acme.cloudflareaccess.com'}
      autoComplete="off"
      spellcheck={false}
    />
  </label>
);
