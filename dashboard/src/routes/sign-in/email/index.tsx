import { $, component$, useSignal } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import type { ProblemBody } from '#contracts/problems';
import { SignInCard } from '~/components/sign-in/sign-in-card';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { send } from '~/lib/api';

export const useNewAddress = routeLoader$(({ query }) => ({
  company: query.get('company') ?? '',
  email: query.get('email') ?? '',
  token: query.get('token') ?? '',
}));

/** A press confirms, not the visit: programs that look at links in mails would use it up. */
export default component$(() => {
  const { company, email, token } = useNewAddress().value;
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const isDone = useSignal(false);
  const confirm = $(async () => {
    busy.value = true;
    problem.value = await send('POST', '/api/v1/auth/email/confirm', { company, email, token });
    busy.value = false;
    isDone.value = !problem.value;
  });
  if (isDone.value) {
    return (
      <SignInCard title="Your address is changed">
        <a class="btn btn-primary mt-4 w-full" style={{ height: '36px' }} href="/account">
          Go to your account
        </a>
      </SignInCard>
    );
  }
  return (
    <SignInCard title="Confirm your new address" intro={`Your account at ${company || 'the company'} has the address ${email || 'of this mail'} from then on.`}>
      <ProblemNotice problem={problem.value} />
      <button type="button" class="btn btn-primary mt-2 w-full" style={{ height: '36px' }} disabled={busy.value} onClick$={confirm}>
        Confirm address
      </button>
      <p q:slot="below">Should the link not work any more, ask for another one on the page Account.</p>
    </SignInCard>
  );
});

export const head: DocumentHead = { title: 'Confirm your new address' };
