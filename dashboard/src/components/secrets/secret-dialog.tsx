/** Sets a secret: a new one, or another value for one that is there. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { Dialog, FormFoot } from '~/components/ui/dialog';
import { call } from '~/lib/api';
import type { SecretItem } from '~/lib/api-types';
import { toastNext } from '~/lib/toast';

export const SecretDialog = component$<{ secret?: SecretItem }>(({ secret }) => {
  const dialog = useSignal<HTMLDialogElement>();
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();

  const save = $(async (_: Event, form: HTMLFormElement) => {
    const fields = new FormData(form);
    const environment = String(fields.get('environment') ?? '').trim();
    busy.value = true;
    problem.value = undefined;
    const name = secret?.name ?? String(fields.get('name')).trim();
    const answer = await call<SecretItem>(secret ? `/api/v1/secrets/${encodeURIComponent(name)}` : '/api/v1/secrets', {
      method: secret ? 'PUT' : 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...(secret ? {} : { name }), value: fields.get('value'), ...(environment ? { environment } : {}) }),
    });
    busy.value = false;
    if (!answer.ok) {
      problem.value = answer.problem;
      return;
    }
    // The value stays in no field.
    form.reset();
    dialog.value?.close();
    toastNext({ text: secret ? `${name} has another value.` : `${name} is set.` });
    location.assign('/secrets');
  });

  return (
    <Dialog
      label={secret ? 'Replace' : 'New secret'}
      describe={secret && `Replace the value of ${secret.name}`}
      title={secret ? `Replace ${secret.name}` : 'New secret'}
      button={secret ? 'btn btn-small' : 'btn btn-primary'}
      dialog={dialog}
    >
      <form preventdefault:submit onSubmit$={save}>
        <p class="mb-3 text-13 text-text-2">The value is sealed with a key of this tenant. Nobody can read it again, only replace it.</p>
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
        <FormFoot dialog={dialog} problem={problem.value} disabled={busy.value} verb={secret ? 'Replace value' : 'Save secret'} />
      </form>
    </Dialog>
  );
});
