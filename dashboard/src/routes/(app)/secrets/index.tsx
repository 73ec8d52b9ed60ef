import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { SecretDialog } from '~/components/secrets/secret-dialog';
import { SecretList } from '~/components/secrets/secret-list';
import { EmptyState } from '~/components/ui/empty-state';
import { ListPage } from '~/components/ui/list-page';
import type { SecretItem } from '~/lib/api-types';
import { getList } from '~/lib/list';

export const useSecrets = routeLoader$(async (event) => ({ answer: await getList<SecretItem>(event, '/api/v1/secrets'), now: Date.now() }));

export default component$(() => {
  const { answer, now } = useSecrets().value;
  return (
    <ListPage
      title="Secrets"
      what="secrets"
      path="/secrets"
      actions={<SecretDialog />}
      answer={answer}
      rows={(items) => <SecretList secrets={items} now={now} />}
      empty={
        <EmptyState heading="No secret yet">
          <p>
            A document names a secret as <code class="mono text-12">{`$\{STRIPE_KEY}`}</code>. Its value is filled in right before a call, sealed where it lies,
            and shown nowhere again.
          </p>
        </EmptyState>
      }
    />
  );
});

export const head: DocumentHead = { title: 'Secrets' };
