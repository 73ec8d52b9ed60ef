/**
 * The second factor of an account: a secret in an authenticator, and recovery codes for when it is lost.
 *
 * 1. The secret is sealed, recovery codes are hashed; both are shown once, when they are made.
 * 2. No code is taken twice, also not within its thirty seconds.
 */
import { Problem } from '#contracts/problems';
import type { User } from '#storage/identity-ports';
import type { RegionEnv } from '#workers/env';
import { sha256Hex } from '#workers/identity/digest';
import { sealed, secondFactorPlace, unsealed } from '#workers/identity/sealed';
import { newTotpSecret, otpauthUrl, stepOfCode } from '#workers/identity/totp';
import { storesOf } from '#workers/stores';

type FactorEnv = Pick<RegionEnv, 'DB' | 'STORE' | 'SECRETS_KEY' | 'SECRETS_KEY_PREVIOUS'>;

const RECOVERY_CODES = 10;
/** Without what is read wrong: 0 and o, 1, i and l. */
const CODE_DIGITS = '23456789abcdefghjkmnpqrstuvwxyz';

/** A secret to be put into an authenticator. It does not count before a code of it was shown. */
export async function beginSecondFactor(env: FactorEnv, tenant: string, user: User): Promise<{ secret: string; otpauth_url: string }> {
  if (user.second_factor) throw new Problem('second_factor_exists');
  const secret = newTotpSecret();
  await storesOf(env).secondFactors.begin(tenant, user.id, await sealed(env, secret, secondFactorPlace(tenant, user.id)));
  return { secret, otpauth_url: otpauthUrl(secret, tenant, user.email) };
}

/** Takes effect. The recovery codes. Throws Problem: second_factor_exists, no_second_factor, second_factor_wrong. */
export async function confirmSecondFactor(env: FactorEnv, tenant: string, user: User, code: string, now: number): Promise<string[]> {
  if (user.second_factor) throw new Problem('second_factor_exists');
  const factor = await storesOf(env).secondFactors.get(tenant, user.id);
  if (!factor) throw new Problem('no_second_factor', 'Begin with POST /auth/second-factor.');
  const { value: secret } = await unsealed(env, factor, secondFactorPlace(tenant, user.id));
  const step = stepOfCode(secret, code, now);
  if (step === null) throw new Problem('second_factor_wrong');
  const { codes, hashes } = await newRecoveryCodes();
  await storesOf(env).secondFactors.enable(tenant, user.id, now, step, hashes);
  return codes;
}

/** Throws Problem('second_factor_wrong') unless the code is right and new. */
export async function useSecondFactor(env: FactorEnv, tenant: string, user: User, code: string, now: number): Promise<void> {
  const { secondFactors } = storesOf(env);
  if (!/^\d{6}$/.test(code)) {
    if (await secondFactors.useCode(tenant, user.id, await sha256Hex(code.toLowerCase()))) return;
    throw new Problem('second_factor_wrong', 'The recovery code is not right, or was used before.');
  }
  const factor = await secondFactors.get(tenant, user.id);
  if (!factor?.enabled_at) throw new Problem('no_second_factor');
  const { value: secret } = await unsealed(env, factor, secondFactorPlace(tenant, user.id));
  const step = stepOfCode(secret, code, now);
  if (step === null || !(await secondFactors.useStep(tenant, user.id, step))) throw new Problem('second_factor_wrong');
}

/** New ones; the old ones are worth nothing any more. */
export async function renewRecoveryCodes(env: FactorEnv, tenant: string, user: User): Promise<string[]> {
  const { codes, hashes } = await newRecoveryCodes();
  await storesOf(env).secondFactors.replaceCodes(tenant, user.id, hashes);
  return codes;
}

async function newRecoveryCodes(): Promise<{ codes: string[]; hashes: string[] }> {
  const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
  return { codes, hashes: await Promise.all(codes.map(sha256Hex)) };
}

function newRecoveryCode(): string {
  let digits = '';
  while (digits.length < 10) {
    // 248 is the greatest multiple of 31 in a byte: what is above would favour the first digits.
    for (const byte of crypto.getRandomValues(new Uint8Array(16))) if (byte < 248 && digits.length < 10) digits += CODE_DIGITS[byte % 31];
  }
  return `${digits.slice(0, 5)}-${digits.slice(5)}`;
}
