import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { ScheduleList } from '~/components/schedules/schedule-list';
import { EmptyState } from '~/components/ui/empty-state';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { get } from '~/lib/api';
import type { Page, ScheduleItem } from '~/lib/api-types';
import { environmentOf } from '~/lib/machine-links';

export const useSchedules = routeLoader$(async (event) => {
  const environment = environmentOf(event.query);
  const query = new URLSearchParams({ environment, limit: '100', next: '1' });
  const cursor = event.query.get('cursor');
  if (cursor) query.set('cursor', cursor);
  const answer = await get<Page<ScheduleItem>>(event, `/api/v1/schedules?${query}`);
  if (!answer.ok) event.status(answer.problem.status >= 400 ? answer.problem.status : 500);
  return { answer, environment, now: Date.now() };
});

export default component$(() => {
  const { answer, environment, now } = useSchedules().value;
  if (!answer.ok) {
    return (
      <ProblemPanel problem={answer.problem} heading="The schedules could not be loaded">
        <a class="btn btn-primary" href="/schedules">
          Try again
        </a>
      </ProblemPanel>
    );
  }
  const { items, next_cursor } = answer.value;
  return (
    <>
      <header class="flex flex-wrap items-center gap-3 border-b border-line px-3 py-4 sm:px-4">
        <h1 class="text-20 font-semibold">Schedules</h1>
        {environment !== 'production' && <span class="text-13 text-text-2">in {environment}</span>}
      </header>
      {items.length === 0 ? (
        <EmptyState heading="Nothing starts by time">
          <p>
            Give a pipeline a trigger of the type <code class="mono">schedule</code> with a <code class="mono">cron</code> or <code class="mono">every</code>,
            and deploy it: its next times are shown here.
          </p>
        </EmptyState>
      ) : (
        <ScheduleList schedules={items} now={now} />
      )}
      {next_cursor && (
        <p class="flex justify-end p-4">
          <a class="btn" href={`/schedules?environment=${encodeURIComponent(environment)}&cursor=${encodeURIComponent(next_cursor)}`}>
            More
          </a>
        </p>
      )}
    </>
  );
});

export const head: DocumentHead = { title: 'Schedules' };
