import { $, component$, useSignal } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import type { ProblemBody } from '#contracts/problems';
import { SignInCard } from '~/components/sign-in/sign-in-card';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { send } from '~/lib/api';

export const useVerify = routeLoader$(({ query }) => ({ company: query.get('company') ?? '', token: query.get('token') ?? '' }));

/** A press verifies, not the visit: programs that look at links in mails would use it up. */
export default component$(() => {
  const { company, token } = useVerify().value;
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const isDone = useSignal(false);
  const verify = $(async () => {
    busy.value = true;
    problem.value = await send('POST', '/api/v1/auth/verify', { company, token });
    busy.value = false;
    isDone.value = !problem.value;
  });
  if (isDone.value) {
    return (
      <SignInCard title="Your address is verified">
        <a class="btn btn-primary mt-4 w-full" style={{ height: '36px' }} href={`/sign-in?company=${encodeURIComponent(company)}`}>
          Sign in
        </a>
      </SignInCard>
    );
  }
  return (
    <SignInCard title="Verify your address" intro={`It shows that the address of your account at ${company || 'the company'} is yours.`}>
      <ProblemNotice problem={problem.value} />
      <button type="button" class="btn btn-primary mt-2 w-full" style={{ height: '36px' }} disabled={busy.value} onClick$={verify}>
        Verify address
      </button>
      <p q:slot="below">Signing in with your password sends another link, should this one not work any more.</p>
    </SignInCard>
  );
});

export const head: DocumentHead = { title: 'Verify your address' };
