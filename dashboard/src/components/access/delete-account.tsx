/** Ends a service account, with its keys and roles. */
import { $, component$ } from '@builder.io/qwik';
import { Confirm } from '~/components/ui/confirm';
import { send } from '~/lib/api';
import { toastNext } from '~/lib/toast';

export const DeleteAccount = component$<{ id: string; name: string; keys: number }>(({ id, name, keys }) => {
  const remove = $(async () => {
    const failed = await send('DELETE', `/api/v1/service-accounts/${encodeURIComponent(id)}`);
    if (failed) return failed;
    toastNext({ text: `${name} is deleted.` });
    location.assign('/members');
    return undefined;
  });
  return (
    <Confirm label="Delete account" title={`Delete ${name}`} verb="Delete service account" keep="Keep it" act={remove}>
      <p>
        {keys === 0 ? 'It has no keys. ' : `Its ${keys === 1 ? 'key ends' : `${keys} keys end`} with it: whoever uses them is refused within two seconds. `}
        What it did stays in the audit log under {id}.
      </p>
    </Confirm>
  );
});
