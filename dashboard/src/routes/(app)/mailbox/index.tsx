import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { MailList } from '~/components/mailbox/mail-list';
import { EmptyState } from '~/components/ui/empty-state';
import { ListPage } from '~/components/ui/list-page';
import type { MailboxEntryItem } from '~/lib/api-types';
import { getList } from '~/lib/list';

export const useMailbox = routeLoader$(async (event) => ({ answer: await getList<MailboxEntryItem>(event, '/api/v1/mailbox'), now: Date.now() }));

export default component$(() => {
  const { answer, now } = useMailbox().value;
  return (
    <ListPage
      title="Mailbox"
      note="Mail of local development; none is sent"
      what="mails"
      path="/mailbox"
      answer={answer}
      rows={(items) => <MailList mails={items} now={now} />}
      empty={
        <EmptyState heading="No mail yet">
          <p>Invitations, links to verify an address or set a new password, and notices end here as long as no mail server is set up.</p>
        </EmptyState>
      }
    />
  );
});

export const head: DocumentHead = { title: 'Mailbox' };
