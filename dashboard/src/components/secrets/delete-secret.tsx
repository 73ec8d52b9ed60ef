/** Deletes a secret, after saying what will fail without it. */
import { $, component$, useId, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { send } from '~/lib/api';
import type { SecretItem } from '~/lib/api-types';

export const DeleteSecret = component$<{ secret: SecretItem }>(({ secret }) => {
  const id = useId();
  const dialog = useSignal<HTMLDialogElement>();
  const problem = useSignal<ProblemBody>();
  const where = secret.environment === null ? '' : `?environment=${encodeURIComponent(secret.environment)}`;

  const remove = $(async () => {
    const failed = await send('DELETE', `/api/v1/secrets/${encodeURIComponent(secret.name)}${where}`);
    if (failed) {
      problem.value = failed;
      return;
    }
    dialog.value?.close();
    location.assign('/secrets');
  });

  return (
    <span>
      <button type="button" class="btn btn-small btn-danger" aria-label={`Delete ${secret.name}`} onClick$={() => dialog.value?.showModal()}>
        Delete
      </button>
      <dialog ref={dialog} class="dialog text-left whitespace-normal" aria-labelledby={`${id}-title`}>
        <h2 id={`${id}-title`} class="mb-1 text-16 font-semibold break-all">
          Delete {secret.name}
        </h2>
        <p class="text-13 text-text-2">
          {secret.environment === null ? 'It holds in all environments. ' : `It holds in ${secret.environment}. `}
          Steps that name it fail with <code class="mono text-12">secret_missing</code> unless another value holds there.
        </p>
        {problem.value && (
          <p class="notice notice-bad mt-3" role="alert">
            {problem.value.detail ?? problem.value.title}
          </p>
        )}
        <div class="mt-4 flex justify-end gap-2">
          <button type="button" class="btn" onClick$={() => dialog.value?.close()}>
            Keep it
          </button>
          <button type="button" class="btn btn-danger" onClick$={remove}>
            Delete secret
          </button>
        </div>
      </dialog>
    </span>
  );
});
