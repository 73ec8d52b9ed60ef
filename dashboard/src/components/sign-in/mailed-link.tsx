/** What a link of a mail is for. A press does it, not the visit: programs that look at links in mails would use it up. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { SignInCard } from '~/components/sign-in/sign-in-card';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { send } from '~/lib/api';

interface Props {
  title: string;
  intro: string;
  /** Words of the button, a verb first. */
  verb: string;
  /** Of the API. */
  path: string;
  body: { [name: string]: string };
  /** What to do where the link is of no use any more. */
  otherwise: string;
  /** What is said then, and where one goes on. */
  done: { title: string; href: string; link: string };
}

export const MailedLink = component$<Props>(({ title, intro, verb, path, body, otherwise, done }) => {
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const isDone = useSignal(false);
  const press = $(async () => {
    busy.value = true;
    problem.value = await send('POST', path, body);
    busy.value = false;
    isDone.value = !problem.value;
  });
  if (isDone.value) {
    return (
      <SignInCard title={done.title}>
        <a class="btn btn-primary mt-4 w-full" style={{ height: '36px' }} href={done.href}>
          {done.link}
        </a>
      </SignInCard>
    );
  }
  return (
    <SignInCard title={title} intro={intro}>
      <ProblemNotice problem={problem.value} />
      <button type="button" class="btn btn-primary mt-2 w-full" style={{ height: '36px' }} disabled={busy.value} onClick$={press}>
        {verb}
      </button>
      <p q:slot="below">{otherwise}</p>
    </SignInCard>
  );
});
