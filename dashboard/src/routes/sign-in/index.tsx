import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { KeyForm } from '~/components/sign-in/key-form';
import { PasswordForm } from '~/components/sign-in/password-form';
import { ProviderLinks } from '~/components/sign-in/provider-links';
import { SignInCard } from '~/components/sign-in/sign-in-card';
import { get } from '~/lib/api';
import type { SignInWays } from '~/lib/api-types';
import { keepReturnPath, safePath } from '~/lib/return-path';

const MESSAGES: Record<string, string> = {
  unauthenticated: 'That key was not accepted. Check that it was copied whole, without spaces, and that it has not been revoked.',
  forbidden: 'A link with a key signs in from the address bar only, not from another page. Copy it there, or enter the key here.',
  unknown_tenant: 'There is no such company here. Check its name.',
  tenant_closed: 'The company is being erased. Nobody signs in to it any more.',
  tenant_moving: 'The company is being moved to another region. Try again in a moment.',
  expired: 'Your session has ended. Sign in again to go on where you were.',
  not_invited: 'The identity provider knows you, but the company has not invited you. Ask one of its admins for an invitation.',
  account_disabled: 'Your account is disabled. An admin of the company can enable it.',
  provider_failed: 'The identity provider did not do its part. Try again; tell an owner of the company if it stays.',
  answer_refused: 'What the identity provider sent is not valid here. Try again; if it stays, an owner of the company finds the reason in the audit log.',
  unknown_provider: 'The company does not sign people in this way any more.',
  rate_limited: 'Too many have tried to sign in from here just now. Try again in a minute.',
  sign_in_failed: 'The sign-in was not finished, or took too long. Try again.',
};

export const useSignIn = routeLoader$(async (event) => {
  const { query, platform, cookie, url } = event;
  keepReturnPath(cookie, safePath(query.get('next')));
  const byKey = query.get('by') === 'key';
  const remembered = cookie.get('wf_company')?.value;
  const company = query.get('company') ?? '';
  // The address names the company, so that the region of the company answers.
  if (!byKey && company === '' && remembered && /^[a-z0-9-]{1,63}$/.test(remembered)) {
    const target = new URL(url);
    target.searchParams.set('company', remembered);
    throw event.redirect(302, target.pathname + target.search);
  }
  const ways = company === '' ? undefined : await get<SignInWays>(event, `/api/v1/auth/ways?company=${encodeURIComponent(company)}`);
  const error = query.get('error') ?? (ways && !ways.ok ? ways.problem.code : undefined);
  return {
    byKey,
    company,
    email: query.get('email') ?? undefined,
    tenant: query.get('tenant') ?? '',
    error: error ? (MESSAGES[error] ?? 'Signing in did not work. Try again.') : undefined,
    providers: ways?.ok ? ways.value.providers : [],
    local: platform.env.MODE === 'local',
  };
});

export default component$(() => {
  const { byKey, company, email, tenant, error, providers, local } = useSignIn().value;
  if (byKey) {
    return (
      <SignInCard title="Sign in" intro="Use a key of your company, or the operator's key.">
        <KeyForm tenant={tenant} error={error} local={local} />
        <p q:slot="below">
          <a href="/sign-in">Sign in with address and password</a>
        </p>
      </SignInCard>
    );
  }
  return (
    <SignInCard title="Sign in">
      {error && (
        <p class="notice notice-bad mt-2" role="alert">
          {error}
        </p>
      )}
      <ProviderLinks providers={providers} verb="Sign in with" or="or with your password" />
      <div class={providers.length > 0 ? '' : 'mt-4'}>
        <PasswordForm company={company} email={email} />
      </div>
      <p q:slot="below" class="flex flex-wrap justify-between gap-x-4 gap-y-1">
        <a href={`/sign-in/forgot${company ? `?company=${encodeURIComponent(company)}` : ''}`}>Forgot your password?</a>
        <a href="/sign-in?by=key">Sign in with a key</a>
      </p>
    </SignInCard>
  );
});

export const head: DocumentHead = { title: 'Sign in' };
