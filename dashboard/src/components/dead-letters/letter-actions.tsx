/** Replay and discard of one letter. */
import { $, component$, useId, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { Icon } from '~/components/ui/icon';
import { post, send } from '~/lib/api';
import type { LetterItem } from '~/lib/api-types';
import { lettersApi } from '~/lib/dead-letters';

export const LetterActions = component$<{ letter: LetterItem }>(({ letter }) => {
  const id = useId();
  const dialog = useSignal<HTMLDialogElement>();
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();

  const replay = $(async () => {
    busy.value = true;
    const answer = await post<{ execution_id: string }>(lettersApi(letter, `/${letter.id}/replay`), {});
    busy.value = false;
    if (answer.ok) location.assign(`/executions/${answer.value.execution_id}`);
    else problem.value = answer.problem;
  });
  const discard = $(async (_: Event, form: HTMLFormElement) => {
    const reason = String(new FormData(form).get('reason') ?? '').trim();
    busy.value = true;
    const failed = await send('DELETE', `${lettersApi(letter, `/${letter.id}`)}${reason ? `&reason=${encodeURIComponent(reason)}` : ''}`);
    busy.value = false;
    if (failed) problem.value = failed;
    else location.reload();
  });

  return (
    <div>
      <span class="flex flex-wrap gap-2">
        <button
          type="button"
          class="btn btn-primary"
          disabled={busy.value || !letter.replayable}
          title={letter.replayable ? undefined : 'Its pipeline forbids it: dead_letter.replayable is false'}
          onClick$={replay}
        >
          <Icon name="retry" size={14} />
          Replay
        </button>
        <button type="button" class="btn btn-danger" disabled={busy.value} onClick$={() => dialog.value?.showModal()}>
          Discard
        </button>
      </span>
      {problem.value && !dialog.value?.open && (
        <p class="notice notice-bad mt-2" role="alert">
          {problem.value.detail ?? problem.value.title}
          {problem.value.hint ? ` ${problem.value.hint}` : ''}
        </p>
      )}
      <dialog ref={dialog} class="dialog text-left whitespace-normal" aria-labelledby={`${id}-title`}>
        <form preventdefault:submit onSubmit$={discard}>
          <h2 id={`${id}-title`} class="mb-1 text-16 font-semibold">
            Discard the letter
          </h2>
          <p class="text-13 text-text-2">Nothing is run for it any more. The execution and its log stay.</p>
          <label class="mt-3 block text-12 text-text-3">
            Why, if you like
            <input name="reason" class="field mt-1 block w-full" maxLength={500} autoComplete="off" />
          </label>
          {problem.value && (
            <p class="notice notice-bad mt-3" role="alert">
              {problem.value.detail ?? problem.value.title}
            </p>
          )}
          <div class="mt-4 flex justify-end gap-2">
            <button type="button" class="btn" onClick$={() => dialog.value?.close()}>
              Keep it
            </button>
            <button type="submit" class="btn btn-danger" disabled={busy.value}>
              Discard
            </button>
          </div>
        </form>
      </dialog>
    </div>
  );
});
