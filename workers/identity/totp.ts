/** One-time codes by time (RFC 6238): six digits, thirty seconds, SHA-1, which every authenticator knows. */
import { Secret, TOTP } from 'otpauth';

const PERIOD_S = 30;
/** Clocks of phones are a little off. */
const WINDOW = 1;

export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

export function otpauthUrl(secret: string, company: string, email: string): string {
  return totp(secret, company, email).toString();
}

/** The step of time that the code belongs to; `null` when it is not right. */
export function stepOfCode(secret: string, code: string, now: number): number | null {
  const delta = totp(secret).validate({ token: code, timestamp: now, window: WINDOW });
  return delta === null ? null : Math.floor(now / 1000 / PERIOD_S) + delta;
}

function totp(secret: string, company = 'Workflow', email = ''): TOTP {
  return new TOTP({ issuer: `Workflow ${company}`, label: email, secret: Secret.fromBase32(secret), digits: 6, period: PERIOD_S, algorithm: 'SHA1' });
}
