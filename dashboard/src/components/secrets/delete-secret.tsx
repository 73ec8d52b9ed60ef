/** Deletes a secret, after saying what will fail without it. */
import { $, component$ } from '@builder.io/qwik';
import { Confirm } from '~/components/ui/confirm';
import { send } from '~/lib/api';
import type { SecretItem } from '~/lib/api-types';
import { toastNext } from '~/lib/toast';

export const DeleteSecret = component$<{ secret: SecretItem }>(({ secret }) => {
  const remove = $(async () => {
    const where = secret.environment === null ? '' : `?environment=${encodeURIComponent(secret.environment)}`;
    const failed = await send('DELETE', `/api/v1/secrets/${encodeURIComponent(secret.name)}${where}`);
    if (failed) return failed;
    toastNext({ text: `${secret.name} is deleted.` });
    location.assign('/secrets');
  });
  return (
    <Confirm
      label="Delete"
      describe={`Delete ${secret.name}`}
      title={`Delete ${secret.name}`}
      verb="Delete secret"
      keep="Keep it"
      button="btn btn-small btn-danger"
      act={remove}
    >
      <p>
        {secret.environment === null ? 'It holds in all environments. ' : `It holds in ${secret.environment}. `}
        Steps that name it fail with <code class="mono text-12">secret_missing</code> unless another value holds there.
      </p>
    </Confirm>
  );
});
