/** Sets a secret: a new one, or another value for one that is there. */
import { $, component$ } from '@builder.io/qwik';
import { FormDialog } from '~/components/ui/form-dialog';
import type { FormValues } from '~/components/ui/form-values';
import { send } from '~/lib/api';
import type { SecretItem } from '~/lib/api-types';
import { toastNext } from '~/lib/toast';

export const SecretDialog = component$<{ secret?: SecretItem }>(({ secret }) => {
  const save = $(async (values: FormValues) => {
    const environment = values.text('environment');
    const name = secret?.name ?? values.text('name');
    const value = { value: values.typed('value'), ...(environment ? { environment } : {}) };
    const failed = secret ? await send('PUT', `/api/v1/secrets/${encodeURIComponent(name)}`, value) : await send('POST', '/api/v1/secrets', { name, ...value });
    if (failed) return failed;
    toastNext({ text: secret ? `${name} has another value.` : `${name} is set.` });
    location.assign('/secrets');
  });

  return (
    <FormDialog
      label={secret ? 'Replace' : 'New secret'}
      describe={secret && `Replace the value of ${secret.name}`}
      title={secret ? `Replace ${secret.name}` : 'New secret'}
      button={secret ? 'btn btn-small' : 'btn btn-primary'}
      verb={secret ? 'Replace value' : 'Save secret'}
      save={save}
    >
      <p class="mb-3 text-13 text-text-2">The value is sealed with a key of this company. Nobody can read it again, only replace it.</p>
      {!secret && (
        <label class="mb-3 block text-12 text-text-3">
          Name
          <input
            name="name"
            class="field mono mt-1 block w-full"
            required
            maxLength={128}
            pattern="[A-Za-z][A-Za-z0-9_]*"
            title="A letter, then letters, digits and underscores"
            placeholder="STRIPE_KEY"
            autoComplete="off"
            spellcheck={false}
          />
        </label>
      )}
      <label class="mb-3 block text-12 text-text-3">
        Value
        <input name="value" type="password" class="field mono mt-1 block w-full" required autoComplete="new-password" />
      </label>
      {secret ? (
        <input type="hidden" name="environment" value={secret.environment ?? ''} />
      ) : (
        <label class="block text-12 text-text-3">
          Environment
          <input
            name="environment"
            class="field mt-1 block w-full"
            pattern="[a-z0-9]([\-a-z0-9]*[a-z0-9])?"
            title="Lower case letters, digits and hyphens"
            placeholder="all environments"
            autoComplete="off"
            spellcheck={false}
          />
        </label>
      )}
    </FormDialog>
  );
});
