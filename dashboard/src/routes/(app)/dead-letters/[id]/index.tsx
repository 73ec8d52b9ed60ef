import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { LetterView } from '~/components/dead-letters/letter-view';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { actorNames } from '~/lib/actors';
import { failWith, get } from '~/lib/api';
import type { LetterDetail } from '~/lib/api-types';

export const useLetter = routeLoader$(async (event) => {
  const [pipeline, environment] = [event.query.get('pipeline') ?? '', event.query.get('environment') ?? 'production'];
  const path = `/api/v1/dlq/pipelines/${encodeURIComponent(pipeline)}/${encodeURIComponent(event.params.id!)}`;
  const [answer, names] = await Promise.all([get<LetterDetail>(event, `${path}?environment=${encodeURIComponent(environment)}`), actorNames(event)]);
  if (!answer.ok) failWith(event, answer.problem);
  return { answer, names, now: Date.now() };
});

export default component$(() => {
  const { answer, names, now } = useLetter().value;
  if (answer.ok) return <LetterView letter={answer.value} names={names} now={now} />;
  return (
    <ProblemPanel problem={answer.problem} heading="The dead letter could not be loaded">
      <a class="btn btn-primary" href="/dead-letters">
        All dead letters
      </a>
    </ProblemPanel>
  );
});

export const head: DocumentHead = { title: 'Dead letter' };
