import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { ScheduleList } from '~/components/schedules/schedule-list';
import { EmptyState } from '~/components/ui/empty-state';
import { ListPage } from '~/components/ui/list-page';
import { actorNames } from '~/lib/actors';
import type { ScheduleItem } from '~/lib/api-types';
import { environmentOf, PRODUCTION } from '~/lib/environment';
import { getList } from '~/lib/list';

export const useSchedules = routeLoader$(async (event) => {
  const environment = environmentOf(event.query);
  const [answer, names] = await Promise.all([getList<ScheduleItem>(event, '/api/v1/schedules', { environment, next: '1' }), actorNames(event)]);
  return { answer, names, environment, now: Date.now() };
});

export default component$(() => {
  const { answer, names, environment, now } = useSchedules().value;
  return (
    <ListPage
      title="Schedules"
      what="schedules"
      path="/schedules"
      note={environment === PRODUCTION ? undefined : `In ${environment}`}
      answer={answer}
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
