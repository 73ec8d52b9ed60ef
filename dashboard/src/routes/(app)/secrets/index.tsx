import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { SecretDialog } from '~/components/secrets/secret-dialog';
import { SecretList } from '~/components/secrets/secret-list';
import { EmptyState } from '~/components/ui/empty-state';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { get } from '~/lib/api';
import type { Page, SecretItem } from '~/lib/api-types';

export const useSecrets = routeLoader$(async (event) => {
  const cursor = event.query.get('cursor');
  const answer = await get<Page<SecretItem>>(event, `/api/v1/secrets?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
  if (!answer.ok) event.status(answer.problem.status >= 400 ? answer.problem.status : 500);
  return { answer, now: Date.now() };
});

export default component$(() => {
  const data = useSecrets();
  const { answer, now } = data.value;
  if (!answer.ok) {
    return (
      <ProblemPanel problem={answer.problem} heading="The secrets could not be loaded">
        <a class="btn btn-primary" href="/secrets">
          Try again
        </a>
      </ProblemPanel>
    );
  }
  const { items, next_cursor } = answer.value;
  return (
    <>
      <header class="flex flex-wrap items-center gap-3 border-b border-line px-3 py-4 sm:px-4">
        <h1 class="text-20 font-semibold">Secrets</h1>
        <span class="ml-auto">
          <SecretDialog />
        </span>
      </header>
      {items.length === 0 ? (
        <EmptyState heading="No secret yet">
          <p>
            A document names a secret as <code class="mono text-12">{`$\{STRIPE_KEY}`}</code>. Its value is filled in right before a call, sealed where it lies,
            and shown nowhere again.
          </p>
        </EmptyState>
      ) : (
        <SecretList secrets={items} now={now} />
      )}
      {next_cursor && (
        <p class="flex justify-end p-4">
          <a class="btn" href={`/secrets?cursor=${encodeURIComponent(next_cursor)}`}>
            More
          </a>
        </p>
      )}
    </>
  );
});

export const head: DocumentHead = { title: 'Secrets' };
