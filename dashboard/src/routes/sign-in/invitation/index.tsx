import { $, component$, useSignal } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import type { ProblemBody } from '#contracts/problems';
import { Entry, PASSWORD_HELP } from '~/components/sign-in/entry';
import { ProviderLinks } from '~/components/sign-in/provider-links';
import { SignInCard } from '~/components/sign-in/sign-in-card';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { get, post } from '~/lib/api';
import type { InvitedItem } from '~/lib/api-types';

export const useInvitation = routeLoader$(async (event) => {
  const company = event.query.get('company') ?? '';
  const token = event.query.get('token') ?? '';
  const answer = await get<InvitedItem>(event, `/api/v1/auth/invitation?${new URLSearchParams({ company, token })}`);
  return { company, token, answer };
});

const PLACES: Record<string, string> = { company: '', organization: ' in one of its organizations', project: ' in one of its projects' };

export default component$(() => {
  const { company, token, answer } = useInvitation().value;
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const needsCode = useSignal(false);
  const accept = $(async (_: Event, form: HTMLFormElement) => {
    const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''));
    busy.value = true;
    const accepted = await post('/api/v1/auth/invitation', { company, token, ...fields });
    if (accepted.ok) {
      location.assign('/executions');
      return;
    }
    busy.value = false;
    problem.value = accepted.problem;
    if (accepted.problem.code === 'second_factor_required') needsCode.value = true;
  });
  if (!answer.ok) {
    return (
      <SignInCard title="This invitation does not hold any more">
        <p class="mt-2 text-text-2">
          It was accepted, withdrawn or has expired, or a newer one was sent. Ask whoever invited you for another. Have you accepted it already?
        </p>
        <a class="btn btn-primary mt-5 w-full" style={{ height: '36px' }} href={`/sign-in?company=${encodeURIComponent(company)}`}>
          Sign in
        </a>
      </SignInCard>
    );
  }
  const { email, role, level, company_name, account, has_password, signed_in, providers } = answer.value;
  const byPassword = !signed_in && (!account || has_password);
  const isStuck = !signed_in && !byPassword && providers.length === 0;
  return (
    <SignInCard title={`Join ${company_name}`} intro={`You are invited as ${role}${PLACES[level] ?? ''}.`}>
      <p class="mb-4">
        <span class="mb-1 block text-13 font-medium">E-mail address</span>
        <span class="mono text-13 break-all">{email}</span>
      </p>
      {!signed_in && (
        <ProviderLinks providers={providers} verb="Accept with" or={byPassword ? (account ? 'or with your password' : 'or with a password') : undefined} />
      )}
      {isStuck && (
        <p class="mb-4 text-text-2">
          Your account has no password, and no identity provider signs it in. Set a password, then open the link of the invitation again.
        </p>
      )}
      {(signed_in || byPassword) && (
        <form preventdefault:submit onSubmit$={accept}>
          {signed_in && <p class="mb-4 text-text-2">You are signed in with this address.</p>}
          {byPassword && account && <Entry label="Password of your account" name="password" type="password" autoComplete="current-password" focus />}
          {byPassword && !account && (
            <>
              <Entry label="Name" name="name" autoComplete="name" maxLength={100} focus />
              <Entry label="Password" name="password" type="password" autoComplete="new-password" minLength={10} maxLength={200} help={PASSWORD_HELP} />
            </>
          )}
          {needsCode.value && <Entry label="Code" name="code" autoComplete="one-time-code" mono help="Six digits of your authenticator, or a recovery code." />}
          <ProblemNotice problem={problem.value} />
          <button type="submit" class="btn btn-primary mt-2 w-full" style={{ height: '36px' }} disabled={busy.value}>
            Accept invitation
          </button>
        </form>
      )}
      {account && !signed_in && (
        <p q:slot="below">
          <a href={`/sign-in/forgot?company=${encodeURIComponent(company)}`}>{has_password ? 'Forgot your password?' : 'Set a password'}</a>
        </p>
      )}
    </SignInCard>
  );
});

export const head: DocumentHead = { title: 'Invitation' };
