/** Pipelines that have dead letters, with how many wait; the one that is shown is marked. */
import { component$ } from '@builder.io/qwik';
import type { LetterDepth } from '~/lib/api-types';
import { type LetterPlace, lettersPage } from '~/lib/dead-letters';
import { formatCount } from '~/lib/time';

export const PipelineDepths = component$<{ pipelines: LetterDepth[]; shown: LetterPlace }>(({ pipelines, shown }) => (
  <nav class="tabs overflow-x-auto border-b border-line px-1 sm:px-2" aria-label="Pipelines with dead letters">
    {pipelines.map((place) => (
      <a
        key={`${place.environment}/${place.workflow}/${place.pipeline}`}
        href={lettersPage({ ...place, region: shown.region })}
        class="tab whitespace-nowrap"
        aria-current={place.environment === shown.environment && place.workflow === shown.workflow && place.pipeline === shown.pipeline ? 'page' : undefined}
      >
        {place.workflow}.{place.pipeline}
        {place.environment !== 'production' && <span class="text-text-3"> in {place.environment}</span>}
        <span
          class={['num ml-2', place.alerting ? 'font-semibold text-bad' : 'text-text-3']}
          title={
            place.alerting
              ? `${formatCount(place.depth)} wait; the alert threshold is ${formatCount(place.alert_threshold ?? 0)}`
              : `${formatCount(place.depth)} wait`
          }
        >
          {formatCount(place.depth)}
          {place.alerting ? ' !' : ''}
        </span>
      </a>
    ))}
  </nav>
));
