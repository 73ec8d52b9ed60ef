/** How accounts begin: the first owner of a company by a link of the operator, everybody else by invitation. */
import { COMPANY } from '#contracts/access';
import {
  acceptInvitationRequest,
  firstOwnerRequest,
  invitationQuery,
  invitedSchema,
  ownerLinkRequest,
  ownerLinkSchema,
  signedInSchema,
} from '#contracts/api-identity';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { Invitation } from '#storage/access-ports';
import type { User } from '#storage/identity-ports';
import { readSession } from '#workers/api/auth';
import { type AnyEndpoint, endpoint, type PublicCall, publicEndpoint } from '#workers/api/endpoint';
import { requireCompany, wayOf } from '#workers/api/endpoints/auth';
import { assertOpen } from '#workers/api/named-company';
import { requireOwnOrigin } from '#workers/api/own-origin';
import { acceptedFacts, recordSignIn, signInBrowser, userView } from '#workers/api/signed-in-answer';
import { instant } from '#workers/api/views';
import { addressOf } from '#workers/door/client-address';
import { mailVerification } from '#workers/identity/account-mail';
import { admitAttempt, forgetAttempts } from '#workers/identity/attempts';
import { sha256Hex } from '#workers/identity/digest';
import { mayBringInvited } from '#workers/identity/external-person';
import { acceptInvitation, invitationOf } from '#workers/identity/invitations';
import { newLinkToken } from '#workers/identity/link-tokens';
import { newUser } from '#workers/identity/new-user';
import { personalWords, requireGoodPassword } from '#workers/identity/password-rules';
import { isPasswordOf } from '#workers/identity/password-sign-in';
import { passwords } from '#workers/identity/passwords';
import { publicOrigin } from '#workers/identity/public-origin';
import { useSecondFactor } from '#workers/identity/second-factor';
import type { Stores } from '#workers/stores';

const TAG = 'Sign-in';
const OWNER_LINK_MS = 7 * 24 * 3_600_000;

const ownerLink = endpoint({
  route: 'POST /auth/owner-link',
  tag: TAG,
  summary: 'Make the link for the first owner of a company',
  description: 'Whoever opens it makes an account that owns the company. It works once, for seven days; an earlier one ends.',
  body: ownerLinkRequest,
  answer: ownerLinkSchema,
  answers: { 201: { description: 'Made', schema: ownerLinkSchema } },
  problems: ['owner_exists', 'unknown_tenant', 'invalid_json'],
  anyTenant: true,
  async handle(call) {
    const { company } = call.body;
    await requireCompany(call, company);
    await assertOpen(call.env, company);
    if (await hasOwner(call.stores, company)) throw new Problem('owner_exists');
    const { token, hash } = await newLinkToken();
    const expires_at = call.now + OWNER_LINK_MS;
    await call.stores.signInTokens.create(company, { hash, kind: 'owner', subject: company, expires_at });
    const url = `${publicOrigin(call.env, call.request)}/sign-in/owner?company=${company}&token=${token}`;
    return { body: { url, expires_at: instant(expires_at) } };
  },
});

const firstOwner = publicEndpoint({
  route: 'POST /auth/owner',
  weight: 'medium',
  tag: TAG,
  summary: 'Make the account of the first owner',
  description: 'Signs the browser in, and mails a link to verify the address.',
  body: firstOwnerRequest,
  answer: signedInSchema,
  answers: { 201: { description: 'Made, and signed in', schema: signedInSchema } },
  problems: ['link_invalid', 'weak_password', 'owner_exists', 'user_exists', 'forbidden', 'invalid_json'],
  async handle(call) {
    const { stores, body, now, env, request } = call;
    const { company, token, email, name, password } = body;
    requireOwnOrigin(request);
    const hash = await sha256Hex(token);
    if ((await stores.signInTokens.peek(company, 'owner', hash, now)) === null) throw new Problem('link_invalid');
    requireGoodPassword(password, personalWords(company, email, name));
    if (await hasOwner(stores, company)) throw new Problem('owner_exists');
    const user = newUser({ email, name, verified_at: null }, now);
    if (!(await stores.users.create(company, user, await passwords.hash(password))))
      throw new Problem('user_exists', `There is an account of ${email}. Sign in with it.`);
    // The link ends last: cut short before, it still leads to an owner, or says that there is one.
    await stores.members.put(company, { ...COMPANY, subject: user.id, role: 'owner', created_at: now, created_by: 'admin' });
    if ((await stores.signInTokens.take(company, 'owner', hash, now)) === null) {
      await stores.members.removeSubject(company, user.id);
      await stores.users.remove(company, user.id);
      throw new Problem('link_invalid');
    }
    const mailed = await mailVerification(env, { tenant: company, user, origin: publicOrigin(env, request), now }).then(
      () => true,
      () => false,
    );
    // Where no mail can be sent nobody could ever verify it; the operator's link has to do.
    if (!mailed) await stores.users.verify(company, user.id, now);
    await recordSignIn(call, company, user, { role: 'owner', level: 'company' }, 'first-owner');
    const headers = await signInBrowser(call, company, user, 'owner-link');
    return Response.json({ user: userView({ ...user, verified_at: mailed ? null : now, last_sign_in_at: now }) }, { status: 201, headers });
  },
});

