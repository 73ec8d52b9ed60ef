/** Removes a breakpoint or a mock from its row, and says first what happens then. */
import { $, component$, Slot } from '@builder.io/qwik';
import { Confirm } from '~/components/ui/confirm';
import { send } from '~/lib/api';
import { toastNext } from '~/lib/toast';

interface Props {
  what: 'breakpoint' | 'mock';
  /** `the mock of charge of orders.pay` */
  name: string;
  /** Of the API. */
  path: string;
}

export const RemoveEntry = component$<Props>(({ what, name, path }) => {
  const remove = $(async () => {
    const refused = await send('DELETE', path);
    if (refused) return refused;
    toastNext({ text: `${name[0]!.toUpperCase()}${name.slice(1)} is removed.` });
    location.reload();
  });
  return (
    <Confirm label="Remove" describe={`Remove ${name}`} title={`Remove the ${what}`} verb="Remove it" keep="Leave it" button="btn btn-small" act={remove}>
      <Slot />
    </Confirm>
  );
});
