/** Adds a store of secrets elsewhere, or changes one. */
import { $, component$, useSignal } from '@builder.io/qwik';
import { Choice } from '~/components/ui/choice';
import { FormDialog } from '~/components/ui/form-dialog';
import type { FormValues } from '~/components/ui/form-values';
import { call } from '~/lib/api';
import type { SecretProviderItem } from '~/lib/api-types';
import { CREDENTIALS, STORE_KINDS, storeSettings } from '~/lib/secret-stores';
import { toastNext } from '~/lib/toast';

const label = 'mb-3 block text-12 text-text-3';
const field = 'field mono mt-1 block w-full';
const METHODS = [
  ['approle', 'AppRole'],
  ['token', 'a token'],
] as const;

export const StoreDialog = component$<{ store?: SecretProviderItem }>(({ store }) => {
  const kind = useSignal<SecretProviderItem['kind']>(store?.kind ?? 'vault');
  const method = useSignal(store?.auth?.method ?? 'approle');

  const save = $(async (values: FormValues) => {
    const { kind: chosen = kind.value, auth: way = method.value, ...fields } = values.record();
    const answer = await call<SecretProviderItem>(store ? `/api/v1/secret-providers/${store.name}` : '/api/v1/secret-providers', {
      method: store ? 'PUT' : 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...storeSettings(chosen as SecretProviderItem['kind'], way, fields), ...(store ? {} : { name: fields.name }) }),
    });
    if (!answer.ok) return answer.problem;
    const { name, health } = answer.value;
    toastNext({ text: health.status === 'ok' ? `${name} is saved, and takes the credential.` : `${name} is saved, and does not answer as it should.` });
    location.assign('/secrets');
  });

  return (
    <FormDialog
      label={store ? 'Change' : 'Add store'}
      describe={store && `Change ${store.name}`}
      title={store ? `Change ${store.name}` : 'Add an external store'}
      button={store ? 'btn btn-small' : 'btn'}
      width={520}
      verb="Save store"
      save={save}
    >
      <div>
        {!store && (
          <>
            <label class={label}>
              Kind
              <select
                name="kind"
                class="field mt-1 block w-full"
                value={kind.value}
                onChange$={(_, select) => {
                  kind.value = select.value as SecretProviderItem['kind'];
                }}
              >
                {Object.entries(STORE_KINDS).map(([value, title]) => (
                  <option key={value} value={value}>
                    {title}
                  </option>
                ))}
              </select>
            </label>
            <label class={label}>
              Name
              <input
                name="name"
                class={field}
                required
                pattern="[a-z][\-a-z0-9]*"
                maxLength={63}
                title="A letter, then lower case letters, digits and hyphens"
                placeholder="vault"
                autoComplete="off"
                spellcheck={false}
              />
              <span class="mt-1 block">What a document writes before the colon: {'${vault:payments/stripe#key}'}</span>
            </label>
          </>
        )}
        {kind.value === 'vault' && (
          <>
            <label class={label}>
              Address
              <input name="address" type="url" class={field} required value={store?.address} placeholder="https://vault.example.com" autoComplete="off" />
            </label>
            <label class={label}>
              Namespace
              <input name="namespace" class={field} value={store?.namespace} placeholder="none" autoComplete="off" spellcheck={false} />
            </label>
            <label class={label}>
              Mount of the KV engine (version 2)
              <input name="mount" class={field} value={store?.mount} placeholder="secret" autoComplete="off" spellcheck={false} />
            </label>
            <label class={label}>
              Signs in by
              <Choice name="auth" value={store?.auth?.method ?? 'approle'} options={METHODS} onChange$={(_, field) => (method.value = field.value)} />
            </label>
            {method.value === 'approle' && (
              <label class={label}>
                Role id
                <input name="role_id" class={field} required value={store?.auth?.role_id} autoComplete="off" spellcheck={false} />
              </label>
            )}
          </>
        )}
        {kind.value === 'aws' && (
          <>
            <label class={label}>
              Region
              <input name="region" class={field} required value={store?.region} placeholder="eu-central-1" autoComplete="off" spellcheck={false} />
            </label>
            <label class={label}>
              Access key id
              <input name="access_key_id" class={field} required value={store?.access_key_id} autoComplete="off" spellcheck={false} />
            </label>
          </>
        )}
        {kind.value === 'gcp' && (
          <label class={label}>
            Project
            <input name="project" class={field} required value={store?.project} placeholder="acme" autoComplete="off" spellcheck={false} />
          </label>
        )}
        <label class={label}>
          {CREDENTIALS[kind.value === 'vault' ? (method.value === 'token' ? 'token' : 'approle') : kind.value]}
          <input name="credential" type="password" class={field} required={!store} placeholder={store ? 'stays as it is' : ''} autoComplete="new-password" />
        </label>
        <label class="block text-12 text-text-3">
          Path for names without a store
          <input name="search" class={field} value={store?.search} placeholder="none" autoComplete="off" spellcheck={false} />
          <span class="mt-1 block">Path of a secret whose fields are names such as STRIPE_KEY; {'{environment}'} in it is replaced.</span>
        </label>
      </div>
    </FormDialog>
  );
});
