import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { Crumbs } from '~/components/ui/crumbs';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { failWith, get } from '~/lib/api';
import type { MailboxEntryItem } from '~/lib/api-types';
import { formatExact } from '~/lib/time';

export const useMail = routeLoader$(async (event) => {
  const answer = await get<MailboxEntryItem>(event, `/api/v1/mailbox/${encodeURIComponent(event.params.id!)}`);
  if (!answer.ok) failWith(event, answer.problem);
  return answer;
});

/** The plain text, with its links: what is in the HTML as well, without anything that a page would run. */
export default component$(() => {
  const answer = useMail().value;
  if (!answer.ok) {
    return (
      <ProblemPanel problem={answer.problem} heading="The mail could not be loaded">
        <a class="btn btn-primary" href="/mailbox">
          Mailbox
        </a>
      </ProblemPanel>
    );
  }
  const { subject, to, text, created_at } = answer.value;
  return (
    <>
      <header class="border-b border-line px-3 pt-3 pb-3 sm:px-4">
        <Crumbs trail={[{ href: '/mailbox', label: 'Mailbox' }]} />
        <h1 class="text-20 font-semibold wrap-anywhere">{subject}</h1>
        <p class="mt-1 text-13 wrap-anywhere text-text-2">
          To {to}, {formatExact(created_at)}
        </p>
      </header>
      <article class="max-w-[640px] px-3 py-5 sm:px-4">
        {text
          .trim()
          .split('\n\n')
          .map((paragraph) => (
            <p key={paragraph} class="mb-4 break-words whitespace-pre-line">
              {paragraph.split(/(https?:\/\/\S+)/).map((part) =>
                /^https?:\/\//.test(part) ? (
                  <a key={part} href={part} class="link break-all">
                    {part}
                  </a>
                ) : (
                  part
                ),
              )}
            </p>
          ))}
      </article>
    </>
  );
});

export const head: DocumentHead = { title: 'Mail' };
