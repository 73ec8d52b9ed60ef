import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { MailedLink } from '~/components/sign-in/mailed-link';

export const useNewAddress = routeLoader$(({ query }) => ({
  company: query.get('company') ?? '',
  email: query.get('email') ?? '',
  token: query.get('token') ?? '',
}));

export default component$(() => {
  const { company, email, token } = useNewAddress().value;
  return (
    <MailedLink
      title="Confirm your new address"
      intro={`Your account at ${company || 'the company'} has the address ${email || 'of this mail'} from then on.`}
      verb="Confirm address"
      path="/api/v1/auth/email/confirm"
      body={{ company, email, token }}
      otherwise="Should the link not work any more, ask for another one on the page Account."
      done={{ title: 'Your address is changed', href: '/account', link: 'Go to your account' }}
    />
  );
});

export const head: DocumentHead = { title: 'Confirm your new address' };
