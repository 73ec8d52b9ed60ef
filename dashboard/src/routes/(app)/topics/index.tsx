import { $, component$, useSignal } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { PublishDialog } from '~/components/topics/publish-dialog';
import { TopicList } from '~/components/topics/topic-list';
import { EmptyState } from '~/components/ui/empty-state';
import { environmentChoice } from '~/components/ui/environment-choice';
import { ListPage } from '~/components/ui/list-page';
import type { TopicItem } from '~/lib/api-types';
import { environmentOf } from '~/lib/environment';
import { knownEnvironments } from '~/lib/known-environments';
import { getList } from '~/lib/list';

export const useTopics = routeLoader$(async (event) => {
  const environment = environmentOf(event.query);
  const [answer, environments] = await Promise.all([getList<TopicItem>(event, '/api/v1/topics', { environment }), knownEnvironments(event, environment)]);
  return { answer, environments, environment };
});

export default component$(() => {
  const { answer, environments, environment } = useTopics().value;
  const topic = useSignal('');
  const dialog = useSignal<HTMLDialogElement>();
  const begin = $((to: string) => {
    // What was written for one topic is not for another.
    if (to !== topic.value) dialog.value?.querySelector('form')?.reset();
    topic.value = to;
  });
  const publish = $(async (to: string) => {
    await begin(to);
    dialog.value?.showModal();
  });
  return (
    <ListPage
      title="Topics"
      what="topics"
      path="/topics"
      answer={answer}
      filters={environmentChoice('/topics', environments, environment)}
      actions={<PublishDialog topic={topic} dialog={dialog} environment={environment} begin$={begin} />}
      rows={(items) => <TopicList topics={items} publish$={publish} />}
      empty={
        <EmptyState heading="Nothing goes over the event bus">
          <p>
            Publish an event with <code class="mono">step.publish</code>, and give a pipeline a trigger of the type <code class="mono">event</code> with its{' '}
            <code class="mono">topic</code>: both are shown here.
          </p>
        </EmptyState>
      }
    />
  );
});

export const head: DocumentHead = { title: 'Topics' };
