import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { MailedLink } from '~/components/sign-in/mailed-link';

export const useVerify = routeLoader$(({ query }) => ({ company: query.get('company') ?? '', token: query.get('token') ?? '' }));

export default component$(() => {
  const { company, token } = useVerify().value;
  return (
    <MailedLink
      title="Verify your address"
      intro={`It shows that the address of your account at ${company || 'the company'} is yours.`}
      verb="Verify address"
      path="/api/v1/auth/verify"
      body={{ company, token }}
      otherwise="Signing in with your password sends another link, should this one not work any more."
      done={{ title: 'Your address is verified', href: `/sign-in?company=${encodeURIComponent(company)}`, link: 'Sign in' }}
    />
  );
});

export const head: DocumentHead = { title: 'Verify your address' };
