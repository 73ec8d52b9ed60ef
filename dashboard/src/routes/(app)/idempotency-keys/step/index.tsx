import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { KeyFacts } from '~/components/idempotency/key-facts';
import { KeyLookup } from '~/components/idempotency/key-lookup';
import { Crumbs } from '~/components/ui/crumbs';
import { EmptyState } from '~/components/ui/empty-state';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { failWith, get } from '~/lib/api';
import type { IdempotencyKeyItem } from '~/lib/api-types';
import { askedKey, keyApi, keyPage } from '~/lib/effect-key';

export const useEffectKey = routeLoader$(async (event) => {
  const asked = askedKey(event.query);
  const answer = asked.key ? await get<IdempotencyKeyItem>(event, keyApi(asked)) : undefined;
  // That nothing has had it is an answer.
  if (answer && !answer.ok && answer.problem.code !== 'not_found') failWith(event, answer.problem);
  return { answer, asked, now: Date.now() };
});

export default component$(() => {
  const { answer, asked, now } = useEffectKey().value;
  return (
    <>
      <header class="px-3 pt-3 sm:px-4">
        <Crumbs trail={[{ href: '/idempotency-keys?scope=step', label: 'Idempotency keys' }]} />
        <h1 class="mb-2 text-20 font-semibold">Key of a step</h1>
      </header>
      <KeyLookup asked={asked} />
      {!answer && (
        <EmptyState heading="Which key?">
          <p>
            The whole key, as the page of an execution shows it at a step with an <code class="mono">idempotency_key</code>. Here stands who had its effect, and
            what came of it.
          </p>
        </EmptyState>
      )}
      {answer?.ok && <KeyFacts found={answer.value} now={now} />}
      {answer && !answer.ok && answer.problem.code === 'not_found' && (
        <EmptyState heading="No effect is known under this key">
          <p>Nothing has had it in {asked.environment}, or its time is over: the next step that comes with it has its effect.</p>
        </EmptyState>
      )}
      {answer && !answer.ok && answer.problem.code !== 'not_found' && (
        <ProblemPanel below problem={answer.problem} heading="The key could not be looked up">
          <a class="btn btn-primary" href={keyPage(asked)}>
            Try again
          </a>
        </ProblemPanel>
      )}
    </>
  );
});

export const head: DocumentHead = { title: 'Key of a step' };
