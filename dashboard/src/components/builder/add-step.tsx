/** The palette as a dialog: for the keyboard, for small screens, and for a place that was chosen on the graph. */
import { $, component$, type Signal } from '@builder.io/qwik';
import type { Session } from '~/builder/session';
import { Palette } from '~/components/builder/palette';

export const AddStep = component$<{ session: Session; dialog: Signal<HTMLDialogElement | undefined> }>(({ session, dialog }) => {
  const close = $(() => {
    dialog.value?.close();
  });
  return (
    <dialog
      ref={dialog}
      class="dialog builder-add"
      aria-labelledby="add-step-title"
      onClose$={() => {
        session.spot = undefined;
      }}
    >
      <div class="flex items-center gap-2">
        <h2 id="add-step-title" class="text-16 font-semibold">
          Add a step
        </h2>
        <button type="button" class="btn btn-small ml-auto" onClick$={close}>
          Close
        </button>
      </div>
      <Palette session={session} field="add-step-search" added$={close} />
    </dialog>
  );
});
