import { component$ } from '@builder.io/qwik';
import { Moment } from '~/components/ui/moment';
import type { MailboxEntryItem } from '~/lib/api-types';

export const MailList = component$<{ mails: Omit<MailboxEntryItem, 'html'>[]; now: number }>(({ mails, now }) => (
  <ul>
    {mails.map((mail) => (
      <li key={mail.id} class="border-b border-line">
        <a href={`/mailbox/${mail.id}`} class="block px-3 py-3 no-underline hover:bg-hover sm:px-4">
          <span class="flex flex-wrap items-baseline gap-x-3">
            <span class="text-13 font-medium text-text">{mail.subject}</span>
            <span class="ml-auto text-12 text-text-3">
              <Moment at={mail.created_at} now={now} />
            </span>
          </span>
          <span class="block text-12 break-all text-text-2">to {mail.to}</span>
        </a>
      </li>
    ))}
  </ul>
));
