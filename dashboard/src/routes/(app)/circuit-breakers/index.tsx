import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { BreakerList } from '~/components/breakers/breaker-list';
import { EmptyState } from '~/components/ui/empty-state';
import { environmentChoice } from '~/components/ui/environment-choice';
import { ListPage } from '~/components/ui/list-page';
import type { BreakerItem, BreakerPageItem } from '~/lib/api-types';
import { breakersPath } from '~/lib/breaker-links';
import { environmentOf } from '~/lib/environment';
import { knownEnvironments } from '~/lib/known-environments';
import { getList } from '~/lib/list';

export const useBreakers = routeLoader$(async (event) => {
  const environment = environmentOf(event.query);
  const [answer, environments] = await Promise.all([
    getList<BreakerItem>(event, '/api/v1/circuit-breakers', { environment }),
    knownEnvironments(event, environment),
  ]);
  return { answer, environments, environment, now: Date.now() };
});

export default component$(() => {
  const { answer, environments, environment, now } = useBreakers().value;
  const regions = answer.ok ? (answer.value as BreakerPageItem).regions : undefined;
  const away = (regions ?? []).filter(({ status }) => status === 'unavailable').map(({ region }) => region);
  const environmentsShown = environmentChoice('/circuit-breakers', environments, environment);
  return (
    <ListPage
      title="Circuit breakers"
      what="circuit breakers"
      path={breakersPath(environment)}
      answer={answer}
      filters={
        environmentsShown || away.length > 0 ? (
          <>
            {environmentsShown}
            {away.length > 0 && (
              <p class="border-b border-line px-3 py-2 text-13 text-bad sm:px-4" role="status">
                {away.join(', ')} does not answer: circuit breakers there are missing.
              </p>
            )}
          </>
        ) : undefined
      }
      rows={(items) => <BreakerList breakers={items} regions={regions !== undefined} now={now} />}
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
