/**
 * Whom an identity provider has named, as a user of the company.
 *
 * 1. Known by the provider's own id for them; an address is only looked at the first time.
 * 2. An address counts when the provider vouches for it: it says so, or the company has said that the provider speaks for
 *    its domain. For an account that exists already, only the latter will do: else any provider could take it over.
 * 3. Nobody becomes a member by signing in unless the company has said with which role: for all who come, or in an
 *    invitation to their address. Coming by the provider accepts it, as the link in the mail would: that shows no more
 *    than whose the address is, and a password for it they do not want.
 */
import { COMPANY, type Role } from '#contracts/access';
import { emailSchema } from '#contracts/mail';
import { Problem } from '#contracts/problems';
import type { Invitation } from '#storage/access-ports';
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

/** Told of who has a role by signing in, and by what. */
export interface RoleNews {
  joined(user: User, role: Role): Promise<void>;
  accepted(user: User, invitation: Invitation): Promise<void>;
}

/** Throws Problem: not_invited, account_disabled. */
export async function userOfExternal(
  stores: Stores,
  tenant: string,
  provider: IdentityProvider,
  person: ExternalPerson,
  now: number,
  news?: RoleNews,
): Promise<User> {
  const { settings } = provider;
  const email = emailSchema.safeParse(person.email?.toLowerCase()).data;
  const speaksForDomain = email !== undefined && settings.email_domains.includes(domainOf(email));
  if (settings.email_domains.length > 0 && !speaksForDomain) throw new Problem('not_invited', 'Addresses of your domain do not sign in this way.');
  const known = await stores.users.byIdentity(tenant, provider.id, person.subject);
  if (known) {
    const user = usable(known);
    const isVouchedFor = email === user.email && (speaksForDomain || person.email_verified === true);
    if (isVouchedFor) await takeInvitations(stores, tenant, user, now, news);
    return user;
  }

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
      await news?.joined(user, settings.auto_join_role!);
    }
    await takeInvitations(stores, tenant, user, now, news);
    await stores.users.link(tenant, provider.id, person.subject, user.id, now);
    return user;
  }
  if (settings.auto_join_role === null && !(await stores.invitations.isInvited(tenant, email, now))) throw new Problem('not_invited');
  const user = await join(stores, tenant, provider, { ...person, email }, now);
  if (settings.auto_join_role !== null) await news?.joined(user, settings.auto_join_role);
  const taken = await takeInvitations(stores, tenant, user, now, news);
  if (settings.auto_join_role === null && taken === 0) {
    // Withdrawn at the same moment.
    await stores.users.remove(tenant, user.id);
    throw new Problem('not_invited');
  }
  return user;
}

/** Whether a sign-in by this provider can accept an invitation to the address: for an account that is there, it has to speak for the domain. */
export function mayBringInvited({ settings }: IdentityProvider, email: string, hasAccount: boolean): boolean {
  if (!settings.enabled) return false;
  return settings.email_domains.length === 0 ? !hasAccount : settings.email_domains.includes(domainOf(email));
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1);
}

/** How many there were. */
async function takeInvitations(stores: Stores, tenant: string, user: User, now: number, news: RoleNews | undefined): Promise<number> {
  const taken = await stores.invitations.acceptOf(tenant, user.email, user.id, now);
  for (const invitation of taken) await news?.accepted(user, invitation);
  return taken.length;
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
  if (settings.auto_join_role !== null) await giveRole(stores, tenant, user, provider, settings.auto_join_role, now);
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