const invited = publicEndpoint({
  route: 'GET /auth/invitation',
  tag: TAG,
  summary: 'Look at an invitation with the token of its link',
  query: invitationQuery,
  answer: invitedSchema,
  answers: { 200: { description: 'To what it invites', schema: invitedSchema } },
  problems: ['link_invalid', 'unknown_tenant'],
  async handle(call) {
    const { company, token } = call.query;
    await requireCompany(call, company);
    const invitation = await invitationOf(call.env, company, token, call.now);
    if (!invitation) throw new Problem('link_invalid');
    const { email, role, level, expires_at } = invitation;
    const tenant = await call.stores.tenants.get(company);
    const account = await call.stores.users.byEmail(company, email);
    const actor = account && (await readSession(call.request, call.env, call.waitUntil));
    const providers = (await call.stores.identityProviders.list(company)).filter((provider) => mayBringInvited(provider, email, account !== null));
    return {
      body: {
        email,
        role,
        level,
        company,
        company_name: tenant?.name ?? company,
        expires_at: instant(expires_at),
        account: account !== null,
        has_password: account !== null && (await call.stores.users.passwordHash(company, account.id)) !== null,
        signed_in: actor?.tenant === company && actor.id === account?.id,
        providers: providers.map((provider) => wayOf(provider, company)),
      },
    };
  },
});

const accept = publicEndpoint({
  route: 'POST /auth/invitation',
  weight: 'medium',
  tag: TAG,
  summary: 'Accept an invitation',
  description: 'Makes an account, or takes the password of the one that is there. Signs the browser in.',
  body: acceptInvitationRequest,
  answer: signedInSchema,
  answers: { 200: { description: 'Accepted, and signed in', schema: signedInSchema } },
  problems: [
    'link_invalid',
    'weak_password',
    'sign_in_failed',
    'second_factor_required',
    'second_factor_wrong',
    'account_disabled',
    'user_exists',
    'rate_limited',
    'forbidden',
    'invalid_json',
  ],
  async handle(call) {
    const { stores, body, now, env, request } = call;
    const { company, token } = body;
    requireOwnOrigin(request);
    const invitation = await invitationOf(env, company, token, now);
    if (!invitation) throw new Problem('link_invalid');
    const existing = await stores.users.byEmail(company, invitation.email);
    const user = existing ? await knownPerson(call, existing) : await newPerson(call, invitation);
    if (!(await acceptInvitation(env, company, token, user.id, now))) {
      if (!existing) await stores.users.remove(company, user.id);
      throw new Problem('link_invalid');
    }
    await recordSignIn(call, company, user, acceptedFacts(invitation), 'accept-invitation');
    const headers = await signInBrowser(call, company, user, 'invitation');
    return Response.json({ user: userView({ ...user, last_sign_in_at: now }) }, { headers });
  },
});

export const accountBeginningEndpoints: AnyEndpoint[] = [ownerLink, firstOwner, invited, accept];

type Accepting = PublicCall<unknown, { company: string; name?: string; password?: string; code?: string }>;

/** Whoever is signed in as the invited person already needs no password. */
async function knownPerson(call: Accepting, user: User): Promise<User> {
  const { stores, body, now, env, request } = call;
  const { company: tenant } = body;
  if (user.disabled_at !== null) throw new Problem('account_disabled');
  const actor = await readSession(request, env, call.waitUntil);
  if (actor?.tenant !== tenant || actor.id !== user.id) {
    await admitAttempt(stores.signInAttempts, { tenant, email: user.email, address: addressOf(request) }, now);
    if (body.password === undefined || !(await isPasswordOf(env, tenant, user.id, body.password))) {
      throw new Problem('sign_in_failed', 'The password is not right.');
    }
    if (user.second_factor) {
      if (body.code === undefined) throw new Problem('second_factor_required');
      await useSecondFactor(env, tenant, user, body.code, now);
    }
    await forgetAttempts(stores.signInAttempts, tenant, user.email);
  }
  // The link came by mail.
  if (user.verified_at === null) await stores.users.verify(tenant, user.id, now);
  return { ...user, verified_at: user.verified_at ?? now };
}

async function newPerson({ stores, body, now }: Accepting, { email }: Invitation): Promise<User> {
  const { company, name, password } = body;
  if (name === undefined || password === undefined) {
    const missing = name === undefined ? 'name' : 'password';
    throw new Problem('invalid_request', `${missing}: a new account has one`, {
      errors: [{ code: 'required', message: 'a new account has one', path: missing }],
    });
  }
  requireGoodPassword(password, personalWords(company, email, name));
  const user = newUser({ email, name, verified_at: now }, now);
  if (!(await stores.users.create(company, user, await passwords.hash(password))))
    throw new Problem('user_exists', 'The account was made at the same moment. Try again.');
  return user;
}

/** A person; keys and the operator do not count. */
async function hasOwner(stores: Stores, company: string): Promise<boolean> {
  const { items } = await stores.members.list(company, COMPANY, { limit: LIMITS.listMax });
  return items.some(({ role, subject }) => role === 'owner' && subject.startsWith('usr_'));
}
