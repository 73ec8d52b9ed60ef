/** Passwords and random tokens: salted scrypt, as OWASP recommends it for 16 MB, one at a time in an isolate, and SHA-256. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { PasswordPort } from '#modules/door';
import { Breather } from '#workers/identity/breather';

const COST = { N: 16_384, r: 8, p: 5, maxmem: 64 * 1024 * 1024 };
const LENGTH = 32;
const breather = new Breather();

export const passwords: PasswordPort = {
  async hash(password) {
    const salt = randomBytes(16);
    const key = await derive(password, salt, COST);
    return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), key.toString('base64')].join('$');
  },
  async verify(password, hash) {
    const [kind, N, r, p, salt, key] = hash.split('$');
    if (kind !== 'scrypt' || !salt || !key) return false;
    const wanted = Buffer.from(key, 'base64');
    const given = await derive(password, Buffer.from(salt, 'base64'), { N: Number(N), r: Number(r), p: Number(p), maxmem: COST.maxmem });
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  },
  random: () => randomBytes(32).toString('base64url'),
  async digest(text) {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
    return Buffer.from(digest).toString('hex');
  },
};

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return breather.run(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, LENGTH, cost, (error, key) => (error ? reject(error) : resolve(key)));
      }),
  );
}
