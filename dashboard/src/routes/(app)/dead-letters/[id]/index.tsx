import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { LetterView } from '~/components/dead-letters/letter-view';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { actorNames } from '~/lib/actors';
import { failWith, get } from '~/lib/api';
import type { LetterDetail } from '~/lib/api-types';
import { regionOf } from '~/lib/known-regions';

export const useLetter = routeLoader$(async (event) => {
  const [pipeline, environment] = [event.query.get('pipeline') ?? '', event.query.get('environment') ?? 'production'];
  const path = `/api/v1/dlq/pipelines/${encodeURIComponent(pipeline)}/${encodeURIComponent(event.params.id!)}`;
  const region = regionOf(event.query);
  const query = `environment=${encodeURIComponent(environment)}`;
  const [answer, names] = await Promise.all([get<LetterDetail>(event, `${path}?${query}`, region), actorNames(event)]);
  if (!answer.ok) failWith(event, answer.problem);
  return { answer, names, region, now: Date.now() };
});

export default component$(() => {
  const { answer, names, region, now } = useLetter().value;
  if (answer.ok) return <LetterView letter={answer.value} names={names} region={region} now={now} />;
  return (
    <ProblemPanel problem={answer.problem} heading="The dead letter could not be loaded">
      <a class="btn btn-primary" href="/dead-letters">
        All dead letters
      </a>
    </ProblemPanel>
  );
});

export const head: DocumentHead = { title: 'Dead letter' };
