import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { KeyFacts } from '~/components/idempotency/key-facts';
import { KeyLookup } from '~/components/idempotency/key-lookup';
import { EmptyState } from '~/components/ui/empty-state';
import { PageHeader } from '~/components/ui/page-header';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { get } from '~/lib/api';
import type { IdempotencyKeyItem } from '~/lib/api-types';
import { askedKey, keyApi } from '~/lib/effect-key';

export const useEffectKey = routeLoader$(async (event) => {
  const asked = askedKey(event.query);
  const answer = asked.key ? await get<IdempotencyKeyItem>(event, keyApi(asked)) : undefined;
  return { answer, asked, now: Date.now() };
});

export default component$(() => {
  const { answer, asked, now } = useEffectKey().value;
  return (
    <>
      <PageHeader title="Idempotency keys" note="under which steps have their effect once" open />
      <KeyLookup asked={asked} />
      {!answer && (
        <EmptyState heading="Which key?">
          <p>
            Give a step an <code class="mono">idempotency_key</code>, and its effect is had once under it. The page of an execution shows the key of each such
            step; here stands who had its effect, and what came of it.
          </p>
        </EmptyState>
      )}
      {answer?.ok && <KeyFacts found={answer.value} now={now} />}
      {answer && !answer.ok && answer.problem.code === 'not_found' && (
        <EmptyState heading="No effect is known under this key">
          <p>
            Nothing has had it in {asked.environment}, or its time is over: the next step that comes with it has its effect. A key of a pipeline is not here; a
            start with it answers with its execution.
          </p>
        </EmptyState>
      )}
      {answer && !answer.ok && answer.problem.code !== 'not_found' && <ProblemPanel problem={answer.problem} heading="The key could not be looked up" />}
    </>
  );
});

export const head: DocumentHead = { title: 'Idempotency keys' };
