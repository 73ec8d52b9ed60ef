/** Asks for the execution to compare with. A plain form, so that it works before any script does. */
import { component$ } from '@builder.io/qwik';

export const CompareDialog = component$<{ id: string; origin?: string }>(({ id, origin }) => (
  <dialog id="compare" class="dialog" aria-labelledby="compare-title">
    <form method="get" action="/executions/diff">
      <h2 id="compare-title" class="mb-1 text-16 font-semibold">
        Compare with another execution
      </h2>
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
      <div class="mt-4 flex justify-end gap-2">
        <button type="button" class="btn" onClick$={() => (document.getElementById('compare') as HTMLDialogElement).close()}>
          Close
        </button>
        <button type="submit" class="btn btn-primary">
          Compare
        </button>
      </div>
    </form>
  </dialog>
));
