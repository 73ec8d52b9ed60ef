/** The second factor of the own account. */
import { codeRequest, enrolledSchema, enrolRequest, recoveryCodesSchema, secondFactorSchema } from '#contracts/api-identity';
import { Problem } from '#contracts/problems';
import type { User } from '#storage/identity-ports';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { personOf } from '#workers/api/person';
import { addressOf } from '#workers/door/client-address';
import { mailNotice } from '#workers/identity/account-mail';
import { admitAttempt, forgetAttempts } from '#workers/identity/attempts';
import { isPasswordOf } from '#workers/identity/password-sign-in';
import { beginSecondFactor, confirmSecondFactor, renewRecoveryCodes, useSecondFactor } from '#workers/identity/second-factor';

const TAG = 'Sign-in';

const show = endpoint({
  route: 'GET /auth/second-factor',
  tag: TAG,
  summary: 'Look at the own second factor',
  answer: secondFactorSchema,
  answers: { 200: { description: 'Whether there is one', schema: secondFactorSchema } },
  async handle(call) {
    const user = await personOf(call);
    const recovery_codes_left = user.second_factor ? await call.stores.secondFactors.codesLeft(call.tenant, user.id) : 0;
    return { body: { enabled: user.second_factor, recovery_codes_left } };
  },
});

const enrol = endpoint({
  route: 'POST /auth/second-factor',
  tag: TAG,
  summary: 'Begin a second factor',
  description: 'A secret for an authenticator, shown this once. It counts once a code of it was confirmed.',
  body: enrolRequest,
  answer: enrolledSchema,
  answers: { 201: { description: 'The secret', schema: enrolledSchema } },
  problems: ['second_factor_exists', 'sign_in_failed', 'rate_limited', 'secrets_unavailable', 'invalid_json'],
  async handle(call) {
    const { tenant, env, body, stores } = call;
    const user = await personOf(call);
    if ((await stores.users.passwordHash(tenant, user.id)) !== null) {
      await counted(call, user, async () => {
        if (body.password === undefined || !(await isPasswordOf(env, tenant, user.id, body.password)))
          throw new Problem('sign_in_failed', 'The password is not right.');
      });
    }
    return { body: await beginSecondFactor(env, tenant, user) };
  },
});

const confirm = endpoint({
  route: 'POST /auth/second-factor/confirm',
  tag: TAG,
  summary: 'Confirm the second factor',
  description: 'From now on a code is asked for at every sign-in with the password. The recovery codes are shown this once.',
  body: codeRequest,
  answer: recoveryCodesSchema,
  answers: { 200: { description: 'It holds', schema: recoveryCodesSchema } },
  problems: ['second_factor_wrong', 'second_factor_exists', 'no_second_factor', 'rate_limited', 'invalid_json'],
  async handle(call) {
    const { tenant, env, body, now } = call;
    const user = await personOf(call);
    const recovery_codes = await counted(call, user, () => confirmSecondFactor(env, tenant, user, body.code, now));
    call.waitUntil(mailNotice(env, { tenant, user, now }, 'Your account has a second factor now'));
    // Not in the audit log: its entry takes nothing of an answer but an id.
    return { body: { recovery_codes } };
  },
});

const remove = endpoint({
  route: 'POST /auth/second-factor/remove',
  tag: TAG,
  summary: 'Take the second factor away',
  body: codeRequest,
  answers: { 204: { description: 'Taken away' } },
  problems: ['second_factor_wrong', 'no_second_factor', 'rate_limited', 'invalid_json'],
  async handle(call) {
    const { tenant, env, now, stores } = call;
    const user = await withCode(call);
    await stores.secondFactors.remove(tenant, user.id);
    call.waitUntil(mailNotice(env, { tenant, user, now }, 'The second factor of your account was taken away'));
    return { status: 204 };
  },
});

const recoveryCodes = endpoint({
  route: 'POST /auth/second-factor/recovery-codes',
  tag: TAG,
  summary: 'Make new recovery codes',
  description: 'The old ones are worth nothing any more.',
  body: codeRequest,
  answer: recoveryCodesSchema,
  answers: { 200: { description: 'Shown this once', schema: recoveryCodesSchema } },
  problems: ['second_factor_wrong', 'no_second_factor', 'rate_limited', 'invalid_json'],
  async handle(call) {
    const user = await withCode(call);
    return { body: { recovery_codes: await renewRecoveryCodes(call.env, call.tenant, user) } };
  },
});

export const secondFactorEndpoints: AnyEndpoint[] = [show, enrol, confirm, remove, recoveryCodes];

async function withCode(call: Call<unknown, { code: string }>): Promise<User> {
  const user = await personOf(call);
  if (!user.second_factor) throw new Problem('no_second_factor');
  await counted(call, user, () => useSecondFactor(call.env, call.tenant, user, call.body.code, call.now));
  return user;
}

/** Whoever holds a stolen session guesses no password and no code either. */
async function counted<T>({ stores, tenant, request, now }: Call, user: User, check: () => Promise<T>): Promise<T> {
  await admitAttempt(stores.signInAttempts, { tenant, email: user.email, address: addressOf(request) }, now);
  const result = await check();
  await forgetAttempts(stores.signInAttempts, tenant, user.email);
  return result;
}
