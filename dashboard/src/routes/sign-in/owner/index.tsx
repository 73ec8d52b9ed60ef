import { $, component$, useSignal } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import type { ProblemBody } from '#contracts/problems';
import { Entry, PASSWORD_HELP } from '~/components/sign-in/entry';
import { SignInCard } from '~/components/sign-in/sign-in-card';
import { valuesOf } from '~/components/ui/form-values';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { post } from '~/lib/api';

export const useOwner = routeLoader$(({ query }) => ({ company: query.get('company') ?? '', token: query.get('token') ?? '' }));

export default component$(() => {
  const { company, token } = useOwner().value;
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const make = $(async (_: Event, form: HTMLFormElement) => {
    const { text, typed } = valuesOf(form);
    busy.value = true;
    const answer = await post('/api/v1/auth/owner', { company, token, name: text('name'), email: text('email'), password: typed('password') });
    if (answer.ok) location.assign('/executions');
    else problem.value = answer.problem;
    busy.value = false;
  });
  return (
    <SignInCard title={`Make your account at ${company}`} intro="You become its owner, and invite everybody else. The link works once.">
      <form preventdefault:submit onSubmit$={make}>
        <Entry label="Name" name="name" autoComplete="name" maxLength={100} focus />
        <Entry label="E-mail address" name="email" type="email" autoComplete="username" help="We mail you a link to verify it." />
        <Entry label="Password" name="password" type="password" autoComplete="new-password" minLength={10} maxLength={200} help={PASSWORD_HELP} />
        <ProblemNotice problem={problem.value} />
        <button type="submit" class="btn btn-primary mt-2 w-full" style={{ height: '36px' }} disabled={busy.value}>
          Create account
        </button>
      </form>
      <p q:slot="below">
        <a href={`/sign-in?company=${encodeURIComponent(company)}`}>I have an account</a>
      </p>
    </SignInCard>
  );
});

export const head: DocumentHead = { title: 'Make your account' };
