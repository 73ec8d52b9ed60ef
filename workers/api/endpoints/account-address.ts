/**
 * Changing the e-mail address of the own account.
 *
 * 1. It changes when the link that was mailed to the new address is followed, and not before.
 * 2. Whoever holds a stolen session changes nothing: the password is asked for, and a code where there is a second factor.
 * 3. The old address is told, so that its owner learns of it.
 */
import { changeAddressRequest, confirmAddressRequest } from '#contracts/api-identity';
import { Problem } from '#contracts/problems';
import { type AnyEndpoint, endpoint, publicEndpoint } from '#workers/api/endpoint';
import { personOf } from '#workers/api/person';
import { recordSignIn } from '#workers/api/signed-in-answer';
import { addressOf } from '#workers/door/client-address';
import { mailNewAddress, mailNotice } from '#workers/identity/account-mail';
import { admitAttempt, forgetAttempts } from '#workers/identity/attempts';
import { addressTokenHash } from '#workers/identity/link-tokens';
import { isPasswordOf } from '#workers/identity/password-sign-in';
import { publicOrigin } from '#workers/identity/public-origin';
import { useSecondFactor } from '#workers/identity/second-factor';

const TAG = 'Sign-in';
const HOUR_MS = 3_600_000;
/** Links to new addresses within an hour, of one account. */
const MAILS = 3;

const change = endpoint({
  route: 'POST /auth/email',
  tag: TAG,
  summary: 'Change the own e-mail address',
  description: 'A link goes to the new address; until it is followed the old one holds. It works once, for an hour; an earlier one ends.',
  body: changeAddressRequest,
  answers: { 202: { description: 'The link is on its way' } },
  problems: [
    'user_exists',
    'sign_in_failed',
    'second_factor_required',
    'second_factor_wrong',
    'rate_limited',
    'mail_limit',
    'mail_unavailable',
    'invalid_json',
  ],
  async handle(call) {
    const { env, stores, tenant, body, now, request } = call;
    const user = await personOf(call);
    await admitAttempt(stores.signInAttempts, { tenant, email: user.email, address: addressOf(request) }, now);
    if ((await stores.users.passwordHash(tenant, user.id)) !== null) {
      if (body.password === undefined || !(await isPasswordOf(env, tenant, user.id, body.password)))
        throw new Problem('sign_in_failed', 'The password is not right.');
    }
    if (user.second_factor) {
      if (body.code === undefined) throw new Problem('second_factor_required');
      await useSecondFactor(env, tenant, user, body.code, now);
    }
    await forgetAttempts(stores.signInAttempts, tenant, user.email);
    if (await stores.users.byEmail(tenant, body.email)) throw new Problem('user_exists', `There is an account with the address ${body.email}.`);
    if (!(await stores.signInAttempts.admit(tenant, `email:${user.id}`, now, HOUR_MS, MAILS)))
      throw new Problem('rate_limited', `A link to a new address is sent ${MAILS} times an hour. Try again later.`);
    await mailNewAddress(env, { tenant, user, origin: publicOrigin(env, request), now }, body.email);
    return { status: 202 };
  },
});

const confirm = publicEndpoint({
  route: 'POST /auth/email/confirm',
  tag: TAG,
  summary: 'Confirm a new e-mail address with the token of its link',
  description: 'The address is verified by it, and the one before is told.',
  body: confirmAddressRequest,
  answers: { 204: { description: 'Changed' } },
  problems: ['link_invalid', 'user_exists', 'invalid_json'],
  async handle(call) {
    const { env, stores, body, now } = call;
    const { company, email, token } = body;
    const id = await stores.signInTokens.take(company, 'email', await addressTokenHash(token, email), now);
    const user = id === null ? null : await stores.users.get(company, id);
    if (!user || user.disabled_at !== null) throw new Problem('link_invalid');
    if (!(await stores.users.readdress(company, user.id, email, now)))
      throw new Problem('user_exists', `There is an account with the address ${email} by now.`);
    await recordSignIn(call, company, { ...user, email }, { email }, 'change-address');
    call.waitUntil(mailNotice(env, { tenant: company, user, now }, `The address of your account was changed to ${email}`));
    return { status: 204 };
  },
});

export const accountAddressEndpoints: AnyEndpoint[] = [change, confirm];
