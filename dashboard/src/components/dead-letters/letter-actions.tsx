/** Replay and discard of one letter. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { Confirm } from '~/components/ui/confirm';
import { Icon } from '~/components/ui/icon';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { post, send } from '~/lib/api';
import type { LetterItem } from '~/lib/api-types';
import { lettersApi } from '~/lib/dead-letters';
import { toastNext } from '~/lib/toast';

/** `region`: where it lies; absent: home. */
export const LetterActions = component$<{ letter: LetterItem; region?: string | undefined }>(({ letter, region }) => {
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();

  const replay = $(async () => {
    busy.value = true;
    const answer = await post<{ execution_id: string }>(lettersApi(letter, `/${letter.id}/replay`), {}, region);
    busy.value = false;
    if (answer.ok) location.assign(`/executions/${answer.value.execution_id}`);
    else problem.value = answer.problem;
  });
  const discard = $(async ({ reason }: { [field: string]: string }) => {
    const why = reason ? `&reason=${encodeURIComponent(reason)}` : '';
    const failed = await send('DELETE', `${lettersApi(letter, `/${letter.id}`)}${why}`, undefined, region);
    if (failed) return failed;
    toastNext({ text: 'The letter is discarded.' });
    location.reload();
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
        <Confirm label="Discard" title="Discard the letter" verb="Discard" keep="Keep it" disabled={busy.value} act={discard}>
          <p>Nothing is run for it any more. The execution and its log stay.</p>
          <label class="mt-3 block text-12 text-text-3">
            Why, if you like
            <input name="reason" class="field mt-1 block w-full" maxLength={500} autoComplete="off" />
          </label>
        </Confirm>
      </span>
      <ProblemNotice problem={problem.value} />
    </div>
  );
});
