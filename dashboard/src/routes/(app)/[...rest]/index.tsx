import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import type { ProblemBody } from '#contracts/problems';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { REQUEST_ID_HEADER } from '~/lib/platform';

export const useNotFound = routeLoader$((event): ProblemBody => {
  event.status(404);
  return {
    type: 'about:blank',
    title: 'There is no page at this address',
    status: 404,
    code: 'not_found',
    detail: `Nothing answers at ${event.url.pathname}.`,
    hint: 'Check the address for a slip, or start from the list of executions.',
    request_id: event.request.headers.get(REQUEST_ID_HEADER) ?? undefined,
  };
});

export default component$(() => {
  const problem = useNotFound();
  return (
    <ProblemPanel problem={problem.value}>
      <a class="btn btn-primary" href="/executions">
        Go to executions
      </a>
      <a class="btn" href="/applications">
        Go to applications
      </a>
    </ProblemPanel>
  );
});

export const head: DocumentHead = { title: 'Not found' };
