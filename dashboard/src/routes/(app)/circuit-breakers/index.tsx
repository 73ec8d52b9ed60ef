import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { BreakerList } from '~/components/breakers/breaker-list';
import { EmptyState } from '~/components/ui/empty-state';
import { ListPage } from '~/components/ui/list-page';
import type { BreakerItem } from '~/lib/api-types';
import { breakersPath } from '~/lib/breaker-links';
import { environmentOf, PRODUCTION } from '~/lib/environment';
import { getList } from '~/lib/list';

export const useBreakers = routeLoader$(async (event) => {
  const environment = environmentOf(event.query);
  return { answer: await getList<BreakerItem>(event, '/api/v1/circuit-breakers', { environment }), environment, now: Date.now() };
});

export default component$(() => {
  const { answer, environment, now } = useBreakers().value;
  return (
    <ListPage
      title="Circuit breakers"
      what="circuit breakers"
      path={breakersPath(environment)}
      note={environment === PRODUCTION ? undefined : `In ${environment}`}
      answer={answer}
      rows={(items) => <BreakerList breakers={items} now={now} />}
      empty={
        <EmptyState heading="No call has failed">
          <p>
            Give a step <code class="mono">circuit_breaker: true</code>: when the service it calls keeps failing, calls are held back, and the breaker is shown
            here. It is forgotten when all has been well for a week.
          </p>
        </EmptyState>
      }
    />
  );
});

export const head: DocumentHead = { title: 'Circuit breakers' };
