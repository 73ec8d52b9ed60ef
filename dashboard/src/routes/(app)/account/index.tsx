import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { AddressSection } from '~/components/account/address-section';
import { PasswordSection } from '~/components/account/password-section';
import { Profile } from '~/components/account/profile';
import { SecondFactor } from '~/components/account/second-factor';
import { SessionList } from '~/components/account/session-list';
import { EmptyState } from '~/components/ui/empty-state';
import { PageHeader } from '~/components/ui/page-header';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { get } from '~/lib/api';
import type { SecondFactorItem, SessionItem, UserItem } from '~/lib/api-types';

interface Me {
  company: string;
  by: string;
  user: UserItem | null;
  needs_second_factor: boolean;
}

export const useAccount = routeLoader$(async (event) => {
  const me = await get<Me>(event, '/api/v1/auth/me');
  if (!me.ok || me.value.user === null) return { me, now: Date.now() };
  const [factor, sessions] = await Promise.all([
    get<SecondFactorItem>(event, '/api/v1/auth/second-factor'),
    get<{ items: SessionItem[] }>(event, '/api/v1/auth/sessions'),
  ]);
  return { me, factor, sessions, now: Date.now() };
});

export default component$(() => {
  const { me, factor, sessions, now } = useAccount().value;
  const failed = [me, factor, sessions].find((answer) => answer && !answer.ok);
  if (failed && !failed.ok) {
    return (
      <ProblemPanel page="Account" problem={failed.problem} heading="Your account could not be loaded">
        <a class="btn btn-primary" href="/account">
          Try again
        </a>
      </ProblemPanel>
    );
  }
  if (!me.ok) return null;
  const { user, company, by, needs_second_factor } = me.value;
  return (
    <>
      <PageHeader title="Account" note={`Your account at ${company}`} />
      {needs_second_factor && (
        <div class="border-b border-line px-3 py-4 sm:px-4">
          <p class="notice max-w-[640px]" role="status">
            {company} asks everybody who signs in with a password for a second factor. Set yours up below, under Second factor; then go on to{' '}
            <a href="/executions">Executions</a>.
          </p>
        </div>
      )}
      {user && factor?.ok && sessions?.ok ? (
        <>
          <Profile user={user} company={company} />
          <AddressSection secondFactor={user.second_factor} />
          <PasswordSection email={user.email} />
          <SecondFactor factor={factor.value} />
          <SessionList sessions={sessions.value.items} now={now} />
        </>
      ) : (
        <EmptyState heading="You are signed in with a key">
          <p>
            A key has no account: no password, no second factor, no sessions to end. The audit log names you <code class="mono text-12">{by}</code>. Sign in
            with address and password to have an account of your own.
          </p>
        </EmptyState>
      )}
    </>
  );
});

export const head: DocumentHead = { title: 'Account' };
