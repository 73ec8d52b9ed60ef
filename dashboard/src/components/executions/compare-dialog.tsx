/** Asks for the execution to compare with. A plain form: what it asks for stands in the URL of the page that answers. */
import { component$, useSignal } from '@builder.io/qwik';
import { Dialog, DialogActions } from '~/components/ui/dialog';

export const CompareDialog = component$<{ id: string; origin?: string }>(({ id, origin }) => {
  const dialog = useSignal<HTMLDialogElement>();
  return (
    <Dialog label="Compare" title="Compare with another execution" dialog={dialog}>
      <form method="get" action="/executions/diff">
        <p class="mb-3 text-text-2">Step by step: what came out differently, and what only one of them did.</p>
        {/* A replay stands on the right of what it replays. */}
        <input type="hidden" name={origin ? 'right' : 'left'} value={id} />
        <label class="block text-12 text-text-3">
          Id of the other execution
          <input
            id="compare-id"
            class="field mono mt-1 block w-full text-12"
            name={origin ? 'left' : 'right'}
            value={origin}
            required
            pattern="exec_[0-9A-Za-z]{43}"
            placeholder="exec_…"
            title="exec_ and 43 letters and digits"
            autocomplete="off"
            spellcheck={false}
          />
        </label>
        <DialogActions>
          <button type="button" class="btn" onClick$={() => dialog.value?.close()}>
            Close
          </button>
          <button type="submit" class="btn btn-primary">
            Compare
          </button>
        </DialogActions>
      </form>
    </Dialog>
  );
});
