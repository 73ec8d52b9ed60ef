import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { MachineList } from '~/components/machines/machine-list';
import { Command } from '~/components/ui/command';
import { EmptyState } from '~/components/ui/empty-state';
import { ListPage } from '~/components/ui/list-page';
import type { MachineSummaryItem } from '~/lib/api-types';
import { environmentOf, PRODUCTION } from '~/lib/environment';
import { getList } from '~/lib/list';

export const useMachines = routeLoader$(async (event) => {
  const environment = environmentOf(event.query);
  return { answer: await getList<MachineSummaryItem>(event, '/api/v1/machines', { environment }), environment };
});

export default component$(() => {
  const { answer, environment } = useMachines().value;
  return (
    <ListPage
      title="State machines"
      what="state machines"
      path="/machines"
      note={environment === PRODUCTION ? undefined : `In ${environment}`}
      answer={answer}
      rows={(items) => <MachineList machines={items} environment={environment} />}
      empty={
        <EmptyState heading="No state machine is deployed">
          <p class="mb-4">A state machine says which states a thing can be in, and what leads from one to the next. This deploys an example.</p>
          <Command label="Deploy the example" text="npm run wf -- deploy examples/order-lifecycle/order-lifecycle.yaml" />
        </EmptyState>
      }
    />
  );
});

export const head: DocumentHead = { title: 'State machines' };
