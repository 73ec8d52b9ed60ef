import { $, component$, useSignal } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import type { ProblemBody } from '#contracts/problems';
import { Entry, PASSWORD_HELP } from '~/components/sign-in/entry';
import { SignInCard } from '~/components/sign-in/sign-in-card';
import { valuesOf } from '~/components/ui/form-values';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { send } from '~/lib/api';

export const useReset = routeLoader$(({ query }) => ({ company: query.get('company') ?? '', token: query.get('token') ?? '' }));

export default component$(() => {
  const { company, token } = useReset().value;
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const isSet = useSignal(false);
  const signIn = `/sign-in?company=${encodeURIComponent(company)}`;
  const save = $(async (_: Event, form: HTMLFormElement) => {
    busy.value = true;
    problem.value = await send('POST', '/api/v1/auth/password/reset', { company, token, password: valuesOf(form).typed('password') });
    busy.value = false;
    isSet.value = !problem.value;
  });
  if (isSet.value) {
    return (
      <SignInCard title="Your new password is set">
        <p class="mb-5 text-text-2" role="status">
          You have been signed out everywhere.
        </p>
        <a class="btn btn-primary w-full" style={{ height: '36px' }} href={signIn}>
          Sign in
        </a>
      </SignInCard>
    );
  }
  return (
    <SignInCard title="Set a new password" intro="It signs you out everywhere.">
      <form preventdefault:submit onSubmit$={save}>
        <Entry label="New password" name="password" type="password" autoComplete="new-password" minLength={10} maxLength={200} help={PASSWORD_HELP} focus />
        <ProblemNotice problem={problem.value} />
        <button type="submit" class="btn btn-primary mt-2 w-full" style={{ height: '36px' }} disabled={busy.value}>
          Set password
        </button>
      </form>
      <p q:slot="below">
        <a href={`/sign-in/forgot?company=${encodeURIComponent(company)}`}>Ask for another link</a>
      </p>
    </SignInCard>
  );
});

export const head: DocumentHead = { title: 'New password' };
