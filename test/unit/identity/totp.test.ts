/** One-time codes by the vectors of RFC 6238, Appendix B (the last six of their eight digits), and how far a clock may be off. */
import { expect, it } from 'vitest';
import { newTotpSecret, otpauthUrl, stepOfCode } from '#workers/identity/totp';

/** `12345678901234567890` in base32. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

it.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
])('at %i s the code is %s', (seconds, code) => {
  expect(stepOfCode(SECRET, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
});

it('is off by one step at most, and tells to which step a code belongs', () => {
  expect(stepOfCode(SECRET, '287082', (59 + 30) * 1000)).toBe(1);
  expect(stepOfCode(SECRET, '287082', (59 - 30) * 1000)).toBe(1);
  expect(stepOfCode(SECRET, '287082', (59 + 61) * 1000)).toBeNull();
  expect(stepOfCode(SECRET, '000000', 59_000)).toBeNull();
});

it('has a fresh secret of 160 bits, and an address that authenticators understand', () => {
  const secret = newTotpSecret();
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(newTotpSecret()).not.toBe(secret);
  expect(otpauthUrl(secret, 'acme', 'ada@example.com')).toMatch(
    /^otpauth:\/\/totp\/Workflow%20acme:ada%40example\.com\?issuer=Workflow%20acme&secret=[A-Z2-7]{32}&algorithm=SHA1&digits=6&period=30$/,
  );
});
