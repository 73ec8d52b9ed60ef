import { $, component$, useSignal } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import type { ProblemBody } from '#contracts/problems';
import { Entry } from '~/components/sign-in/entry';
import { SignInCard } from '~/components/sign-in/sign-in-card';
import { valuesOf } from '~/components/ui/form-values';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { send } from '~/lib/api';

export const useForgot = routeLoader$(({ query }) => ({ company: query.get('company') ?? '' }));

export default component$(() => {
  const { company } = useForgot().value;
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const sentTo = useSignal('');
  const ask = $(async (_: Event, form: HTMLFormElement) => {
    const { text } = valuesOf(form);
    const email = text('email');
    busy.value = true;
    problem.value = await send('POST', '/api/v1/auth/password/forgot', { company: text('company'), email });
    busy.value = false;
    if (!problem.value) sentTo.value = email;
  });
  if (sentTo.value) {
    return (
      <SignInCard title="Look into your mail">
        <p class="text-text-2" role="status">
          When there is an account of {sentTo.value}, a link to set a new password is on its way. It works once, for an hour.
        </p>
        <p q:slot="below">
          <a href={`/sign-in?company=${encodeURIComponent(company)}`}>Back to the sign-in</a>
        </p>
      </SignInCard>
    );
  }
  return (
    <SignInCard title="Set a new password" intro="We mail you a link. Your present password works until you have set another.">
      <form preventdefault:submit onSubmit$={ask}>
        <Entry label="Company" name="company" value={company} autoComplete="organization" focus={company === ''} />
        <Entry label="E-mail address" name="email" type="email" autoComplete="username" focus={company !== ''} />
        <ProblemNotice problem={problem.value} />
        <button type="submit" class="btn btn-primary mt-2 w-full" style={{ height: '36px' }} disabled={busy.value}>
          Send the link
        </button>
      </form>
      <p q:slot="below">
        <a href={`/sign-in${company ? `?company=${encodeURIComponent(company)}` : ''}`}>Back to the sign-in</a>
      </p>
    </SignInCard>
  );
});

export const head: DocumentHead = { title: 'Forgotten password' };
