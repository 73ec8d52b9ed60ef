/**
 * Addresses and passwords of accounts: verifying the one, changing and resetting the other.
 *
 * 1. What is asked for an address is answered alike whether there is an account or not, and before anybody looks.
 * 2. A new password ends every other session of the account.
 */
import { addressRequest, changePasswordRequest, resetRequest, verifyRequest } from '#contracts/api-identity';
import { Problem } from '#contracts/problems';
import type { User } from '#storage/identity-ports';
import { type AnyEndpoint, endpoint, type PublicCall, publicEndpoint } from '#workers/api/endpoint';
import { requireCompany } from '#workers/api/endpoints/auth';
import { personOf } from '#workers/api/person';
import { recordSignIn } from '#workers/api/signed-in-answer';
import { addressOf } from '#workers/door/client-address';
import { mailNotice, mailReset, mailVerification, type Recipient } from '#workers/identity/account-mail';
import { admitAttempt, forgetAttempts } from '#workers/identity/attempts';
import { sha256Hex } from '#workers/identity/digest';
import { personalWords, requireGoodPassword } from '#workers/identity/password-rules';
import { isPasswordOf } from '#workers/identity/password-sign-in';
import { passwords } from '#workers/identity/passwords';
import { publicOrigin } from '#workers/identity/public-origin';
import { mailTransportOf } from '#workers/mail/transport';

const TAG = 'Sign-in';
const HOUR_MS = 3_600_000;
/** Mails of one kind to one address within an hour. */
const MAILS = 3;
const ASKED = 'Taken. When there is such an account, a mail is on its way';

const sendVerification = publicEndpoint({
  route: 'POST /auth/verify/send',
  weight: 'medium',
  tag: TAG,
  summary: 'Ask for a link to verify an address',
  body: addressRequest,
  answers: { 202: { description: ASKED } },
  problems: ['unknown_tenant', 'mail_unavailable', 'invalid_json'],
  handle: (call) => mailTo(call, 'verify', (user) => user.verified_at === null, mailVerification),
});

const verify = publicEndpoint({
  route: 'POST /auth/verify',
  tag: TAG,
  summary: 'Verify an address with the token of its link',
  body: verifyRequest,
  answers: { 204: { description: 'Verified' } },
  problems: ['link_invalid', 'invalid_json'],
  async handle(call) {
    const { company, token } = call.body;
    const id = await call.stores.signInTokens.take(company, 'verify', await sha256Hex(token), call.now);
    const user = id === null ? null : await call.stores.users.get(company, id);
    if (!user) throw new Problem('link_invalid');
    await call.stores.users.verify(company, user.id, call.now);
    await recordSignIn(call, company, user, { email: user.email }, 'verify-address');
    return { status: 204 };
  },
});

const forgot = publicEndpoint({
  route: 'POST /auth/password/forgot',
  weight: 'medium',
  tag: TAG,
  summary: 'Ask for a link to set a new password',
  body: addressRequest,
  answers: { 202: { description: ASKED } },
  problems: ['unknown_tenant', 'mail_unavailable', 'invalid_json'],
  handle: (call) => mailTo(call, 'reset', (user) => user.disabled_at === null, mailReset),
});

const reset = publicEndpoint({
  route: 'POST /auth/password/reset',
  weight: 'medium',
  tag: TAG,
  summary: 'Set a new password with the token of a link',
  description: 'It verifies the address as well, and ends all sessions of the account.',
  body: resetRequest,
  answers: { 204: { description: 'Set' } },
  problems: ['link_invalid', 'weak_password', 'invalid_json'],
  async handle(call) {
    const { stores, now, body } = call;
    const { company, token, password } = body;
    const hash = await sha256Hex(token);
    const known = await stores.signInTokens.peek(company, 'reset', hash, now);
    const user = known === null ? null : await stores.users.get(company, known);
    if (!user) throw new Problem('link_invalid');
    requireGoodPassword(password, personalWords(company, user.email, user.name));
    if ((await stores.signInTokens.take(company, 'reset', hash, now)) === null) throw new Problem('link_invalid');
    await stores.users.setPassword(company, user.id, await passwords.hash(password));
    if (user.verified_at === null) await stores.users.verify(company, user.id, now);
    await stores.sessions.removeOthers(company, user.id, null);
    await forgetAttempts(stores.signInAttempts, company, user.email);
    await recordSignIn(call, company, user, {}, 'reset-password');
    return { status: 204 };
  },
});

const change = endpoint({
  route: 'PUT /auth/password',
  weight: 'ending',
  tag: TAG,
  summary: 'Change the own password',
  description: 'It ends every other session of the account.',
  body: changePasswordRequest,
  answers: { 204: { description: 'Changed' } },
  problems: ['sign_in_failed', 'weak_password', 'rate_limited', 'invalid_json'],
  async handle(call) {
    const { tenant, stores, body, env, request, now, actor } = call;
    const user = await personOf(call);
    if ((await stores.users.passwordHash(tenant, user.id)) !== null) {
      await admitAttempt(stores.signInAttempts, { tenant, email: user.email, address: addressOf(request) }, now);
      if (body.current === undefined || !(await isPasswordOf(env, tenant, user.id, body.current))) {
        throw new Problem('sign_in_failed', 'The present password is not right.');
      }
      await forgetAttempts(stores.signInAttempts, tenant, user.email);
    }
    requireGoodPassword(body.password, personalWords(tenant, user.email, user.name));
    await stores.users.setPassword(tenant, user.id, await passwords.hash(body.password));
    await stores.sessions.removeOthers(tenant, user.id, actor.session_id ?? null);
    call.waitUntil(mailNotice(env, { tenant, user, now }, 'Your password was changed'));
    return { status: 204 };
  },
});

export const accountPasswordEndpoints: AnyEndpoint[] = [sendVerification, verify, forgot, reset, change];

type AddressCall = PublicCall<unknown, { company: string; email: string }>;

/** The mail is made beside the answer, so that the time taken says nothing either. */
async function mailTo(
  call: AddressCall,
  kind: string,
  isFor: (user: User) => boolean,
  mail: (env: AddressCall['env'], recipient: Recipient) => Promise<void>,
): Promise<{ status: 202 }> {
  const { env, stores, now, request, body } = call;
  const { company: tenant, email } = body;
  await requireCompany(call, tenant);
  mailTransportOf(env);
  const prepare = async () => {
    if (!(await stores.signInAttempts.admit(tenant, `${kind}:${(await sha256Hex(email)).slice(0, 32)}`, now, HOUR_MS, MAILS))) return;
    const user = await stores.users.byEmail(tenant, email);
    if (user && isFor(user)) await mail(env, { tenant, user, origin: publicOrigin(env, request), now });
  };
  call.waitUntil(prepare().catch((error) => console.error(JSON.stringify({ level: 'error', message: `${kind} mail: ${String(error)}`, tenant }))));
  return { status: 202 };
}
