/** Replays all waiting letters of a pipeline, after saying how many; then tells how far it is. */
import { $, component$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import { Confirm } from '~/components/ui/confirm';
import { call, post } from '~/lib/api';
import type { ReplayAllItem } from '~/lib/api-types';
import { type LetterPlace, lettersApi } from '~/lib/dead-letters';
import { formatCount } from '~/lib/time';

const ASK_EVERY_MS = 1_000;

export const ReplayAll = component$<{ place: LetterPlace; depth: number; running?: ReplayAllItem }>(({ place, depth, running }) => {
  const progress = useSignal<ReplayAllItem | undefined>(running);

  const begin = $(async () => {
    const answer = await post<ReplayAllItem>(lettersApi(place, '/replay-all'), {}, place.region);
    if (!answer.ok) return answer.problem;
    progress.value = answer.value;
  });

  useVisibleTask$(({ track, cleanup }) => {
    const status = track(() => progress.value?.status);
    if (status !== 'running') return;
    const timer = setInterval(async () => {
      const answer = await call<ReplayAllItem>(lettersApi(place, '/replay-all'), place.region ? { headers: { 'x-region': place.region } } : undefined);
      if (answer.ok) progress.value = answer.value;
    }, ASK_EVERY_MS);
    cleanup(() => clearInterval(timer));
  });

  return (
    <span class="flex flex-wrap items-center gap-3">
      <span class="text-13 text-text-2" aria-live="polite">
        {progress.value && words(progress.value)}
      </span>
      {depth > 0 && progress.value?.status !== 'running' && (
        <Confirm
          label={`Replay all ${formatCount(depth)}`}
          title={`Replay ${formatCount(depth)} ${depth === 1 ? 'letter' : 'letters'}`}
          verb="Replay all"
          keep="Not now"
          harmless
          act={begin}
        >
          <p>
            Each starts {place.workflow}.{place.pipeline} as it is deployed in {place.environment} now, with the trigger that it failed with, the oldest first.
            It goes on in the background, and each letter is replayed once.
          </p>
        </Confirm>
      )}
    </span>
  );
});

function words({ status, total, replayed, skipped, failed, last_error }: ReplayAllItem): string {
  const parts = [`${formatCount(replayed)} of ${formatCount(total)} replayed`];
  if (skipped > 0) parts.push(`${formatCount(skipped)} closed meanwhile`);
  if (failed > 0) parts.push(`${formatCount(failed)} could not be started${last_error ? `: ${last_error.message}` : ''}`);
  return `${status === 'running' ? 'Replaying: ' : ''}${parts.join(', ')}`;
}
