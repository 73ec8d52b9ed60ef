import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { SecretDialog } from '~/components/secrets/secret-dialog';
import { SecretList } from '~/components/secrets/secret-list';
import { StoreSection } from '~/components/secrets/store-section';
import { EmptyState } from '~/components/ui/empty-state';
import { ListPage } from '~/components/ui/list-page';
import { actorNames } from '~/lib/actors';
import { get } from '~/lib/api';
import type { SecretItem, SecretProviderItem } from '~/lib/api-types';
import { getList } from '~/lib/list';

export const useSecrets = routeLoader$(async (event) => {
  const [answer, stores, names] = await Promise.all([
    getList<SecretItem>(event, '/api/v1/secrets'),
    get<{ items: SecretProviderItem[] }>(event, '/api/v1/secret-providers'),
    actorNames(event),
  ]);
  return { answer, stores, names, now: Date.now() };
});

export default component$(() => {
  const { answer, stores, names, now } = useSecrets().value;
  return (
    <>
      <ListPage
        title="Secrets"
        what="secrets"
        path="/secrets"
        actions={<SecretDialog />}
        answer={answer}
        rows={(items) => <SecretList secrets={items} names={names} now={now} />}
        empty={
          <EmptyState heading="No secret yet">
            <p>
              A document names a secret as <code class="mono text-12">{`$\{STRIPE_KEY}`}</code>. Its value is filled in right before a call, sealed where it
              lies, and shown nowhere again.
            </p>
          </EmptyState>
        }
      />
      {answer.ok && <StoreSection answer={stores} now={now} />}
    </>
  );
});

export const head: DocumentHead = { title: 'Secrets' };
