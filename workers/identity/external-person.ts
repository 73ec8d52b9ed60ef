/**
 * Whom an identity provider has named, as a user of the company.
 *
 * 1. Known by the provider's own id for them; an address is only looked at the first time.
 * 2. An address counts when the provider vouches for it: it says so, or the company has said that the provider speaks for
 *    its domain. For an account that exists already, only the latter will do: else any provider could take it over.
 * 3. Nobody becomes a member by signing in unless the company has said with which role.
 */
import { COMPANY, type Role } from '#contracts/access';
import { emailSchema } from '#contracts/mail';
import { Problem } from '#contracts/problems';
import type { IdentityProvider, User } from '#storage/identity-ports';
import { newUser } from '#workers/identity/new-user';
import type { Stores } from '#workers/stores';

export interface ExternalPerson {
  /** The provider's id of them, which never changes. */
  subject: string;
  email?: string;
  /** Absent: the provider does not say. */
  email_verified?: boolean;
  name?: string;
}

/** `joined`: told of who has a role by it now. Throws Problem: not_invited, account_disabled. */
export async function userOfExternal(
  stores: Stores,
  tenant: string,
  provider: IdentityProvider,
  person: ExternalPerson,
  now: number,
  joined?: (user: User, role: Role) => Promise<void>,
): Promise<User> {
  const { settings } = provider;
  const email = emailSchema.safeParse(person.email?.toLowerCase()).data;
  const speaksForDomain = email !== undefined && settings.email_domains.includes(email.slice(email.lastIndexOf('@') + 1));
  if (settings.email_domains.length > 0 && !speaksForDomain) throw new Problem('not_invited', 'Addresses of your domain do not sign in this way.');
  const known = await stores.users.byIdentity(tenant, provider.id, person.subject);
  if (known) return usable(known);

  if (email === undefined) throw new Problem('not_invited', 'The identity provider told no e-mail address.');
  if (person.email_verified === false || (person.email_verified === undefined && !speaksForDomain)) {
    throw new Problem('not_invited', 'The identity provider does not vouch for your e-mail address.');
  }

  const existing = await stores.users.byEmail(tenant, email);
  if (existing) {
    if (!speaksForDomain) {
      throw new Problem(
        'not_invited',
        'There is an account with your address already. Sign in with its password, or ask an owner to list your domain at this provider.',
      );
    }
    const user = usable(existing);
    if (user.verified_at === null) await stores.users.verify(tenant, user.id, now);
    const cutShort = settings.auto_join_role !== null && user.last_sign_in_at === null && !(await stores.members.isMember(tenant, user.id));
    if (cutShort) {
      await giveRole(stores, tenant, user, provider.id, settings.auto_join_role!, now);
      await joined?.(user, settings.auto_join_role!);
    }
    await stores.users.link(tenant, provider.id, person.subject, user.id, now);
    return user;
  }
  if (settings.auto_join_role === null) throw new Problem('not_invited');
  const user = await join(stores, tenant, provider, { ...person, email }, now);
  await joined?.(user, settings.auto_join_role);
  return user;
}

async function join(
  stores: Stores,
  tenant: string,
  { id: provider, settings }: IdentityProvider,
  person: ExternalPerson & { email: string },
  now: number,
): Promise<User> {
  const { email, subject } = person;
  const name =
    (person.name ?? '')
      .replaceAll(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, 100) || email.split('@')[0]!;
  const user = newUser({ email, name, verified_at: now }, now);
  // Of two first sign-ins at the same moment one makes the account, the other finds it.
  if (!(await stores.users.create(tenant, user, null))) throw new Problem('provider_failed', 'The account was made at the same moment.');
  // The link comes last: a sign-in that was cut short is taken up by the address.
  await giveRole(stores, tenant, user, provider, settings.auto_join_role!, now);
  await stores.users.link(tenant, provider, subject, user.id, now);
  return user;
}

function giveRole(stores: Stores, tenant: string, { id: subject }: User, provider: string, role: Role, now: number) {
  return stores.members.put(tenant, { ...COMPANY, subject, role, created_at: now, created_by: `provider:${provider}` });
}

function usable(user: User): User {
  if (user.disabled_at !== null) throw new Problem('account_disabled');
  return user;
}
