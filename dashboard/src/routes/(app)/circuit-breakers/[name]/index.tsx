import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { BreakerView } from '~/components/breakers/breaker-view';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { actorNames } from '~/lib/actors';
import { failWith, get } from '~/lib/api';
import type { BreakerDetail } from '~/lib/api-types';
import { breakerApi, breakersPath } from '~/lib/breaker-links';
import { environmentOf } from '~/lib/environment';

export const useBreaker = routeLoader$(async (event) => {
  const environment = environmentOf(event.query);
  const region = event.query.get('region') ?? undefined;
  const path = breakerApi({ name: event.params.name!, environment });
  // One region is shown, and how it is in the others.
  const [answer, all, names] = await Promise.all([
    get<BreakerDetail>(event, path, region),
    region === undefined ? undefined : get<BreakerDetail>(event, path),
    actorNames(event),
  ]);
  if (answer.ok && all?.ok && all.value.regions) answer.value.regions = all.value.regions;
  if (!answer.ok) failWith(event, answer.problem);
  return { answer, names, environment, now: Date.now() };
});

export default component$(() => {
  const { answer, names, environment, now } = useBreaker().value;
  if (answer.ok) return <BreakerView breaker={answer.value} names={names} now={now} />;
  return (
    <ProblemPanel problem={answer.problem} heading="The circuit breaker could not be loaded">
      <a class="btn btn-primary" href={breakersPath(environment)}>
        All circuit breakers
      </a>
    </ProblemPanel>
  );
});

export const head: DocumentHead = { title: 'Circuit breaker' };
