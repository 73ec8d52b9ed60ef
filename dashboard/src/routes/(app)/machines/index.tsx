import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { MachineList } from '~/components/machines/machine-list';
import { Command } from '~/components/ui/command';
import { EmptyState } from '~/components/ui/empty-state';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { get } from '~/lib/api';
import type { MachineSummaryItem, Page } from '~/lib/api-types';
import { environmentOf } from '~/lib/machine-links';

export const useMachines = routeLoader$(async (event) => {
  const environment = environmentOf(event.query);
  const query = new URLSearchParams({ environment, limit: '100' });
  const cursor = event.query.get('cursor');
  if (cursor) query.set('cursor', cursor);
  const answer = await get<Page<MachineSummaryItem>>(event, `/api/v1/machines?${query}`);
  if (!answer.ok) event.status(answer.problem.status >= 400 ? answer.problem.status : 500);
  return { answer, environment };
});

export default component$(() => {
  const { answer, environment } = useMachines().value;
  if (!answer.ok) {
    return (
      <ProblemPanel problem={answer.problem} heading="The state machines could not be loaded">
        <a class="btn btn-primary" href="/machines">
          Try again
        </a>
      </ProblemPanel>
    );
  }
  const { items, next_cursor } = answer.value;
  return (
    <>
      <header class="flex flex-wrap items-center gap-3 border-b border-line px-3 py-4 sm:px-4">
        <h1 class="text-20 font-semibold">State machines</h1>
        {environment !== 'production' && <span class="text-13 text-text-2">in {environment}</span>}
      </header>
      {items.length === 0 ? (
        <EmptyState heading="No state machine is deployed">
          <p class="mb-4">A state machine says which states a thing can be in, and what leads from one to the next. This deploys an example.</p>
          <Command label="Deploy the example" text="npm run wf -- deploy examples/order-lifecycle/order-lifecycle.yaml" />
        </EmptyState>
      ) : (
        <MachineList machines={items} environment={environment} />
      )}
      {next_cursor && (
        <p class="flex justify-end p-4">
          <a class="btn" href={`/machines?environment=${encodeURIComponent(environment)}&cursor=${encodeURIComponent(next_cursor)}`}>
            More
          </a>
        </p>
      )}
    </>
  );
});

export const head: DocumentHead = { title: 'State machines' };
