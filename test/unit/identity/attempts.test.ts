/** Whom guesses are counted against. */
import { expect, it } from 'vitest';
import { admitAttempt } from '#workers/identity/attempts';

const subjectOf = async (address: string) => {
  const subjects: string[] = [];
  const store = { admit: async (_tenant: string, subject: string) => subjects.push(subject) > 0, forget: async () => {} };
  await admitAttempt(store, { tenant: 'acme', email: 'ada@example.com', address }, 1);
  return subjects[0];
};

it.each([
  ['203.0.113.7', 'address:203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', 'address:2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff:ffff:ffff:ffff', 'address:2001:db8:1:2::/64'],
  ['2001:db8::1', 'address:2001:db8:0:0::/64'],
  ['2001:db8:0:0:1::', 'address:2001:db8:0:0::/64'],
  ['::1', 'address:0:0:0:0::/64'],
  ['::ffff:203.0.113.7', 'address:::ffff:203.0.113.7'],
])('an address counts with all that belong to whoever has it: %s', async (address, subject) => {
  expect(await subjectOf(address)).toBe(subject);
});
