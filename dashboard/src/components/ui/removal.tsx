/** A button that deletes or removes what stands in its row, after saying what goes with it: that is the slot. The list is loaded anew. */
import { $, component$, Slot } from '@builder.io/qwik';
import { Confirm } from '~/components/ui/confirm';
import { send } from '~/lib/api';
import { toastNext } from '~/lib/toast';

interface Props {
  verb: 'Delete' | 'Remove';
  /** What it is: `secret`. */
  what: string;
  name: string;
  /** Where the name alone does not tell it from others on the page: `the project Checkout`. */
  describe?: string;
  /** Of the API. */
  path: string;
  /** The page that is loaded. */
  page: string;
}

export const Removal = component$<Props>(({ verb, what, name, describe, path, page }) => {
  const remove = $(async () => {
    const refused = await send('DELETE', path);
    if (refused) return refused;
    toastNext({ text: `${name} is ${verb.toLowerCase()}d.` });
    location.assign(page);
  });
  return (
    <Confirm
      label={verb}
      describe={`${verb} ${describe ?? name}`}
      title={`${verb} ${name}`}
      verb={`${verb} ${what}`}
      keep="Keep it"
      button="btn btn-small btn-danger"
      act={remove}
    >
      <Slot />
    </Confirm>
  );
});
