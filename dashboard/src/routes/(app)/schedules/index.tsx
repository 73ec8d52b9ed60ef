import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { ScheduleList } from '~/components/schedules/schedule-list';
import { EmptyState } from '~/components/ui/empty-state';
import { environmentChoice } from '~/components/ui/environment-choice';
import { ListPage } from '~/components/ui/list-page';
import { actorNames } from '~/lib/actors';
import type { ScheduleItem } from '~/lib/api-types';
import { environmentOf } from '~/lib/environment';
import { knownEnvironments } from '~/lib/known-environments';
import { getList } from '~/lib/list';

export const useSchedules = routeLoader$(async (event) => {
  const environment = environmentOf(event.query);
  const [answer, names, environments] = await Promise.all([
    getList<ScheduleItem>(event, '/api/v1/schedules', { environment, next: '1' }),
    actorNames(event),
    knownEnvironments(event, environment),
  ]);
  return { answer, names, environments, environment, now: Date.now() };
});

export default component$(() => {
  const { answer, names, environments, environment, now } = useSchedules().value;
  return (
    <ListPage
      title="Schedules"
      what="schedules"
      path="/schedules"
      answer={answer}
      filters={environmentChoice('/schedules', environments, environment)}
      rows={(items) => <ScheduleList schedules={items} names={names} now={now} />}
      empty={
        <EmptyState heading="Nothing starts by time">
          <p>
            Give a pipeline a trigger of the type <code class="mono">schedule</code> with a <code class="mono">cron</code> or <code class="mono">every</code>,
            and deploy it: its next times are shown here.
          </p>
        </EmptyState>
      }
    />
  );
});

export const head: DocumentHead = { title: 'Schedules' };
