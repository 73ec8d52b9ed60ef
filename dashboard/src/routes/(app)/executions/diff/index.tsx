import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import type { ExecutionDiff } from '#contracts/diff';
import { DiffView } from '~/components/executions/diff-view';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { failWith, get } from '~/lib/api';

export const useDiff = routeLoader$(async (event) => {
  const query = new URLSearchParams();
  for (const side of ['left', 'right']) query.set(side, event.query.get(side)?.trim() ?? '');
  const answer = await get<ExecutionDiff>(event, `/api/v1/executions/diff?${query}`);
  if (!answer.ok) failWith(event, answer.problem);
  return answer;
});

export default component$(() => {
  const answer = useDiff();
  if (answer.value.ok) return <DiffView diff={answer.value.value} />;
  return (
    <ProblemPanel problem={answer.value.problem} heading="These executions cannot be compared">
      <a class="btn btn-primary" href="/executions">
        Go to executions
      </a>
    </ProblemPanel>
  );
});

export const head: DocumentHead = { title: 'Comparison' };
