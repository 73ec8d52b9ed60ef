/** Sets a secret: a new one, or another value for one that is there. */
import { $, component$, useId, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { call } from '~/lib/api';
import type { SecretItem } from '~/lib/api-types';

export const SecretDialog = component$<{ secret?: SecretItem }>(({ secret }) => {
  const id = useId();
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
    location.assign('/secrets');
  });

  return (
    <span>
      <button
        type="button"
        class={secret ? 'btn btn-small' : 'btn btn-primary'}
        aria-label={secret ? `Replace the value of ${secret.name}` : undefined}
        onClick$={() => dialog.value?.showModal()}
      >
        {secret ? 'Replace' : 'New secret'}
      </button>
      <dialog ref={dialog} class="dialog text-left whitespace-normal" aria-labelledby={`${id}-title`}>
        <form preventdefault:submit onSubmit$={save}>
          <h2 id={`${id}-title`} class="mb-1 text-16 font-semibold">
            {secret ? `Replace ${secret.name}` : 'New secret'}
          </h2>
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
                pattern="[a-z0-9]([a-z0-9-]*[a-z0-9])?"
                title="Lower case letters, digits and hyphens"
                placeholder="all environments"
                autoComplete="off"
                spellcheck={false}
              />
            </label>
          )}
          {problem.value && (
            <p class="notice notice-bad mt-3" role="alert">
              {problem.value.detail ?? problem.value.title}
              {problem.value.hint ? ` ${problem.value.hint}` : ''}
            </p>
          )}
          <div class="mt-4 flex justify-end gap-2">
            <button type="button" class="btn" onClick$={() => dialog.value?.close()}>
              Close
            </button>
            <button type="submit" class="btn btn-primary" disabled={busy.value}>
              {secret ? 'Replace value' : 'Save secret'}
            </button>
          </div>
        </form>
      </dialog>
    </span>
  );
});
