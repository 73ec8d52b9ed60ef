import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { ProviderDialog } from '~/components/account/provider-dialog';
import { ProviderList } from '~/components/account/provider-list';
import { EmptyState } from '~/components/ui/empty-state';
import { ListPage } from '~/components/ui/list-page';
import { type Answer, get } from '~/lib/api';
import type { IdentityProviderItem, Page } from '~/lib/api-types';
import { tenantOfSession } from '~/lib/session';

export const useProviders = routeLoader$(async (event) => {
  const answer = await get<{ items: IdentityProviderItem[] }>(event, '/api/v1/identity-providers');
  if (!answer.ok) event.status(answer.problem.status >= 400 ? answer.problem.status : 500);
  const company = tenantOfSession(event.request.headers.get('cookie')) ?? 'acme';
  const list: Answer<Page<IdentityProviderItem>> = answer.ok ? { ok: true, value: { items: answer.value.items, next_cursor: null } } : answer;
  return { answer: list, company, redirectUri: `${event.url.origin}/sign-in/callback/${company}` };
});

export default component$(() => {
  const { answer, company, redirectUri } = useProviders().value;
  return (
    <ListPage
      title="Sign-in"
      note={`how people sign in to ${company}`}
      what="identity providers"
      path="/identity-providers"
      actions={<ProviderDialog redirectUri={redirectUri} />}
      answer={answer}
      rows={(items) => <ProviderList providers={items} redirectUri={redirectUri} />}
      empty={
        <EmptyState heading="People sign in with address and password">
          <p>
            Add an identity provider, and they sign in with the account they have there: Google, Microsoft Entra, Okta, Keycloak and others by OpenID Connect,
            or whatever stands behind Cloudflare Access, SAML included.
          </p>
        </EmptyState>
      }
    />
  );
});

export const head: DocumentHead = { title: 'Sign-in' };
