import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import type { ProblemBody } from '#contracts/problems';
import { ProviderDialog } from '~/components/account/provider-dialog';
import { ProviderList } from '~/components/account/provider-list';
import { UserList } from '~/components/account/user-list';
import { PageHeader } from '~/components/ui/page-header';
import { Pager } from '~/components/ui/pager';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { failWith, get } from '~/lib/api';
import type { IdentityProviderItem, UserItem } from '~/lib/api-types';
import { getList } from '~/lib/list';
import { tenantOfSession } from '~/lib/session';

export const useSignInSettings = routeLoader$(async (event) => {
  const [providers, users, me] = await Promise.all([
    get<{ items: IdentityProviderItem[] }>(event, '/api/v1/identity-providers'),
    getList<UserItem>(event, '/api/v1/users'),
    get<{ user: UserItem | null }>(event, '/api/v1/auth/me'),
  ]);
  if (!providers.ok) failWith(event, providers.problem);
  const company = tenantOfSession(event.request.headers.get('cookie')) ?? 'acme';
  const self = me.ok ? me.value.user?.id : undefined;
  return { providers, users, self, company, redirectUri: `${event.url.origin}/sign-in/callback/${company}`, now: Date.now() };
});

const heading = 'flex min-h-14 items-center gap-3 px-3 pt-4 pb-2 sm:px-4';

export default component$(() => {
  const { providers, users, self, company, redirectUri, now } = useSignInSettings().value;
  if (!providers.ok || !users.ok) {
    const { problem } = (providers.ok ? users : providers) as { problem: ProblemBody };
    return (
      <ProblemPanel page="Sign-in" problem={problem} heading="How people sign in could not be loaded">
        <a class="btn btn-primary" href="/identity-providers">
          Try again
        </a>
      </ProblemPanel>
    );
  }
  return (
    <>
      <PageHeader title="Sign-in" note={`How people sign in to ${company}`} />
      <section aria-labelledby="providers" class="border-b border-line">
        <div class={heading}>
          <h2 id="providers" class="text-16 font-semibold">
            Identity providers
          </h2>
          <span class="ml-auto">
            <ProviderDialog redirectUri={redirectUri} />
          </span>
        </div>
        {providers.value.items.length === 0 ? (
          <p class="max-w-[640px] px-3 pb-6 text-13 text-text-2 sm:px-4">
            People sign in with address and password. Add a provider, and they sign in with the account they have there: Google, Microsoft Entra, Okta, Keycloak
            and others by OpenID Connect or SAML 2.0, or whatever stands behind Cloudflare Access.
          </p>
        ) : (
          <ProviderList providers={providers.value.items} redirectUri={redirectUri} now={now} />
        )}
      </section>
      <section aria-labelledby="accounts">
        <div class={heading}>
          <h2 id="accounts" class="text-16 font-semibold">
            Accounts
          </h2>
        </div>
        {users.value.items.length === 0 ? (
          <p class="max-w-[640px] px-3 pb-6 text-13 text-text-2 sm:px-4">
            Nobody has an account yet. The first one is made with the link that the start of the platform prints; everybody else is invited.
          </p>
        ) : (
          <UserList users={users.value.items} now={now} self={self} />
        )}
        <Pager next={users.value.next_cursor} />
      </section>
    </>
  );
});

export const head: DocumentHead = { title: 'Sign-in' };
